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
	at     int    // how much of what was drawn was looked at
	latest string // what awaits has seen last
}

// views begins the wizard on a screen that draws.
func (p *program) views(args ...string) *viewer {
	p.t.Helper()
	q := *p
	q.env = append(slices.Clone(p.env), "KRB5CCNAME=FILE:"+p.dir+"/none", "KRB5_CONFIG="+p.dir+"/none", "TERM=xterm-256color", "NO_COLOR=1")
	return &viewer{person: q.sitsDown(args...).start()}
}

var sequences = regexp.MustCompile(`\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[=>]`)

// awaits waits until text is drawn after what was read before.
func (h *viewer) awaits(text string) {
	h.t.Helper()
	h.seesWhere(func(drawn string) bool {
		seen := sequences.ReplaceAllString(drawn[h.at:], "")
		if !strings.Contains(seen, text) {
			return false
		}
		h.at, h.latest = len(drawn), seen
		return true
	}, text)
}

// keys waits for text and presses keys.
func (h *viewer) keys(text, keys string) {
	h.t.Helper()
	h.awaits(text)
	h.types(keys)
}

// The same on a screen that draws: the whole way on a real DC, without a verb.
func TestSetupOnAScreen(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	before := explicit(t, dc)
	p := newProgram(t)
	p.env = append(p.env, nameServer(t, dc))
	h := p.views()
	h.introduces(dc, "wrong-Secret-1")
	h.keys("could not sign in", "\r")
	h.keys("Password of", dc.AdminPassword+"\r")
	h.keys("Which account", "\r")
	h.keys("continue to approval", "c")
	h.keys("To approve", domainOf(dc)+"\r")
	h.awaits("Everything is as it should be")
	h.types("q")
	h.leaves(exitDone)
	h.awaits("The same without the wizard") // what stays on the terminal says how to do it again
	for _, secret := range []string{dc.AdminPassword, "wrong-Secret-1"} {
		if strings.Contains(h.screen(), secret) {
			t.Errorf("the screen shows %q", secret)
		}
	}
	p.env = append(p.env, "WRITEBACK_AD_PASSWORD="+dc.AdminPassword)
	p.want(exitDone, "undo", "--yes")
	if now := explicit(t, dc); !sameSet(now, before) {
		t.Errorf("after undo: %q, want %q", now, before)
	}
}

// part says what this person may do.
func (h *viewer) part(option string) {
	h.t.Helper()
	h.awaits("What may you do here?")
	h.marks(option)
	h.types("\r")
}

// introduces answers what, where, whom to trust and who.
func (h *viewer) introduces(dc *sambatest.DC, password string) {
	h.t.Helper()
	h.part("Active Directory")
	h.keys("Which Active Directory domain", domainOf(dc)+"\r")
	h.keys("Which domain controller", "\x15"+dc.LDAPS+"\r")
	h.awaits("Is this the certificate")
	h.marks("Yes, trust")
	h.types("\r")
	h.keys("Who signs in", dc.AdminUser+"\r")
	h.keys("Password of", password+"\r")
}

// marks goes down a list to an option.
func (h *viewer) marks(option string) {
	h.t.Helper()
	for range 5 {
		h.types("\x1b[B")
		h.awaits("(•)")
		if strings.Contains(h.latest, "(•) "+option) {
			return
		}
	}
	h.t.Fatalf("%q cannot be marked:\n%s", option, h.latest)
}

// Killed in the middle, and begun again: resumed on the screen; and killed again,
// and undone from there.
func TestSetupOnAScreenAfterAnInterruption(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	before, ou := explicit(t, dc), dc.OU(t)
	p := newProgram(t)
	p.env = append(p.env, nameServer(t, dc))
	for i, way := range []struct{ title, says string }{{"Resume it", "Everything is as it should be"}, {"Undo it", "was taken back"}} {
		q := *p
		q.env = append([]string{cutEnv + "=after made 5"}, p.env...)
		h := q.views("--scope", ou, "--unexpire", "always") // two writes, of which the first is made
		if i > 0 {
			h.keys("What is to be done?", "\r") // the first way is to set up
		}
		h.introduces(dc, dc.AdminPassword)
		h.keys("Which account", "\r")
		h.keys("continue to approval", "c")
		h.keys("To approve", domainOf(dc)+"\r")
		h.leaves(-1)

		h = p.views()
		h.awaits("A run was interrupted")
		if way.title == "Undo it" {
			h.marks(way.title)
		}
		h.types("\r")
		h.keys("Who signs in", "\r")
		h.keys("Password of", dc.AdminPassword+"\r")
		h.keys("continue to approval", "c")
		h.keys("To approve", domainOf(dc)+"\r")
		h.awaits(way.says)
		h.types("q")
		h.leaves(exitDone)
		if way.title == "Resume it" {
			r := *p
			r.env = append(slices.Clone(p.env), "WRITEBACK_AD_PASSWORD="+dc.AdminPassword)
			r.want(exitDone, "undo", "--yes")
		}
		if now := explicit(t, dc); !sameSet(now, before) {
			t.Errorf("%s: %q, want %q", way.title, now, before)
		}
	}
}

// Ctrl-C leaves, wherever one is, and says how to come back.
func TestLeavingTheScreen(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	before := explicit(t, dc)
	p := signedIn(t, dc)
	for _, where := range []string{"question", "review", "approval"} {
		h := p.views("setup")
		h.part("Active Directory")
		if where == "question" {
			h.awaits("Which account")
		} else {
			h.keys("Which account", "\r")
			h.awaits("continue to approval")
			if where == "approval" {
				h.types("c")
				h.awaits("To approve")
			}
		}
		h.types("\x03")
		h.leaves(exitCancelled)
		h.awaits("writeback setup begins again")
	}
	if now := explicit(t, dc); !sameSet(now, before) {
		t.Errorf("written without approval: %q", now)
	}
}
