package domain_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"
	"github.com/google/go-cmp/cmp"

	"writeback/internal/practice/domain"
)

func marshal(t testing.TB, s domain.State) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func unmarshal(t testing.TB, text string) *domain.State {
	t.Helper()
	var s domain.State
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	return &s
}

// A domain goes on where another one ended, with nothing lost.
func TestStateIsKept(t *testing.T) {
	ticks := newClock()
	d := start(t, domain.Options{Clock: ticks.time})
	admin, user := as(t, d, domain.RoleAdmin), d.Account(domain.RoleUser)
	group := "CN=Helpdesk,OU=Groups,OU=Contoso," + d.BaseDN()
	legal := "OU=Legal,OU=People,OU=Contoso," + d.BaseDN()
	wants(t, "reset", reset(admin, user.DN, "Another-Word-2"), 0, "")
	wants(t, "title", replace(admin, user.DN, "title", "Boss, \x01 «odd»"), 0, "")
	wants(t, "member", replace(admin, group, "member", user.DN), 0, "")
	moved := ldap.NewModifyDNRequest(user.DN, "CN=Somebody\\, Else", true, legal)
	wants(t, "move", admin.ModifyDN(moved), 0, "")
	gone := d.Account(domain.RoleHelpdesk).DN
	wants(t, "delete", admin.Del(ldap.NewDelRequest(gone, nil)), 0, "")

	text := marshal(t, d.State())
	if len(text) > 3<<20 {
		t.Errorf("the state has %d bytes", len(text))
	}
	for _, word := range []string{"Another-Word-2"} {
		if strings.Contains(text, word) {
			t.Errorf("the state holds the password %s", word)
		}
	}
	next := start(t, domain.Options{Clock: ticks.time, State: unmarshal(t, text)})
	if again := marshal(t, next.State()); again != text {
		t.Errorf("the state of the next domain differs: %.2000s", cmp.Diff(text, again))
	}
	same(t, "the next domain", dump(t, d), dump(t, next))
	if got := next.Account(domain.RoleUser); got.Password != "" || !strings.HasSuffix(got.DN, legal) {
		t.Errorf("the ordinary user is %+v", got)
	}
	if got := next.Account(domain.RoleHelpdesk); got.DN != "" {
		t.Errorf("who was deleted is %+v", got)
	}
	bind(t, next, user.UPN, "Another-Word-2")
}

// dump is all that the administrator sees, tombstones too, but for what is read
// of the schema's times.
func dump(t testing.TB, d *domain.Domain) map[string]map[string][]string {
	t.Helper()
	c := as(t, d, domain.RoleAdmin)
	out := map[string]map[string][]string{}
	for _, base := range []string{d.BaseDN(), "CN=Configuration," + d.BaseDN()} {
		r := ldap.NewSearchRequest(base, ldap.ScopeWholeSubtree, 0, 0, 0, false, "(objectClass=*)",
			[]string{"*", "nTSecurityDescriptor", "replPropertyMetaData", "sDRightsEffective", "msDS-ResultantPSO"},
			[]ldap.Control{ldap.NewControlString("1.2.840.113556.1.4.417", true, "")})
		res, err := c.SearchWithPaging(r, 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range res.Entries {
			out[e.DN] = map[string][]string{}
			for _, a := range e.Attributes {
				slices.Sort(a.Values) // the order of values says nothing
				out[e.DN][a.Name] = a.Values
			}
		}
	}
	if len(out) < 600 {
		t.Fatalf("%d objects", len(out))
	}
	return out
}

func same(t *testing.T, what string, a, b map[string]map[string][]string) {
	t.Helper()
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%s differs: %.4000s", what, cmp.Diff(a, b))
	}
}

func TestFreshCompaniesAreAlike(t *testing.T) {
	ticks := newClock()
	a, b := start(t, domain.Options{Clock: ticks.time}), start(t, domain.Options{Clock: ticks.time})
	fresh := dump(t, a)
	same(t, "another fresh company", fresh, dump(t, b))
	wants(t, "title", replace(as(t, a, domain.RoleAdmin), a.Account(domain.RoleUser).DN, "title", "Boss"), 0, "")
	if err := a.Reset(); err != nil {
		t.Fatal(err)
	}
	same(t, "the company after a reset", fresh, dump(t, a))
}

// What is kept is never behind what a client was told; what could not be kept
// is told.
func TestChangedComesBeforeTheAnswer(t *testing.T) {
	var d *domain.Domain
	var kept string
	var fails error
	d = start(t, domain.Options{Changed: func() error {
		if fails == nil {
			kept = marshal(t, d.State())
		}
		return fails
	}})
	admin, user := as(t, d, domain.RoleAdmin), d.Account(domain.RoleUser).DN
	wants(t, "title", replace(admin, user, "title", "Kept title"), 0, "")
	if !strings.Contains(kept, "Kept title") {
		t.Error("the answer came before the change was kept")
	}
	wants(t, "a refused write", replace(admin, user, "objectSid", "x"), ldap.LDAPResultConstraintViolation, "000020B1")
	fails = errors.New("the disk is full")
	wants(t, "title", replace(admin, user, "title", "Lost"), ldap.LDAPResultOperationsError, "the disk is full")
}

func TestStatesThatAreNone(t *testing.T) {
	good := marshal(t, start(t, domain.Options{}).State())
	object := func(s *domain.State, class string) *domain.ObjectState {
		for i := range s.Objects {
			if s.Objects[i].Class == class {
				return &s.Objects[i]
			}
		}
		t.Fatalf("no %s", class)
		return nil
	}
	for what, spoil := range map[string]func(*domain.State){
		"no state":          func(s *domain.State) { *s = domain.State{} },
		"newer":             func(s *domain.State) { s.FormatVersion = 2 },
		"no domain":         func(s *domain.State) { s.Domain = "" },
		"no objects":        func(s *domain.State) { s.Objects = nil },
		"unknown class":     func(s *domain.State) { object(s, "user").Class = "unicorn" },
		"no parent":         func(s *domain.State) { object(s, "user").Parent[0]++ },
		"broken descriptor": func(s *domain.State) { object(s, "user").SD = []byte{1, 2} },
		"no DACL":           func(s *domain.State) { object(s, "user").SD = append([]byte{1, 0, 0, 0x80}, make([]byte, 16)...) },
		"unknown attribute": func(s *domain.State) { object(s, "user").Values["horn"] = []domain.Value{"1"} },
		"link to nothing": func(s *domain.State) {
			object(s, "group").Links["member"] = append(object(s, "group").Links["member"], object(s, "user").Parent, [16]byte{1})
		},
		"twice": func(s *domain.State) { s.Objects = append(s.Objects, *object(s, "user")) },
		"same name": func(s *domain.State) {
			o := *object(s, "user")
			o.GUID[0]++
			o.SID = s.SID.Child(99999)
			s.Objects = append(s.Objects, o)
		},
		"children before":    func(s *domain.State) { s.Objects[0], s.Objects[5] = s.Objects[5], s.Objects[0] },
		"a name without RDN": func(s *domain.State) { object(s, "user").Name = "nobody" },
	} {
		s := unmarshal(t, good)
		spoil(s)
		if d, err := domain.Start(domain.Options{State: s}); err == nil {
			d.Close()
			t.Errorf("%s: taken", what)
		} else if !strings.Contains(err.Error(), "practice domain's state") {
			t.Errorf("%s: %v", what, err)
		}
	}
	var v domain.Value
	if err := json.Unmarshal([]byte("[1]"), &v); err == nil {
		t.Error("a list is taken for a value")
	}
}
