//go:build linux || darwin

package main

import (
	"crypto/tls"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/practice"
	company "writeback/internal/practice/domain"
	"writeback/internal/tier"
)

// What people read where the account, the server or the tenant is not the right one,
// or where what says "on" does not work: every verb, and the guided setup, on the
// practice world. Nothing is written where something speaks against it.
func TestTruthGolden(t *testing.T) {
	t.Parallel()
	account := func(connector string) []string {
		return []string{"--only", "delegate", "--coverage=false", "--connector", connector}
	}
	server := []string{"--only", "writeback"}
	all := []struct {
		name    string
		trouble string
		world   func(*testing.T, *practice.World)
		flags   []string
		user    string // that explain is asked about
		writes  bool   // nothing speaks against it
	}{
		{name: "mistyped-account", flags: account("ada.abel"), user: "aino.adler"},
		{name: "unproven-account", flags: append(account("ada.abel"), "--sync", "none"), user: "aino.adler"},
		{name: "key-admin", world: keyAdmin, flags: account("MSOL_4f0c9d2a7b31"), user: "aino.adler"},
		{name: "trust-account", flags: account("FABRIKAM$"), user: "FABRIKAM$"},
		{name: "guest", flags: account("Guest"), user: "Guest"},
		{name: "wrong-server", trouble: "wrong-server", flags: server, user: "aino.adler"},
		{name: "wrong-tenant", trouble: "wrong-tenant", flags: server, user: "aino.adler"},
		{name: "dead-relay", trouble: "dead-relay", flags: server, user: "aino.adler"},
		{name: "other-account", trouble: "other-account", flags: server, user: "aino.adler"},
		{name: "staging", trouble: "staging", flags: server, user: "aino.adler"},
		{name: "old-version", trouble: "old-version", flags: server, user: "aino.adler", writes: true},
	}
	for _, i := range (tier.Share{Quick: 1, Test: 4, Run: tier.All}).Of(t, len(all)) {
		c := all[i]
		t.Run(c.name, func(t *testing.T) {
			p := newProgram(t).practised()
			if c.trouble != "" {
				p.want(exitDone, "apply", "--yes", "--only", "delegate", "--coverage=false") // the rights are there
				p.want(exitDone, "practice", "--trouble", c.trouble)
			}
			if c.world != nil {
				p.change(func(w *practice.World) { c.world(t, w) })
			}
			var text strings.Builder
			verbs := [][]string{{"plan"}, {"apply", "--yes"}, {"verify"}, {"explain", c.user}, {"doctor"}}
			want := 0 // runs: that of the rights, where there is one
			if c.trouble != "" {
				want = 1
			}
			if c.writes { // what it wrote is looked at afterwards
				verbs = slices.Concat(verbs[:1], verbs[2:], verbs[1:3])
				want++
			}
			for _, verb := range verbs {
				flags := c.flags
				if verb[0] == "explain" && slices.Contains(flags, c.user) {
					flags = flags[:len(flags)-2] // what it is as a user
				}
				o := p.run(slices.Concat(verb, flags)...)
				for line := range strings.Lines(o.out + o.err) {
					if strings.Contains(line, "fix:") && strings.Contains(line, "writeback "+verb[0]+" ") {
						t.Errorf("%s advises what was just done: %s", verb[0], line)
					}
				}
				text.WriteString("$ writeback " + strings.Join(verb, " ") + "\n" + o.out + "-- stderr --\n" + o.err + "-- exit " + string(rune('0'+o.code)) + " --\n\n")
			}
			h := p.listens(slices.Concat([]string{"practice"}, c.flags)...)
			h.takesAllUntilItEnds()
			text.WriteString("$ writeback practice\n" + h.heard())
			compare(t, "truth-"+c.name, strings.ReplaceAll(steadyPractice(text.String()), p.dir, "DIR"))
			if o := p.want(exitDone, "runs", "--output", "json"); strings.Count(o.out, `"run":`) != want {
				t.Errorf("%d runs are wanted: %s", want, o.out)
			}
		})
	}
}

// change changes the practice world while no program has it.
func (p *program) change(do func(*practice.World)) {
	p.t.Helper()
	p.want(exitDone, "plan", "--only", "delegate", "--coverage=false", "--output", "json") // the world is there
	w, err := practice.Start(filepath.Join(p.state, "practice", "world"))
	if err != nil {
		p.t.Fatal(err)
	}
	do(w)
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
}

// keyAdmin puts the connector account into a group of Tier 0 that gives it none of
// the rights.
func keyAdmin(t *testing.T, w *practice.World) {
	c, err := ldap.DialURL(w.Domain.LDAPS(), ldap.DialWithTLSConfig(&tls.Config{RootCAs: w.Domain.RootCAs()}))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	admin := w.Domain.Account(company.RoleAdmin)
	if err := c.Bind(admin.UPN, admin.Password); err != nil {
		t.Fatal(err)
	}
	m := ldap.NewModifyRequest("CN=Key Admins,CN=Users,"+w.Domain.BaseDN(), nil)
	m.Add("member", []string{w.Domain.Account(company.RoleConnector).DN})
	if err := c.Modify(m); err != nil {
		t.Fatal(err)
	}
}

// takesAllUntilItEnds takes what is found for every question, begins, and leaves
// where it is asked how to go on, or for approval.
func (h *talk) takesAllUntilItEnds() {
	h.t.Helper()
	for range 20 {
		said, approval := h.asked()
		if approval {
			h.types("\x03")
			return
		}
		switch {
		case strings.Contains(said, "How to go on from here?"):
			h.types("Leave\n")
			return
		case strings.Contains(said, "1. Begin"):
			h.types("Begin\n")
		case strings.Contains(said, "1. Set up"):
			h.types("Set up\n")
		case strings.Contains(said, "How to go on?"):
			h.types("Leave\n")
		default:
			h.types("\n")
		}
	}
	h.t.Fatalf("it asks without end:\n%s", h.screen())
}
