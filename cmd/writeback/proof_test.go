package main

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
	"writeback/steps"
)

// The real proof: on a real domain controller the connector account cannot
// reset a password, then can, then cannot any more, and the domain's root is as
// it was.
func TestProof(t *testing.T) {
	t.Parallel()
	dc := sambatest.New(t)
	connector := dc.Connector(t)
	user := dc.AddUser(t, dc.OU(t), sambatest.Unique("ann"), "First-1234")
	p := signedIn(t, dc)

	refused(t, dc, connector, user)
	t.Logf("reset by %s: refused with result code 50", connector.Name)
	before := explicit(t, dc)

	usn := dc.USNChanged(t, dc.BaseDN)
	show(t, p, "plan")
	plan := decode[steps.Plan](t, p.want(exitDone, "plan", "--output", "json"))
	if n := len(plan.Steps[0].Changes); n != 3 {
		t.Fatalf("%d changes, want 3: %+v", n, plan.Steps[0].Changes)
	}
	p.want(exitChanges, "plan", "--detailed-exitcode")
	if now := dc.USNChanged(t, dc.BaseDN); now != usn {
		t.Fatalf("plan wrote to the domain's root: uSNChanged went from %d to %d", usn, now)
	}
	p.want(exitChanges, "verify")

	res := decode[steps.Result](t, p.want(exitDone, "apply", "--yes", "--output", "json"))
	if res.State != steps.ResultDone || len(res.Steps[0].Made) != 3 {
		t.Fatalf("apply: %+v", res)
	}
	granted(t, dc, connector, user)
	t.Logf("reset by %s: works, and the user signs in with the new password; lockoutTime and pwdLastSet are written", connector.Name)
	show(t, p, "verify")

	again := p.want(exitDone, "apply", "--yes")
	if !strings.Contains(again.out, "Nothing to do.") {
		t.Errorf("the second apply says: %s", again.out)
	}

	foreign := "(OA;CIIO;RP;28630ebf-41d5-11d1-a9c1-0000f80367c1;bf967aba-0de6-11d0-a285-00aa003049e2;" + connector.SID + ")"
	dc.AddACE(t, dc.BaseDN, foreign)
	show(t, p, "undo", "--yes")
	want := append(slices.Clone(before), foreign)
	if now := explicit(t, dc); !sameSet(now, want) {
		t.Errorf("after undo the explicit ACEs are not those of before and the foreign one:\n%q\nwant\n%q", now, want)
	}
	refused(t, dc, connector, user)
	t.Logf("reset by %s: refused with result code 50 again", connector.Name)
	p.want(exitDone, "undo", res.Run, "--yes")
}

// show is want with the transcript in the test's log: .ci/proof is this test.
func show(t *testing.T, p *program, args ...string) {
	t.Helper()
	o := p.want(exitDone, args...)
	t.Logf("$ writeback %s\n%s", strings.Join(args, " "), o.out)
}

// Where Authenticated Users do not have Unexpire Password any more, as in
// hardened domains, it is granted, too.
func TestProofUnexpire(t *testing.T) {
	t.Parallel()
	dc := sambatest.New(t)
	dc.Connector(t)
	sd, err := secdesc.Parse(dc.Descriptor(t, dc.BaseDN))
	if err != nil {
		t.Fatal(err)
	}
	sd.DACL.ACEs = slices.DeleteFunc(sd.DACL.ACEs, func(a secdesc.ACE) bool {
		return strings.Contains(a.SDDL(), "ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501")
	})
	raw, err := sd.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	dc.SetDACL(t, dc.BaseDN, raw)
	before := explicit(t, dc)

	p := signedIn(t, dc)
	plan := decode[steps.Plan](t, p.want(exitDone, "plan", "--output", "json"))
	if n := len(plan.Steps[0].Changes); n != 4 {
		t.Fatalf("%d changes, want 4: %+v", n, plan.Steps[0].Changes)
	}
	if plan := decode[steps.Plan](t, p.want(exitDone, "plan", "--output", "json", "--unexpire", "never")); len(plan.Steps[0].Changes) != 3 {
		t.Errorf("--unexpire never plans %+v", plan.Steps[0].Changes)
	}
	p.want(exitDone, "apply", "--yes")
	p.want(exitDone, "verify")
	p.want(exitDone, "undo", "--yes")
	if now := explicit(t, dc); !sameSet(now, before) {
		t.Errorf("after undo: %q, want %q", now, before)
	}
}

// refused: a reset by the connector account ends with insufficientAccessRights.
func refused(t *testing.T, dc *sambatest.DC, connector sambatest.Account, user string) {
	t.Helper()
	conn := boundAs(t, dc, connector.UPN, connector.Password)
	err := dc.SetPassword(conn, user, "Refused-1234")
	if !ldap.IsErrorWithCode(err, ldap.LDAPResultInsufficientAccessRights) {
		t.Fatalf("the reset ends with %v, want result code 50", err)
	}
}

// granted: reset works and the user signs in with the new password; unlock and
// "must change password" can be written.
func granted(t *testing.T, dc *sambatest.DC, connector sambatest.Account, user string) {
	t.Helper()
	conn := boundAs(t, dc, connector.UPN, connector.Password)
	if err := dc.SetPassword(conn, user, "Second-1234"); err != nil {
		t.Fatalf("reset: %v", err)
	}
	boundAs(t, dc, user, "Second-1234")
	for _, attribute := range []string{"lockoutTime", "pwdLastSet"} {
		m := ldap.NewModifyRequest(user, nil)
		m.Replace(attribute, []string{"0"})
		if err := conn.Modify(m); err != nil {
			t.Errorf("%s = 0: %v", attribute, err)
		}
	}
}

func boundAs(t *testing.T, dc *sambatest.DC, user, password string) *ldap.Conn {
	t.Helper()
	conn, err := dc.BindAs(t, user, password)
	if err != nil {
		t.Fatalf("sign in as %s: %v", user, err)
	}
	return conn
}

// explicit gives the ACEs that were set on the domain's root, in SDDL.
func explicit(t *testing.T, dc *sambatest.DC) (out []string) {
	t.Helper()
	sd, err := secdesc.Parse(dc.Descriptor(t, dc.BaseDN))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range sd.DACL.Explicit() {
		out = append(out, a.SDDL())
	}
	if out == nil {
		t.Fatal(errors.New("the domain's root has no explicit ACE"))
	}
	return out
}

func sameSet(x, y []string) bool {
	x, y = slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y))
	return slices.Equal(x, y)
}
