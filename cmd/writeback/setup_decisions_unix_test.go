//go:build linux || darwin

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
)

// On a computer that is joined to the domain, with one connector account, all
// but the person's own name and password is found: nothing else has to be
// decided but whether it is right.

// atMostDecisions is how many questions may have no answer filled in.
const atMostDecisions = 4

func TestDecisionsOnAJoinedComputer(t *testing.T) {
	b := ground{samba: true}.cloudBench(t, tenant.Options{Policy: &cloudconfig.Policy{AccountUnlockSupported: true}})
	conf := b.dc.Krb5Conf(t)
	for _, c := range []struct {
		name      string
		ticket    string
		answers   map[string]string // to questions that have no answer yet
		questions int
	}{
		{"with a ticket", b.dc.CCache(t, "Administrator", b.dc.AdminPassword), nil, 9},
		{"with a password", filepath.Join(t.TempDir(), "none"), map[string]string{
			"Who signs in to the domain?": b.dc.AdminUser, "Password of the account": b.dc.AdminPassword}, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProgram(t)
			for i := 0; i < len(b.flags); i += 2 {
				if slices.Contains([]string{"--graph-endpoint", "--portal-endpoint", "--powershell"}, b.flags[i]) {
					p.flags = append(p.flags, b.flags[i:i+2]...)
				}
			}
			for _, v := range b.env {
				if strings.HasPrefix(v, tenantCA+"=") || strings.HasPrefix(v, tenantAuthority+"=") {
					p.env = append(p.env, v)
				}
			}
			// Joined: the realm, the DCs in DNS, and the domain's CA among the system's.
			p.env = append(p.env, nameServer(t, b.dc), "SSL_CERT_FILE="+b.dc.CAFile, "KRB5_CONFIG="+conf, "KRB5CCNAME=FILE:"+c.ticket, "TERM=dumb")
			h := &talk{person: p.sitsDown("setup").start()}
			asked, open, groups := h.takesWhatIsFound(c.answers)
			h.types("no\n")
			h.leaves(exitCancelled)
			t.Logf("%d questions in %d groups; without an answer filled in: %q", asked, groups, open)
			if asked != c.questions || len(open) != len(c.answers) || len(open) > atMostDecisions {
				t.Errorf("%d questions, want %d; %q have no answer:\n%s", asked, c.questions, open, h.screen())
			}
			if all, _ := os.ReadDir(filepath.Join(p.state, "runs")); len(all) > 0 {
				t.Error("a run was begun")
			}
		})
	}
}

// takesWhatIsFound goes on with whatever is filled in until the approval is asked
// for, and gives the answers that are not.
func (h *talk) takesWhatIsFound(answers map[string]string) (asked int, open []string, groups int) {
	h.t.Helper()
	for {
		said, approval := h.asked()
		if approval {
			return asked, open, groups
		}
		asked++
		if !strings.Contains(said, "Question ") || strings.Contains(said, "Question 1 of") {
			groups++
		}
		if last := said[strings.LastIndex(said, "Answer"):]; strings.Contains(last, "empty: ") {
			h.types("\n")
			continue
		}
		answer := ""
		for title, a := range answers {
			if strings.Contains(said, title) {
				answer, open = a, append(open, title)
			}
		}
		if answer == "" {
			h.t.Fatalf("nothing is filled in, and nobody would know:\n%s", said)
		}
		if strings.Contains(said, "not shown") {
			h.silent()
		}
		h.types(answer + "\n")
	}
}

// asked waits for a question's prompt, and gives what was said up to it; or for the
// approval.
func (h *talk) asked() (said string, approval bool) {
	h.t.Helper()
	const prompt = "?: help): "
	h.seesWhere(func(screen string) bool {
		said = screen[h.at:]
		approval = strings.Contains(said, question)
		return approval || strings.Contains(said, prompt)
	}, "a question")
	if !approval {
		said = said[:strings.Index(said, prompt)+len(prompt)]
		h.at += len(said)
	}
	return said, approval
}
