package settings

import (
	"slices"
	"strings"
	"testing"
)

// Every entry of the table can be what it says: its default can be read, the names are
// told apart by the verbs that have them, and help has a word for each value.
func TestTable(t *testing.T) {
	type flag struct{ verb, name string }
	seen := map[flag]bool{}
	verbs := []string{}
	for _, x := range All() {
		verbs = append(verbs, x.Verbs...)
	}
	slices.Sort(verbs)
	verbs = slices.Compact(verbs)
	for _, x := range All() {
		if !x.IsList() && !(x.Kind == Switch && x.Default == "") {
			if _, err := x.parse([]string{x.Default}); err != nil {
				t.Errorf("%s: its default: %v", x.Name, err)
			}
		}
		if x.Usage == "" || x.Name != strings.ToLower(x.Name) {
			t.Errorf("%s: %q", x.Name, x.Usage)
		}
		if x.Kind == Text && x.Words == nil && x.Metavar() == "" {
			t.Errorf("%s: help has no word for its value", x.Name)
		}
		if x.Words != nil && x.Kind != Text && x.Kind != Words {
			t.Errorf("%s: words of a kind that has none", x.Name)
		}
		for _, verb := range verbs {
			if f := (flag{verb, x.Name}); x.of(verb) && seen[f] {
				t.Errorf("%s has two flags --%s", verb, x.Name)
			} else if x.of(verb) {
				seen[f] = true
			}
		}
		if x.Has(PerDomain) && x.Verbs != nil || x.Has(Trusted) && !x.Has(Shown|Reached) {
			t.Errorf("%s: what a domain has all verbs have, and what a run knows it has recorded", x.Name)
		}
	}
	if len(All()) < 60 {
		t.Errorf("%d settings", len(All()))
	}
}

// What says whom we speak to, whom we trust or who we are comes from no plan file.
func TestPlanFileSetsOnlyWhatIsDone(t *testing.T) {
	for _, x := range With(Shown) {
		if x.Has(Reached | Kept | Consent) {
			t.Errorf("%s", x.Name)
		}
	}
	for _, x := range []Any{DC, CACert, TLSPin, TLSName, ADUser, Keytab, Krb5Conf, Auth, GraphEndpoint, PortalEndpoint, PowerShell, AllowUndocumented} {
		if x.setting().Has(Shown) || !x.setting().Has(Reached) {
			t.Errorf("%s is taken from a plan file", Name(x))
		}
	}
}

// A setting of another domain is a value of its own: nothing done there is seen here.
func TestInDomainIsACopy(t *testing.T) {
	s := new(Settings)
	s.NameDomains(FromFlag, "a.example", "b.example", "A.example")
	DC.Put(s, "ldaps://dc1.a.example", FromFlag)
	Scopes.Put(s, []string{"OU=x,DC=a,DC=example"}, FromFlag)
	if err := s.checkFiles(); err != nil {
		t.Fatal(err)
	}
	sub, err := s.InDomain("b.example")
	if err == nil {
		Scopes.Put(sub, []string{"OU=y,DC=b,DC=example"}, FromAnswer)
		sub.Forget(Scopes)
		Connector.Put(sub, "CN=other", FromFlag)
	}
	if err != nil || sub.Domain() != "b.example" || DC.Of(sub) != "" {
		t.Errorf("of b: %v, %q, %q", err, sub.Domain(), DC.Of(sub))
	}
	if !slices.Equal(Domains.Of(s), []string{"a.example", "b.example"}) || DC.Of(s) == "" || Connector.Of(s) != "" || len(Scopes.Of(s)) != 1 || Scopes.Of(s)[0] != "OU=x,DC=a,DC=example" {
		t.Errorf("of a: %v, %q, %q, %v", Domains.Of(s), DC.Of(s), Connector.Of(s), Scopes.Of(s))
	}
}

// Nothing takes the place of what somebody said, but the practice world, and that not of
// a flag.
func TestToPractice(t *testing.T) {
	s := new(Settings)
	TLSPin.Put(s, "SHA256:00", Origin{Kind: IsEnvironment, Name: "WRITEBACK_TLS_PIN"})
	Scopes.Put(s, []string{"OU=x"}, FromFlag)
	if err := s.ToPractice(map[*Setting]string{DC.Setting: "ldaps://127.0.0.1:1"}); err != nil {
		t.Fatal(err)
	}
	if TLSPin.Of(s) != "" || s.Unset(TLSPin) || DC.Of(s) != "ldaps://127.0.0.1:1" || len(Scopes.Of(s)) != 1 || NationalCloud.Of(s) != "global" {
		t.Errorf("%+v", s.RecordAll())
	}
	if line := s.Command(With(Shown | Reached)...).String(); line != "--scope OU=x" && line != `--scope "OU=x"` {
		t.Errorf("the command line: %s", line)
	}
	s = new(Settings)
	Tenant.Put(s, "t", FromFlag)
	if err := s.ToPractice(nil); err == nil || !strings.Contains(err.Error(), "leave --tenant out") {
		t.Errorf("a flag that says otherwise: %v", err)
	}
}

// Nil has the defaults.
func TestNil(t *testing.T) {
	var s *Settings
	if Unexpire.Of(s) != "auto" || !AccountUnlock.Of(s) || !s.Unset(DC) || s.Domain() != "" {
		t.Error("nil has other values than the defaults")
	}
}
