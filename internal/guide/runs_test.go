package guide

import (
	"slices"
	"testing"

	"writeback/internal/settings"
	"writeback/steps"
)

func runOn(domain, user string) steps.Run {
	return steps.Run{ID: "20261122T120000Z-4f2a", Target: steps.Target{Domain: domain, Forest: domain}, Settings: map[string]steps.Setting{
		"domain": {Value: domain, From: "answer"}, "ad-user": {Value: user, From: "answer"}, "dc": {Value: "ldaps://dc1", From: "found in DNS"},
		"only": {Value: []any{"delegate", "sspr"}, From: "answer"}, "class": {Value: []any{"user", "inetOrgPerson"}, From: "flag"},
	}}
}

// A run's settings take the place of what was answered, and go with it. Flags
// stay.
func TestGuideForARun(t *testing.T) {
	g := guiding(t, "--unexpire", "always")
	for _, a := range [][2]string{{"domain", "corp.example"}, {"connector", "CN=One"}, {"scope", "OU=a,DC=x"}, {"unexpire", "never"}} {
		if err := g.set().Answer(g.set().Named(a[0]), a[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.For(runOn("corp.example", "ann@corp.example"), true); err != nil {
		t.Fatal(err)
	}
	s := g.set()
	if !g.resumed || g.undoing == nil || s.Domain() != "corp.example" || settings.Connector.Of(s) != "" || len(settings.Scopes.Of(s)) != 0 || settings.Unexpire.Of(s) != "always" ||
		!slices.Equal(settings.Only.Of(s), []string{"delegate", "sspr"}) || !slices.Equal(settings.Classes.Of(s), []string{"user", "inetOrgPerson"}) {
		t.Errorf("about a run: %+v", s)
	}
	if err := g.For(steps.Run{}, false); err != nil {
		t.Fatal(err)
	}
	if g.resumed || g.undoing != nil || s.Domain() != "" || settings.DC.Of(s) != "" || len(settings.Only.Of(s)) != 0 || !slices.Equal(settings.Classes.Of(s), []string{"user"}) || settings.Unexpire.Of(s) != "always" {
		t.Errorf("anew: %+v", s)
	}
	for _, name := range []string{"domain", "dc", "class", "only", "ad-user"} {
		if !s.Unset(s.Named(name)) {
			t.Errorf("--%s still comes from %q", name, s.Origin(s.Named(name)))
		}
	}
}

// A password is kept for the account that it was typed for, and sent for nobody
// else.
func TestGuideKeepsAPasswordForItsAccount(t *testing.T) {
	for _, c := range []struct {
		run  steps.Run
		keep bool
	}{
		{runOn("corp.example", "ann@corp.example"), true},
		{runOn("CORP.example", "Ann@corp.example"), true},
		{runOn("other.example", "ann@corp.example"), false},
		{runOn("corp.example", "bo@corp.example"), false},
		{steps.Run{}, false},
	} {
		g := guiding(t)
		for key, value := range map[string]string{"domain": "corp.example", "ad-user": "ann@corp.example"} {
			if err := g.set().Answer(g.set().Named(key), value); err != nil {
				t.Fatal(err)
			}
		}
		g.caller.Typed = "secret"
		if err := g.For(c.run, false); err != nil {
			t.Fatal(err)
		}
		if kept := g.caller.Typed != ""; kept != c.keep {
			t.Errorf("%s, %v: kept %t", c.run.Target.Domain, c.run.Settings["ad-user"].Value, kept)
		}
	}
}

// Runs of other places than the command line names can be looked at alone.
func TestGuideMayBeAbout(t *testing.T) {
	for _, c := range []struct {
		args []string
		of   string
		is   bool
	}{
		{nil, "corp.example", true},
		{[]string{"--dc", "ldaps://dc1"}, "corp.example", true},
		{[]string{"--domain", "CORP.example"}, "corp.example", true},
		{[]string{"--domain", "other.example"}, "corp.example", false},
		{[]string{"--domain", "corp.example"}, "corp.example, other.example", false},
		{[]string{"--domain", "corp.example", "--domain", "other.example"}, "corp.example, other.example", true},
		{[]string{"--domain", "corp.example", "--all-domains"}, "corp.example, other.example", true},
	} {
		if got := guiding(t, c.args...).mayBeAbout(runOn(c.of, "ann")); got != c.is {
			t.Errorf("%v, a run of %s: %t", c.args, c.of, got)
		}
	}
}
