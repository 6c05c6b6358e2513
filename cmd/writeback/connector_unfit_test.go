package main

import (
	"slices"
	"strings"
	"testing"

	"writeback/internal/tier"
	"writeback/steps"
)

// Nothing is granted to what cannot be the account of the sync product, whatever
// consent is given.
func TestWhatCannotConnect(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	for name, says := range map[string]string{
		"SYNC01$":       "is a computer's account",
		"krbtgt":        "is krbtgt",
		"Guest":         "every domain comes with",
		"Administrator": "every domain comes with",
		"Domain Admins": "stands for several",
	} {
		for _, verb := range [][]string{{"plan"}, {"apply", "--yes"}} {
			p.ends(exitRefused, []string{"Fix this first", "--connector"},
				append(verb, "--practice", "--only", "delegate", "--coverage=false", "--sync", "connect", "--connector", name)...)
		}
		if o := p.run("plan", "--practice", "--only", "delegate", "--coverage=false", "--sync", "connect", "--connector", name); !strings.Contains(o.out, "connector-not-account") || !strings.Contains(o.out, says) {
			t.Errorf("%s: it does not say %q:\n%s", name, says, o.out)
		}
	}
	if o := p.want(exitDone, "runs", "--practice"); !strings.Contains(o.out, "No runs yet.") {
		t.Errorf("a run was begun: %s", o.out)
	}
}

// Every verb tells of the account what plan refuses, and with it nobody is reached: in
// the count, in the list of users and for one of them.
func TestUnfitConnectorIsToldEverywhere(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice", "--only", "delegate", "--sync", "connect", "--connector", "SYNC01$")
	p.env = append(p.env, "WRITEBACK_COVERAGE=true")
	for _, args := range [][]string{{"plan"}, {"verify"}, {"explain", "ada.abel"}, {"doctor"}} {
		if o := p.run(args...); !strings.Contains(o.out, "connector-not-account") || !strings.Contains(o.out, "is a computer's account: whoever administers the computer could reset") {
			t.Errorf("%s does not say it: %s%s", args[0], o.out, o.err)
		}
	}
	e := decode[steps.Explanation](t, p.want(exitDone, "explain", "ada.abel", "--output", "json"))
	if e.Writable || e.After != nil || e.Verdict != "This password cannot be written back: connector-not-account, not-granted." { // nothing is planned
		t.Errorf("%+v", e)
	}
	for dn, line := range everybody(t, p, exitChanges, "verify") {
		if *line.Writable || line.Reasons[0] != "connector-not-account" {
			t.Fatalf("%s: %s", dn, asJSON(line))
		}
	}
}

// What cannot be a scope is that in every verb, and nothing is planned on it; a user
// outside of it is not told to add another scope and no more.
func TestRefusedScopeIsToldEverywhere(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	refused := func(o outcome, code string) bool {
		return strings.Contains(strings.Join(strings.Fields(o.out), " "), "error "+code+": ")
	}
	for scope, code := range map[string]string{
		"CN=Sites,CN=Configuration,DC=corp,DC=contoso,DC=com":  "not-a-scope",
		"CN=AdminSDHolder,CN=System,DC=corp,DC=contoso,DC=com": "admin-sd-holder",
		"CN=Domain Admins,CN=Users,DC=corp,DC=contoso,DC=com":  "not-a-scope",
		"OU=Nowhere,DC=corp,DC=contoso,DC=com":                 "not-a-scope",
		"OU=Staff,DC=other,DC=example":                         "not-a-scope",
	} {
		flags := []string{"--practice", "--only", "delegate", "--sync", "none", "--coverage=false", "--scope", scope}
		o := p.run(append([]string{"doctor", "--check", "delegated-rights,operator-rights"}, flags...)...)
		if !refused(o, code) || strings.Contains(o.out, "rights-missing") {
			t.Errorf("doctor with %s: %s%s", scope, o.out, o.err)
		}
		if strings.Contains(scope, "Nowhere") || strings.Contains(scope, "other") {
			continue // no plan without it
		}
		for _, verb := range []string{"plan", "verify"} {
			if o := p.run(append([]string{verb}, flags...)...); !refused(o, code) || strings.Contains(o.out, "Allow ") {
				t.Errorf("%s with %s: %s%s", verb, scope, o.out, o.err)
			}
		}
		e := decode[steps.Explanation](t, p.want(exitDone, append([]string{"explain", "kenji.rahman", "--output", "json"}, flags...)...))
		if e.Writable || !slices.ContainsFunc(e.Reasons, func(w steps.Why) bool { return w.Code == code && w.Fix != "" }) {
			t.Errorf("explain with %s: %s, %+v", scope, e.Verdict, e.Reasons)
		}
	}
}
