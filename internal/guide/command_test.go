package guide

import (
	"slices"
	"strings"
	"testing"

	"writeback/internal/session"
	"writeback/internal/settings"
)

// answered are settings on which a person has answered, over what a flag said.
func answering(t *testing.T) *settings.Settings {
	t.Helper()
	return said(t, map[string]string{"WRITEBACK_AD_PASSWORD": "secret", "WRITEBACK_KERBEROS": "1"},
		"--domain", "corp.example", "--scope", "OU=a,DC=x", "--scope", "OU=b,DC=x", "--account-unlock=false", "--class", "user,inetOrgPerson")
}

// What was said beforehand stays; an answer can be given again, and taken back.
func TestAnswers(t *testing.T) {
	s := answering(t)
	for _, a := range [][2]string{{"domain", "other.example"}, {"dc", "ldaps://a"}, {"dc", "ldaps://b"}, {"only", "delegate,sspr"}, {"kerberos", "false"}} {
		if err := s.Answer(s.Named(a[0]), a[1]); err != nil {
			t.Fatal(err)
		}
	}
	if s.Domain() != "corp.example" || settings.DC.Of(s) != "ldaps://b" || !slices.Equal(settings.Only.Of(s), []string{"delegate", "sspr"}) || !settings.Kerberos.Of(s) {
		t.Errorf("%+v", s)
	}
	if rec := s.RecordAll(); rec["dc"].From != "answer" || rec["domain"].From != "flag" {
		t.Errorf("origins: %v", rec)
	}
	if err := s.Answer(settings.AllowUndocumented, "perhaps"); err == nil {
		t.Error("perhaps is taken for an answer")
	}
	s.Forget(settings.DC)
	s.Forget(settings.Domains)
	if settings.DC.Of(s) != "" || !s.Unset(settings.DC) || s.Domain() != "corp.example" {
		t.Errorf("after forgetting: %q, %q", settings.DC.Of(s), s.Domain())
	}
}

// The equivalent command line holds what was said by whomever, and no secret.
func TestCommand(t *testing.T) {
	s := answering(t)
	for _, a := range [][2]string{{"dc", "ldaps://dc1"}, {"only", "delegate,sspr"}, {"allow-undocumented-api", "false"}, {"connector", "CN=A B,DC=x"}} {
		if err := s.Answer(s.Named(a[0]), a[1]); err != nil {
			t.Fatal(err)
		}
	}
	g := quiet(&session.Caller{Settings: s})
	got := g.Command()
	want := `writeback apply --domain corp.example --connector "CN=A B,DC=x" --scope "OU=a,DC=x" --scope "OU=b,DC=x" --class "user,inetOrgPerson" ` +
		`--only "delegate,sspr" --account-unlock=false --dc ldaps://dc1 --kerberos`
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := g.Undo("R1"); got != "writeback undo R1" {
		t.Error(got)
	}
}

func TestCheckAnswers(t *testing.T) {
	for _, c := range []struct {
		check func(string) error
		good  []string
		bad   []string
	}{
		{checkDomain, []string{"corp.example", "corp.example.", "a-b.c_d.example"}, []string{"", "corp", "corp..example", "corp example.x", "ldaps://corp.example", ".", "a." + strings.Repeat("b", 64)}},
		{checkDC, []string{"dc1", "dc1.corp.example", "dc1:636", "ldap://[::1]", "[::1]", "LDAPS://dc1"}, []string{"", "dc1:3269", "ldaps://dc1:3269", "dc1:389", "https://dc1", "ldaps://", "ldaps://me@dc1", "ldaps://dc1/x", "dc one"}},
	} {
		for _, a := range c.good {
			if err := c.check(a); err != nil {
				t.Errorf("%q: %v", a, err)
			}
		}
		for _, a := range c.bad {
			if c.check(a) == nil {
				t.Errorf("%q is taken", a)
			}
		}
	}
}
