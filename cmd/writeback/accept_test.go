package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/sambatest"
	"writeback/steps"
)

// A scope with two fresh administrators in it: each has to be accepted by name, by
// whoever applies, and until then nothing is written. The finding is right: with
// the rights the connector account can take them over.
func TestProtectedAccountsAreAccepted(t *testing.T) {
	b := newBench(t)
	ou := b.dc.AddOU(t, b.dc.OU(t), `Sales, "West"`)
	boss := b.dc.AddUser(t, ou, sambatest.Unique("boss"), "First-1234")
	chief := b.dc.AddUser(t, ou, sambatest.Unique("chief"), "First-1234")
	inner := b.dc.AddGroup(t, ou, sambatest.Unique("inner"), chief)
	join(t, b.dc, "CN=Domain Admins,CN=Users,"+b.dc.BaseDN, boss)
	join(t, b.dc, "CN=Account Operators,CN=Builtin,"+b.dc.BaseDN, inner)
	scope := []string{"--scope", ou, "--unexpire", "never"}
	accept := func(values ...string) (out []string) {
		for _, v := range values {
			out = append(out, "--accept", "protected-in-scope="+v)
		}
		return out
	}
	run := func(verb []string, more ...string) []string { return slices.Concat(verb, scope, more) }
	first := b.dacl(ou)
	file := filepath.Join(b.dir, "plan.json")

	plan := decode[steps.Plan](t, b.ends(exitRefused, []string{"nothing was written", "Domain Admins", "Account Operators"}, run([]string{"plan", "--output", "json", "--detailed-exitcode"})...))
	var said []string
	for _, f := range plan.Steps[0].Findings {
		if f.Code == "protected-in-scope" && f.Level == steps.LevelError {
			said = append(said, f.Accept)
		}
	}
	if len(said) != 2 || plan.Steps[0].State != steps.StateBlocked {
		t.Fatalf("%q is to be accepted: %+v", said, plan.Steps[0])
	}
	for _, few := range [][]string{nil, accept(boss), accept(chief), accept(b.dc.SID(t, boss), ou)} {
		b.want(exitRefused, run([]string{"apply", "--yes"}, few...)...)
	}
	both := accept(strings.ToUpper(boss), b.dc.SID(t, chief))
	b.want(exitChanges, run([]string{"plan", "-o", file, "--detailed-exitcode"}, both...)...)
	b.want(exitRefused, "apply", "--yes", file) // who applies accepts anew
	b.env = append(b.env, "WRITEBACK_ACCEPT=protected-in-scope="+boss)
	b.want(exitRefused, "apply", "--yes", file)
	b.wantDACL(ou, first, "what was refused")
	if o := b.want(exitDone, "runs"); !strings.Contains(o.out, "No runs yet.") {
		t.Errorf("a run was begun: %s", o.out)
	}
	b.env[len(b.env)-1] += "\nprotected-in-scope=" + chief

	b.want(exitDone, "apply", "--yes", file)
	granted(t, b.dc, b.connector, boss)
	granted(t, b.dc, b.connector, chief)
	for _, rec := range b.latest().Records {
		if rec.Kind == steps.KindApproved && !slices.Equal(rec.Approval.Accepted, said) {
			t.Errorf("the journal says that %q was accepted, want %q", rec.Approval.Accepted, said)
		}
	}
	b.env = b.env[:len(b.env)-1]
	v := decode[steps.Verification](t, b.want(exitDone, run([]string{"verify", "--output", "json"})...))
	if f, told := finding(v.Steps[0], "protected-in-scope"); !told || f.Level != steps.LevelWarning || !strings.Contains(f.Text, "already") || !strings.Contains(f.Fix, "writeback undo "+b.latest().ID) {
		t.Errorf("that it has them already: %+v", v.Steps[0].Findings)
	}
	b.want(exitDone, "undo", "--yes")
	b.wantDACL(ou, first, "undo")

	b.want(exitRefused, "plan", "--scope", boss) // the account itself
	b.want(exitDone, run([]string{"plan"}, append(both, "--accept", "protected-in-scope=CN=nobody,"+ou)...)...)
	contains(t, b.run(run([]string{"plan"}, append(both, "--accept", "protected-in-scope=CN=nobody,"+ou)...)...).out, "accept-unused", "(accepted by name)")
}

// join puts a member into a group until t ends.
func join(t *testing.T, dc *sambatest.DC, group, member string) {
	t.Helper()
	change := func(do func(*ldap.ModifyRequest)) error {
		m := ldap.NewModifyRequest(group, nil)
		do(m)
		return dc.Admin(t).Modify(m)
	}
	if err := change(func(m *ldap.ModifyRequest) { m.Add("member", []string{member}) }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := change(func(m *ldap.ModifyRequest) { m.Delete("member", []string{member}) }); err != nil {
			t.Errorf("take %s out of %s: %v", member, group, err)
		}
	})
}

// What is no place for users is refused, and cannot be accepted.
func TestScopesThatAreNone(t *testing.T) {
	b := newBench(t)
	for _, scope := range []string{"CN=Configuration,", "cn=schema,cn=configuration,", "CN=Sites,CN=Configuration,", "CN=System,",
		"CN=Domain Admins,CN=Users,", "CN=DC1,OU=Domain Controllers,"} {
		contains(t, b.ends(exitRefused, []string{"nothing was written"}, "apply", "--yes", "--scope", scope+b.dc.BaseDN).out, "not-a-scope")
		b.want(exitUsage, "apply", "--yes", "--scope", scope+b.dc.BaseDN, "--accept", "not-a-scope")
	}
	if n := b.proxy.Writes(); n != 0 {
		t.Errorf("%d writes", n)
	}
}

// What could not be accepted by any finding is a slip.
func TestAcceptIsChecked(t *testing.T) {
	p := newProgram(t)
	for text, says := range map[string]string{
		"protected-in-scop=CN=x":  `did you mean "protected-in-scope"?`,
		"protected-in-scope":      "--accept protected-in-scope=DN",
		"protected-in-scope=":     "--accept protected-in-scope=DN",
		"protected-not-checked=x": "takes no value",
		"no-right-to-write":       "what can be accepted is",
		"*":                       "what can be accepted is",
		"":                        "what can be accepted is",
	} {
		p.ends(exitUsage, []string{"--accept", says}, "plan", "--practice", "--accept", text)
	}
	q := newProgram(t)
	q.env = append(q.env, "WRITEBACK_ACCEPT=protected-not-checked\nnonsense")
	q.ends(exitUsage, []string{`"nonsense"`}, "plan", "--practice")
	write(t, filepath.Join(q.dir, "writeback.yaml"), []byte("accept: protected-not-checked\n"))
	q.ends(exitUsage, []string{"accept", "command line"}, "plan", "--practice", "--config", "writeback.yaml")
}
