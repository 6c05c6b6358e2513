package stages

import (
	"slices"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

// boss is a fresh member of Domain Admins in the OU, as the DC tells of one.
func boss(t *testing.T, f *fake, name string, rid uint32) coverage.Guarded {
	t.Helper()
	dn := "CN=" + name + "," + ouDN
	if f.byDN(dn) == nil {
		f.put(t, dn, "D:(A;;GA;;;SY)", "user")
	}
	g := coverage.Guarded{DN: dn, SID: stranger.Domain().Child(rid), GUID: f.byDN(dn).guid, Class: secdesc.MustGUID(user),
		By: []adperms.Protected{{SID: stranger.Domain().Child(512), Name: "Domain Admins"}}}
	for _, at := range []string{dn, ouDN, rootDN} {
		o, err := f.Object(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		if at == dn {
			g.Descriptor = o.Descriptor
		} else {
			g.Above = append(g.Above, coverage.Object{DN: at, Descriptor: o.Descriptor})
		}
	}
	return g
}

// Each protected account that the rights would reach has to be named; until then
// nothing is written, and afterwards it is a warning.
func TestProtectedInScope(t *testing.T) {
	f := newFake(t, unexpireToAU)
	f.guards.Accounts = []coverage.Guarded{boss(t, f, `Lee\, Ann`, 1401), boss(t, f, "Bob", 1402)}
	d := f.stage()
	d.Scopes = []string{ouDN}
	b := newBench(t, d)
	plan := b.plan()
	var names []string
	for _, x := range plan.Steps[0].Findings {
		if x.Code == "protected-in-scope" {
			names = append(names, x.Accept)
			if !strings.Contains(x.Text, "Domain Admins") || !strings.Contains(x.Text, "Reset password") || !strings.Contains(x.Fix, "--accept protected-in-scope=S-1-5-21-") {
				t.Errorf("%+v", x)
			}
		}
	}
	if want := []string{`protected-in-scope=CN=Lee\, Ann,` + ouDN, "protected-in-scope=CN=Bob," + ouDN}; !slices.Equal(names, want) || plan.Steps[0].State != steps.StateBlocked {
		t.Fatalf("%q is to be accepted, and the step is %s", names, plan.Steps[0].State)
	}
	run := func(accept ...string) (steps.Result, error) {
		r := b.runner()
		for _, a := range accept {
			r.Accept = append(r.Accept, steps.ReadAcceptance(a))
		}
		j, err := b.store.Create(steps.Opening{Target: target})
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		p, err := r.Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r.Apply(t.Context(), j, steps.Approve(p, "--yes"))
	}
	for _, few := range [][]string{nil, {names[0]}, {names[1]}, {"protected-in-scope"}, {"protected-in-scope=" + ouDN}} {
		if _, err := run(few...); err == nil || f.writes != 0 {
			t.Fatalf("with %q: %v, %d writes", few, err, f.writes)
		}
	}
	if _, err := run(names[0], "protected-in-scope=S-1-5-21-1-2-3-1402"); err != nil || f.writes != 1 {
		t.Errorf("both accepted: %v, %d writes", err, f.writes)
	}
	d.Consented = map[string]string{names[0]: "R1"}
	for i, want := range []string{"writeback undo R1", "find out who granted it"} {
		x, _ := d.aboutGuard(f.guards.Accounts[i], coverage.Exposure{Now: []adperms.Right{adperms.ResetPassword}})
		if x.Level != steps.LevelWarning || !strings.Contains(x.Fix, want) {
			t.Errorf("granted already, and accepted in a run of ours or not: %+v, want %q", x, want)
		}
	}
}

// What our change does not give is no error; what could not be looked at is.
func TestProtectedFindings(t *testing.T) {
	for _, c := range []struct {
		name  string
		there func(*fake)
		want  []string
	}{
		{"nobody", func(*fake) {}, nil},
		{"one who has been looked after", func(f *fake) {
			f.put(t, "CN=Bob,"+ouDN, "D:PAI(A;;GA;;;SY)", "user")
			f.guards.Accounts = []coverage.Guarded{boss(t, f, "Bob", 1402)}
		}, nil},
		{"the account has it already", func(f *fake) {
			f.put(t, "CN=Bob,"+ouDN, "D:(A;;GA;;;"+connector.String()+")", "user")
			f.guards.Accounts = []coverage.Guarded{boss(t, f, "Bob", 1402)}
		}, []string{"warning protected-in-scope"}},
		{"not shown", func(f *fake) {
			g := boss(t, f, "Bob", 1402)
			g.Descriptor = nil
			f.guards.Accounts = []coverage.Guarded{g}
		}, []string{"error protected-in-scope"}},
		{"more than can be told", func(f *fake) { f.guards.More = true }, []string{"error protected-in-scope"}},
		{"groups are not shown", func(f *fake) { f.guards.Unseen = []string{"Domain Admins is not shown"} }, []string{"error protected-not-checked"}},
		{"not the forest's root", func(f *fake) { f.guards.Forest = "root.example" }, []string{"info protected-not-checked"}},
	} {
		f := newFake(t, unexpireToAU)
		c.there(f)
		d := f.stage()
		d.Scopes = []string{ouDN}
		_, findings := planned(t, d)
		var got []string
		for _, code := range codes(findings) {
			if strings.Contains(code, " protected-") {
				got = append(got, code)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		explained(t, findings)
	}
}

// The rights are granted where users are, and nowhere else.
func TestNotAScope(t *testing.T) {
	for dn, class := range map[string]string{
		"CN=Configuration," + rootDN: "configuration", "CN=Schema,CN=Configuration," + rootDN: "dMD", "CN=Sites,CN=Configuration," + rootDN: "container",
		"DC=DomainDnsZones," + rootDN: "domainDNS", "OU=Sales,DC=other,DC=example": "organizationalUnit", "CN=System," + rootDN: "container",
		"CN=PC1,OU=Sales," + rootDN: "computer", "CN=Team,OU=Sales," + rootDN: "group",
	} {
		f := newFake(t, unexpireToAU)
		f.put(t, dn, "D:(A;;GA;;;SY)", class)
		d := f.stage()
		d.Scopes = []string{dn}
		_, findings := planned(t, d)
		if !slices.Contains(codes(findings), "error not-a-scope") {
			t.Errorf("%s: %q", dn, codes(findings))
		}
	}
}
