package contract

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
)

const userGUID = "bf967aba-0de6-11d0-a285-00aa003049e2"

// grants are ACEs that the suite adds, which nobody else would.
func (b *bench) grants(sid string) []string {
	return []string{
		"(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;" + userGUID + ";" + sid + ")",
		"(OA;CIIO;WP;28630ebf-41d5-11d1-a9c1-0000f80367c1;" + userGUID + ";" + sid + ")",
		"(OA;CIIO;WP;bf967a0a-0de6-11d0-a285-00aa003049e2;" + userGUID + ";" + sid + ")",
	}
}

func add(t *testing.T, d *secdesc.Descriptor, sddl ...string) {
	t.Helper()
	more, err := secdesc.ParseSDDL("D:"+strings.Join(sddl, ""), secdesc.DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	after, _, err := adperms.Edit{Add: more.DACL.ACEs}.Rewrite(d)
	if err != nil {
		t.Fatal(err)
	}
	*d = *after
}

// A write of the root's DACL: counted once, there as it was written, inherited
// by a user below at once and by no protected object.
func writeDACL(t *testing.T, b *bench) {
	u, person := b.user(b.ou, "user"), b.user(b.ou, "inetOrgPerson")
	closed := b.add(t, "OU="+unique("closed")+","+b.ou, map[string][]string{"objectClass": {"organizationalUnit"}})
	inside := b.user(closed, "user")
	b.setDACL(closed, func(d *secdesc.Descriptor) { d.Control |= secdesc.DACLProtected })
	protected := b.descriptor(closed)
	c := b.hands()
	before, err := c.Object(t.Context(), b.BaseDN)
	if err != nil {
		t.Fatal(err)
	}
	was := b.descriptor(b.BaseDN)
	below, err := c.Object(t.Context(), u.DN)
	if err != nil {
		t.Fatal(err)
	}
	new := b.grants(b.Connector.SID)
	b.setDACL(b.BaseDN, func(d *secdesc.Descriptor) { add(t, d, new...) })

	after, err := c.Object(t.Context(), b.BaseDN)
	if err != nil || after.Version != before.Version+1 || after.ChangedUSN <= before.ChangedUSN {
		t.Errorf("version %d at %d, was %d at %d, %v", after.Version, after.ChangedUSN, before.Version, before.ChangedUSN, err)
	}
	if got, want := aces(b.descriptor(b.BaseDN), false), append(aces(was, false), new...); !sameSet(got, want) {
		t.Errorf("the root has %q, want %q", got, want)
	}
	if now := b.descriptor(b.BaseDN); now.Owner != was.Owner || now.Group != was.Group {
		t.Error("owner or group has changed")
	}
	for what, dn := range map[string]string{"user": u.DN, "inetOrgPerson": person.DN} {
		d := b.descriptor(dn)
		inherited := aces(d, true)
		for _, a := range new {
			inForce := slices.Contains(inherited, strings.Replace(a, "CIIO", "CI", 1))
			if carried := slices.Contains(inherited, a); inForce != (what == "user") || carried != (what != "user") {
				t.Errorf("%s: %s is in force: %v, carried: %v", what, a, inForce, carried)
			}
		}
	}
	if now, err := c.Object(t.Context(), u.DN); err != nil || now.Version != below.Version {
		t.Errorf("what is inherited counts as a write: version %d, was %d, %v", now.Version, below.Version, err)
	}
	if got := b.descriptor(closed); got.SDDL() != protected.SDDL() {
		t.Errorf("the protected OU was %s, is %s", protected.SDDL(), got.SDDL())
	}
	if got := aces(b.descriptor(inside.DN), true); slices.ContainsFunc(got, func(a string) bool { return strings.Contains(a, b.Connector.SID) }) {
		t.Errorf("below the protected OU there is %q", got)
	}
	b.judgeInheritance(u.DN, b.ou)
	b.judgeInheritance(inside.DN, closed)
}

// judgeInheritance holds the DC's inherited ACEs against those that are computed.
func (b *bench) judgeInheritance(dn, parent string) {
	b.t.Helper()
	child, above := b.descriptor(dn), b.descriptor(parent)
	want := adperms.ChildDACL(above.DACL, child, secdesc.MustGUID(userGUID))
	if got := aces(child, true); !sameSet(got, aces(&secdesc.Descriptor{DACL: want}, true)) {
		b.t.Errorf("%s inherits %q, want %q", dn, got, aces(&secdesc.Descriptor{DACL: want}, true))
	}
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

func writeRefused(t *testing.T, b *bench) {
	low := b.user(b.ou, "user")
	c := b.open(low.UPN, low.Password)
	before, err := c.Object(t.Context(), b.BaseDN)
	if err != nil {
		t.Fatal(err)
	}
	d, err := secdesc.Parse(before.Descriptor)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := adperms.Payload(d)
	if err != nil {
		t.Fatal(err)
	}
	as[*directory.AccessDeniedError](t, c.WriteDACL(t.Context(), b.BaseDN, payload))
	as[*directory.AccessDeniedError](t, c.WriteDACL(t.Context(), directory.GUIDForm(before.GUID), payload))
	as[*directory.NotFoundError](t, c.WriteDACL(t.Context(), directory.GUIDForm(secdesc.MustGUID("00000000-0000-0000-0000-000000000001")), payload))
	if after, err := c.Object(t.Context(), b.BaseDN); err != nil || after.Version != before.Version {
		t.Errorf("the version is %d, was %d, %v", after.Version, before.Version, err)
	}
	as[*directory.NotFoundError](t, c.WriteDACL(t.Context(), "CN=nobody,"+b.ou, payload))
	var ours *directory.ResultError
	if err := b.hands().WriteDACL(t.Context(), b.ou, []byte("no descriptor")); err == nil || errors.As(err, &ours) && ours.Code == 0 {
		t.Errorf("what is no descriptor was taken: %v", err)
	}
	conn := b.bind(t, low.UPN, low.Password)
	code(t, "adding an OU", conn.Add(ldap.NewAddRequest("OU=mine,"+b.ou, nil)), ldap.LDAPResultInsufficientAccessRights, ldap.LDAPResultObjectClassViolation)
	r := ldap.NewAddRequest("OU=mine,"+b.ou, nil)
	r.Attribute("objectClass", []string{"organizationalUnit"})
	code(t, "adding an OU", conn.Add(r), ldap.LDAPResultInsufficientAccessRights)
	code(t, "deleting the OU", conn.Del(ldap.NewDelRequest(b.user(b.ou, "user").DN, nil)), ldap.LDAPResultInsufficientAccessRights)
	code(t, "writing a title", replace(conn, b.user(b.ou, "user").DN, "title", "Boss"), ldap.LDAPResultInsufficientAccessRights)
}

// Whoever was given WRITE_DAC on an OU may write its DACL and those below it,
// and no other part of a descriptor.
func writeDelegated(t *testing.T, b *bench) {
	ou := b.add(t, "OU="+unique("own")+","+b.ou, map[string][]string{"objectClass": {"organizationalUnit"}})
	low, u := b.user(b.ou, "user"), b.user(ou, "user")
	b.setDACL(ou, func(d *secdesc.Descriptor) { add(t, d, "(A;CI;WD;;;"+low.SID+")") })
	c := b.open(low.UPN, low.Password)
	for dn, want := range map[string]uint32{ou: 4, u.DN: 4, b.ou: 0} {
		o, err := c.Object(t.Context(), dn)
		if err != nil || o.RightsEffective != want {
			t.Errorf("sDRightsEffective of %s is %d, %v, want %d", dn, o.RightsEffective, err, want)
		}
	}
	d := b.descriptor(u.DN)
	d.DACL.ACEs = d.DACL.Explicit()
	add(t, d, "(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;"+low.SID+")")
	payload, err := adperms.Payload(d)
	if err != nil {
		t.Fatal(err)
	}
	o, err := c.Object(t.Context(), u.DN)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.WriteDACL(t.Context(), directory.GUIDForm(o.GUID), payload); err != nil {
		t.Fatal(err)
	}
	if same, err := c.Object(t.Context(), directory.GUIDForm(o.GUID)); err != nil || same.DN != o.DN || same.Version != o.Version+1 {
		t.Errorf("written by its GUID: %s, version %d after %d, %v", same.DN, same.Version, o.Version, err)
	}
	conn := b.bind(t, low.UPN, low.Password)
	code(t, "the reset that was granted", resetTo(conn, u.DN, "Contract-Second-2"), ldap.LDAPResultSuccess)
	d.Owner = secdesc.MustSID(low.SID)
	whole, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	m := ldap.NewModifyRequest(u.DN, []ldap.Control{&ldap.ControlMicrosoftSDFlags{Criticality: true, ControlValue: 1}})
	m.Replace("nTSecurityDescriptor", []string{string(whole)})
	code(t, "taking the object over", conn.Modify(m), ldap.LDAPResultInsufficientAccessRights)
}
