package main

import (
	"strings"
	"testing"
)

// Nothing is granted to what cannot be the account of the sync product, whatever
// consent is given.
func TestWhatCannotConnect(t *testing.T) {
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

// explain and doctor tell of the account what plan refuses.
func TestUnfitConnectorIsToldEverywhere(t *testing.T) {
	p := newProgram(t)
	for _, c := range []struct{ verb, says string }{
		{"explain", "is a computer's account"}, {"doctor", "is a computer's account"},
	} {
		args := []string{c.verb, "--practice", "--only", "delegate", "--sync", "connect", "--connector", "SYNC01$"}
		if c.verb == "explain" {
			args = append(args, "ada.abel")
		}
		if o := p.run(args...); !strings.Contains(o.out, "connector-not-account") || !strings.Contains(o.out, c.says) {
			t.Errorf("%s does not say it: %s%s", c.verb, o.out, o.err)
		}
	}
}
