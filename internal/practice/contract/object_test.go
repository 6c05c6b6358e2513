package contract

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
)

func object(t *testing.T, b *bench) {
	c := b.hands()
	root, err := c.Object(t.Context(), b.BaseDN)
	if err != nil {
		t.Fatal(err)
	}
	d, err := secdesc.Parse(root.Descriptor)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := adperms.Canonical(d.DACL); !ok || len(d.DACL.ACEs) < 10 || d.Owner.IsZero() || d.SACL != nil {
		t.Errorf("the root's descriptor is %s", d.SDDL())
	}
	if again, err := d.Marshal(); err != nil || string(again) != string(root.Descriptor) {
		t.Errorf("the descriptor's bytes do not survive: %v", err)
	}
	if root.RightsEffective != 15 || root.Version == 0 || root.Changed.IsZero() || root.GUID.IsZero() || root.SID.IsZero() || root.ChangedBy.IsZero() {
		t.Errorf("the root is %+v", root)
	}
	if !slices.Contains(root.Classes, "domainDNS") || root.Classes[0] != "top" {
		t.Errorf("its classes are %v", root.Classes)
	}
	holds := adperms.Token{adperms.AuthenticatedUsers: {}}
	if missing := adperms.Covers(d.DACL, holds, adperms.UnexpireGrant(adperms.AuthenticatedUsers)); len(missing) != 0 {
		t.Error("Authenticated Users do not have Unexpire Password")
	}
	boss, err := c.Object(t.Context(), b.Admin.DN)
	if err != nil {
		t.Fatal(err)
	}
	if boss.AdminCount != 1 && !b.Samba { // Samba marks nobody
		t.Errorf("the administrator's adminCount is %d", boss.AdminCount)
	}
	same, err := c.Object(t.Context(), "<GUID="+boss.GUID.String()+">")
	if err != nil || !strings.EqualFold(same.DN, b.Admin.DN) {
		t.Errorf("by GUID: %q, %v", same.DN, err)
	}
	// Whoever may read the descriptor and nothing more.
	low := b.user(b.ou, "user")
	o, err := b.open(low.UPN, low.Password).Object(t.Context(), b.BaseDN)
	if err != nil || o.MayWriteDACL() || string(o.Descriptor) != string(root.Descriptor) {
		t.Errorf("as somebody else: rights %d, %v", o.RightsEffective, err)
	}
	_, err = c.Object(t.Context(), "CN=nobody,"+b.ou)
	as[*directory.NotFoundError](t, err)
}

// What is shown of a descriptor, with the SD flags control and without.
func descriptors(t *testing.T, b *bench) {
	low := b.user(b.ou, "user")
	conn := b.bind(t, low.UPN, low.Password)
	ask := func(c *ldap.Conn, parts int32, attributes ...string) *secdesc.Descriptor {
		t.Helper()
		var controls []ldap.Control
		if parts > 0 {
			controls = []ldap.Control{&ldap.ControlMicrosoftSDFlags{Criticality: true, ControlValue: parts}}
		}
		res, err := c.Search(ldap.NewSearchRequest(b.ou, ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", attributes, controls))
		if err != nil || len(res.Entries) != 1 {
			t.Fatal(err)
		}
		raw := res.Entries[0].GetRawAttributeValue("nTSecurityDescriptor")
		if len(raw) == 0 {
			return nil
		}
		d, err := secdesc.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := ask(conn, 0, "nTSecurityDescriptor"); d != nil {
		t.Errorf("without the control somebody sees %s", d.SDDL())
	}
	if d := ask(conn, 4, "nTSecurityDescriptor"); d == nil || !d.HasDACL() || !d.Owner.IsZero() || !d.Group.IsZero() {
		t.Errorf("parts 4: %v", d)
	}
	if d := ask(conn, 1, "nTSecurityDescriptor"); d == nil || d.HasDACL() || d.Owner.IsZero() {
		t.Errorf("parts 1: %v", d)
	}
	if d := ask(conn, 7, "*"); d == nil || !d.HasDACL() {
		t.Errorf("parts 7, all attributes: %v", d)
	}
	if d := ask(b.admin, 0); d != nil {
		t.Errorf("all attributes without the control: %s", d.SDDL())
	}
	if d := ask(b.admin, 0, "nTSecurityDescriptor"); d == nil || !d.HasDACL() {
		t.Error("without the control the administrator sees nothing")
	}
}

// An object that is moved inherits from its new parent.
func moved(t *testing.T, b *bench) {
	closed := b.add(t, "OU="+unique("closed")+","+b.ou, map[string][]string{"objectClass": {"organizationalUnit"}})
	b.setDACL(b.ou, func(d *secdesc.Descriptor) { add(t, d, b.grants(b.Connector.SID)...) })
	b.setDACL(closed, func(d *secdesc.Descriptor) { d.Control |= secdesc.DACLProtected })
	u := b.user(b.ou, "user")
	guid := b.read(b.admin, u.DN, "objectGUID").GetRawAttributeValue("objectGUID")
	reaches := func(dn string) bool {
		return slices.ContainsFunc(aces(b.descriptor(dn), true), func(a string) bool { return strings.Contains(a, b.Connector.SID) })
	}
	if !reaches(u.DN) {
		t.Fatal("the grant of the OU does not reach the user")
	}
	name := unique("moved")
	if err := b.admin.ModifyDN(ldap.NewModifyDNRequest(u.DN, "CN="+name, true, closed)); err != nil {
		t.Fatal(err)
	}
	now := "CN=" + name + "," + closed
	if reaches(now) {
		t.Error("the grant is inherited where the user was moved to")
	}
	e := b.read(b.admin, now, "objectGUID", "cn", "name")
	if string(e.GetRawAttributeValue("objectGUID")) != string(guid) || e.GetAttributeValue("cn") != name || e.GetAttributeValue("name") != name {
		t.Errorf("after the move: %v", e.Attributes)
	}
	_, err := b.hands().Object(t.Context(), u.DN)
	as[*directory.NotFoundError](t, err)
}

func deleted(t *testing.T, b *bench) {
	c := b.hands()
	u := b.user(b.ou, "user")
	o, err := c.Object(t.Context(), u.DN)
	if err != nil {
		t.Fatal(err)
	}
	if is, err := c.Deleted(t.Context(), o.GUID); is || err != nil {
		t.Errorf("before: %v, %v", is, err)
	}
	inner := b.group(b.ou, u.DN)
	if err := b.admin.Del(ldap.NewDelRequest(u.DN, nil)); err != nil {
		t.Fatal(err)
	}
	if is, err := c.Deleted(t.Context(), o.GUID); !is || err != nil {
		t.Errorf("after: %v, %v", is, err)
	}
	if is, err := c.Deleted(t.Context(), secdesc.GUID{7}); is || err != nil {
		t.Errorf("of what never was: %v, %v", is, err)
	}
	_, err = c.Object(t.Context(), "<GUID="+o.GUID.String()+">")
	as[*directory.NotFoundError](t, err)
	if m := b.read(b.admin, inner, "member").GetAttributeValues("member"); len(m) != 0 {
		t.Errorf("the group still has %q", m)
	}
	_, err = b.tryBind(t, u.UPN, u.Password)
	code(t, "a sign-in of who was deleted", err, ldap.LDAPResultInvalidCredentials)
	code(t, "deleting what has children", b.admin.Del(ldap.NewDelRequest(b.ou, nil)), ldap.LDAPResultNotAllowedOnNonLeaf)
}
