//go:build linux || darwin

package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"writeback/internal/sambatest"
)

// viewer is a person before the drawn wizard.
type viewer struct {
	*person
	at int // how much of what was drawn was looked at
}

// views begins the wizard on a screen that draws.
func (p *program) views(args ...string) *viewer {
	p.t.Helper()
	q := *p
	q.env = append(slices.Clone(p.env), "KRB5CCNAME=FILE:"+p.dir+"/none", "KRB5_CONFIG="+p.dir+"/none", "TERM=xterm-256color", "NO_COLOR=1")
	return &viewer{person: q.sitsDown(args...).start()}
}

var sequences = regexp.MustCompile(`\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[=>]`)

// looks waits until text is drawn after what was looked at before.
func (h *viewer) looks(text string) {
	h.t.Helper()
	h.seesWhere(func(drawn string) bool {
		i := strings.Index(sequences.ReplaceAllString(drawn[h.at:], ""), text)
		if i >= 0 {
			h.at = len(drawn)
		}
		return i >= 0
	}, text)
}

// keys waits for text and presses keys.
func (h *viewer) keys(text, keys string) {
	h.t.Helper()
	h.looks(text)
	h.types(keys)
}

func TestSetupOnAScreen(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	p := newProgram(t)
	p.env = append(p.env, nameServer(t, dc))
	h := p.views()
	h.keys("Which Active Directory domain", domainOf(dc)+"\r")
	h.keys("Which domain controller", "\x15"+dc.LDAPS+"\r")
	h.keys("Is this the certificate", "\x1b[B")
	h.keys("(•) Trust the authority", "\x1b[B")
	h.keys("(•) Yes, trust", "\r")
	h.keys("Who signs in", dc.AdminUser+"\r")
	h.keys("Password", dc.AdminPassword+"\r")
	h.keys("Which account", "\r")
	h.keys("What is to be set up", "\x1b[B\r")
	h.looks("Reset password")
	t.Log(sequences.ReplaceAllString(h.screen(), ""))
}
