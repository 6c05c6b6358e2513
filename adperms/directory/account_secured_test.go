package directory_test

import (
	"slices"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

// What decides about the security of an account is read with it: who may read the
// password of a managed one, and the authentication policy that it is assigned to.
func TestAccountSecured(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	server := dc.AddUser(t, ou, sambatest.Unique("srv"), userPassword)
	sd, err := secdesc.ParseSDDL("O:BAG:BAD:(A;;GA;;;"+dc.SID(t, server)+")", secdesc.DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := sd.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	name := sambatest.Unique("gmsa")[:14] + "$"
	gmsa := dc.Add(t, "CN="+name+","+ou, sambatest.Attrs{
		"objectClass": {"msDS-GroupManagedServiceAccount"}, "sAMAccountName": {name}, "msDS-ManagedPasswordInterval": {"30"},
		"userAccountControl": {"4096"}, "msDS-GroupMSAMembership": {string(raw)},
	})
	a, err := c.Trustee(t.Context(), gmsa)
	if err != nil {
		t.Fatal(err)
	}
	readers, err := secdesc.Parse(a.Readers)
	if err != nil {
		t.Fatal(err)
	}
	if got := adperms.PasswordReaders(readers); len(got) != 1 || got[0].String() != dc.SID(t, server) {
		t.Errorf("its password is read by %v", got)
	}
	dc.SetAttribute(t, server, "msDS-AssignedAuthNPolicySilo", ou)
	if a, err = c.Trustee(t.Context(), server); err != nil || !slices.Equal(a.AuthPolicies, []string{ou}) || a.Readers != nil {
		t.Errorf("%q, %v", a.AuthPolicies, err)
	}
}

// The policy in force is read of who gets the rights, where the password could expire
// by it.
func TestTrusteePolicy(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	dn := dc.AddUser(t, dc.OU(t), sambatest.Unique("ages"), userPassword)
	a, err := c.Trustee(t.Context(), dn)
	if err != nil || a.Policy.DN != dc.BaseDN || a.Policy.MaxAge <= 0 {
		t.Fatalf("%+v, %v", a.Policy, err)
	}
	if ends := a.PasswordEnds(); !ends.Equal(a.PasswordSet.Add(a.Policy.MaxAge)) || adperms.CannotConnect(a, adperms.EntraConnect, ends.Add(-time.Hour)) != nil {
		t.Errorf("it ends at %s", ends)
	}
	if u := adperms.CannotConnect(a, adperms.EntraConnect, a.PasswordEnds()); u == nil || u.Code != adperms.PastPassword {
		t.Errorf("then %+v", u)
	}
	dc.SetAttribute(t, dn, "userAccountControl", "66048") // the password never expires
	before := c.Ops()["search"]
	if a, err = c.Trustee(t.Context(), dn); err != nil || a.Policy.DN != "" || !a.PasswordEnds().IsZero() {
		t.Errorf("%+v, %v", a.Policy, err)
	}
	if n := c.Ops()["search"] - before; n > 3 {
		t.Errorf("%d searches", n)
	}
}
