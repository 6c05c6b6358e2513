package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/internal/practice/domain"
	"writeback/steps"
)

// named says that the changes name the parent's connector account as people know it, and
// that the dsacls command does, too.
func (f *family) named(changes []steps.Change) {
	f.t.Helper()
	name := f.parent.NetBIOS() + `\` + f.connector.Name
	for _, c := range changes {
		if !strings.Contains(c.Line, name) || strings.Contains(c.Line, f.connector.SID) || !strings.Contains(c.Equivalent, name+":") || strings.Contains(c.Equivalent, f.connector.SID) {
			f.t.Errorf("%s\n%s\nnames another than %s", c.Line, c.Equivalent, name)
		}
	}
}

// Two domains of a forest and the parent's account: one plan, one run, by name everywhere;
// undo leaves both as they were.
func TestOneConnectorForAForest(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	roots := []string{f.parent.BaseDN(), f.child.BaseDN()}
	before := [][]byte{f.keepDACL(roots[0]), f.keepDACL(roots[1])}
	f.flags = append(f.flags, "--all-domains")
	plan := decode[steps.Plan](t, f.want(exitDone, "plan", "--output", "json"))
	if ids := stepIDs(plan); !slices.Equal(ids[:2], []string{"delegate@" + f.parent.Name(), "delegate@" + f.child.Name()}) || len(plan.Steps[1].Changes) != 3 {
		t.Fatalf("%q, %+v", ids, plan.Steps[1].Changes)
	}
	f.named(slices.Concat(plan.Steps[0].Changes, plan.Steps[1].Changes))
	res := decode[steps.Result](t, f.want(exitDone, "apply", "--yes", "--output", "json"))
	if res.State != steps.ResultDone || len(res.Steps[0].Made) != 3 || len(res.Steps[1].Made) != 3 {
		t.Fatalf("%+v", res)
	}
	f.want(exitDone, "verify")
	f.want(exitDone, "verify", "--wait")
	if o := f.want(exitDone, "doctor", "--check", "connector-account"); strings.Count(o.out, f.connector.DN) < 2 {
		t.Errorf("doctor says\n%s", o.out)
	}
	f.named(slices.Concat(res.Steps[0].Made, res.Steps[1].Made))
	for _, args := range [][]string{{"runs", "show", "latest"}, {"undo", "--yes"}} {
		if o := f.want(exitDone, args...); !strings.Contains(o.out, f.parent.NetBIOS()+`\`+f.connector.Name) || strings.Contains(o.out, "Allow "+f.connector.SID) {
			t.Errorf("%s says\n%s", args[0], o.out)
		}
	}
	for i, dn := range roots {
		if !bytes.Equal(f.keepDACL(dn), before[i]) {
			t.Errorf("%s is not as it was", dn)
		}
	}
}

// A child's administrator, who has no right at the parent, grants to the parent's account: it
// is looked at there, whatever form of name it has.
func TestChildAdministratorAlone(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	before := f.keepDACL(f.child.BaseDN())
	f.signInAs(f.child, f.child)
	user, _ := f.user(f.child, "nora.blum")
	for _, name := range []string{
		f.connector.SID, f.parent.NetBIOS() + `\` + f.connector.Name, f.parent.Name() + `\` + f.connector.Name, f.connector.DN, f.connector.Name + "@" + f.parent.Name(),
	} {
		plan := decode[steps.Plan](t, f.want(exitDone, "plan", "--connector", name, "--output", "json"))
		if plan.Target.Domain != f.child.Name() || len(plan.Steps[0].Changes) != 3 {
			t.Errorf("%s: %+v, %+v", name, plan.Target, plan.Steps[0])
		}
		for _, x := range plan.Steps[0].Findings {
			if strings.HasPrefix(x.Code, "connector-") || x.Code == "groups-not-asked" {
				t.Errorf("%s: %+v", name, x)
			}
		}
		f.named(plan.Steps[0].Changes)
		f.want(exitDone, "apply", "--yes", "--connector", name)
		f.want(exitDone, "verify", "--connector", name)
		e := decode[steps.Explanation](t, f.want(exitDone, "explain", user, "--connector", name, "--output", "json"))
		if !e.Writable || e.Connector != f.connector.DN {
			t.Errorf("%s: explain says %t of %s", name, e.Writable, e.Connector)
		}
		if o := f.want(exitDone, "undo", "--yes"); !strings.Contains(o.out, "Allow "+f.parent.NetBIOS()+`\`+f.connector.Name) {
			t.Errorf("%s: undo says\n%s", name, o.out)
		}
		if !bytes.Equal(f.keepDACL(f.child.BaseDN()), before) {
			t.Fatalf("%s: the child is not as it was", name)
		}
	}
}

// What goes with it: plan files, sign-ins that say no domain, accounts that must not get the
// rights.
func TestChildAdministratorElsewhere(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	f.signInAs(f.child, f.child)
	f.ends(exitError, []string{"no account", `DOMAIN\name`}, "plan", "--connector", f.connector.Name) // alone it is a name of the child's
	// By a plan file, too.
	f.want(exitDone, "plan", "--connector", f.connector.DN, "-o", "change.json")
	f.want(exitDone, "apply", "change.json", "--yes")
	f.want(exitDone, "undo", "--yes")
	// A sign-in that says no domain is the child's at the parent as well, and not a wrong
	// password of the parent's account of that name.
	f.want(exitDone, "plan", "--connector", f.connector.DN, "--ad-user", "Administrator")
	if bad := f.raw("CN=Administrator,CN=Users,"+f.parent.BaseDN(), "badPwdCount"); string(bad) != "0" {
		t.Errorf("the parent counted %s wrong passwords of its Administrator", bad)
	}
	// An account that must not get the rights is refused, in another domain as at home.
	o := f.want(exitRefused, "plan", "--connector", f.parent.Account(domain.RoleAdmin).SID)
	if !strings.Contains(o.out+o.err, "connector-not-account") {
		t.Errorf("the parent's Administrator: %s%s", o.out, o.err)
	}
	f.want(exitSignIn, "plan", "--connector", f.connector.SID, "--ad-user", `EMEA\nobody`)
	f.want(exitDone, "doctor", "--check", "connector-account", "--connector", f.connector.DN)
}

// Where the parent cannot be asked, a SID is taken for the account if a person accepts that
// nobody looked at it; a name is not, nor a SID that can be no account of its own.
func TestConnectorThatNobodyLookedAt(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	before := f.keepDACL(f.child.BaseDN())
	f.signInAs(f.child, f.child)
	f.configure("ldaps://127.0.0.1:9", f.child.LDAPS())
	sid := f.connector.SID
	group := sid[:strings.LastIndex(sid, "-")] + "-513" // Domain Users
	for _, name := range []string{f.parent.NetBIOS() + `\` + f.connector.Name, f.connector.DN, f.connector.Name + "@" + f.parent.Name(), group} {
		f.ends(exitError, []string{"--connector", f.parent.Name(), "could not be asked"}, "apply", "--yes", "--connector", name, "--accept", "connector-unseen="+group)
	}
	unseen := []string{"--connector", sid}
	for _, accept := range [][]string{nil, {"--accept", "connector-unseen=" + group}, {"--accept", "connector-unproven"}} {
		o := f.want(exitRefused, slices.Concat([]string{"apply", "--yes"}, unseen, accept)...)
		if !strings.Contains(o.out+o.err, "--accept connector-unseen="+sid) {
			t.Errorf("%q: it says\n%s%s", accept, o.out, o.err)
		}
	}
	if !bytes.Equal(f.keepDACL(f.child.BaseDN()), before) {
		t.Fatal("something was written")
	}
	accepted := append(slices.Clone(unseen), "--accept", "connector-unseen="+sid)
	f.want(exitDone, append([]string{"apply", "--yes"}, accepted...)...)
	v := decode[steps.Verification](t, f.want(exitDone, slices.Concat([]string{"verify", "--output", "json"}, unseen)...))
	for _, code := range []string{"connector-unseen", "groups-not-asked"} {
		if x, found := finding(v.Steps[0], code); !found || x.Level != steps.LevelWarning {
			t.Errorf("verify says %+v of %s", x, code)
		}
	}
	f.refusedByParent()
	f.want(exitSignIn, "plan", "--connector", f.connector.DN) // refused there, as anywhere
	if o := f.want(exitDone, append([]string{"verify"}, unseen...)...); !strings.Contains(o.out, "nobody looked at "+sid) {
		t.Errorf("with a sign-in that the parent refuses:\n%s", o.out)
	}
	user, _ := f.user(f.child, "nora.blum")
	e := decode[steps.Explanation](t, f.want(exitDone, slices.Concat([]string{"explain", user, "--output", "json"}, unseen)...))
	if !slices.ContainsFunc(e.Reasons, func(w steps.Why) bool { return w.Code == "connector-unseen" }) {
		t.Errorf("explain says %+v", e.Reasons)
	}
	f.configure(f.parent.LDAPS(), f.child.LDAPS()) // where the account can be looked at, all is as ever
	f.want(exitDone, append([]string{"verify"}, unseen...)...)
	f.want(exitDone, "undo", "--yes")
	if !bytes.Equal(f.keepDACL(f.child.BaseDN()), before) {
		t.Error("undo left something")
	}
}

// refusedByParent has the configuration sign in to the parent as nobody whom it knows.
func (f *family) refusedByParent() {
	f.t.Helper()
	config := fmt.Sprintf("ca-cert: ca.pem\ndomains:\n  - domain: %s\n    dc: %s\n    ad-user: nobody@%[1]s\n    ad-password-file: %[3]s\n  - domain: %[4]s\n    dc: %[5]s\n",
		f.parent.Name(), f.parent.LDAPS(), secretFile(f.t, "Nobodys-1234"), f.child.Name(), f.child.LDAPS())
	if err := os.WriteFile(filepath.Join(f.dir, "writeback.yaml"), []byte(config), 0o600); err != nil {
		f.t.Fatal(err)
	}
}
