package contract

import (
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
)

// What is predicted of users is what the connector account can do, before and
// after: one who inherits, one behind a protected OU, one who is protected, one
// who is denied, one of another class, one who was moved here. One whom the account
// does not see is told by that.
func covers(t *testing.T, b *bench) {
	top := b.addOU(t, b.ou)
	closed, other := b.addOU(t, top), b.addOU(t, b.ou)
	plain, behind, own, denied, another, moved := b.user(top, "user"), b.user(closed, "user"), b.user(top, "user"), b.user(top, "user"), b.user(top, "inetOrgPerson"), b.user(other, "user")
	protect := func(d *secdesc.Descriptor) { d.Control |= secdesc.DACLProtected }
	b.setDACL(closed, protect)
	b.setDACL(own.DN, protect)
	sid := secdesc.MustSID(b.Connector.SID)
	b.setDACL(denied.DN, func(d *secdesc.Descriptor) {
		add(t, d, "(OD;;CR;"+adperms.ResetPassword.Type.String()+";;"+b.Connector.SID+")")
	})
	name, _, _ := strings.Cut(moved.DN, ",")
	if err := b.admin.ModifyDN(ldap.NewModifyDNRequest(moved.DN, name, true, top)); err != nil {
		t.Fatal(err)
	}
	all := []string{plain.DN, behind.DN, own.DN, denied.DN, another.DN, name + "," + top}

	veiled := b.addOU(t, top)
	unseen := b.user(veiled, "user")
	b.setDACL(veiled, func(d *secdesc.Descriptor) { add(t, d, "(D;;LC;;;"+b.Connector.SID+")") })

	c := b.hands()
	token, err := c.Token(t.Context(), b.Connector.DN)
	if err != nil {
		t.Fatal(err)
	}
	class, _ := adperms.Lookup("user")
	q := coverage.Question{Connector: sid, Token: token, Scopes: []string{top}, Classes: []secdesc.GUID{class.GUID}}
	edit := adperms.Edit{DN: top}
	for _, g := range adperms.WritebackGrants(sid, class) {
		edit.Add = append(edit.Add, g.ACE())
	}
	planned := q
	planned.Edits = []adperms.Edit{edit}
	predicted, before := b.covered(c, planned), b.tried(all)
	b.setDACL(top, func(d *secdesc.Descriptor) { add(t, d, b.grants(b.Connector.SID)...) })
	after, found := b.tried(all), b.covered(c, q)
	writable := 0
	for _, dn := range all {
		if p := predicted[dn]; p.Before.Writable() != before[dn] || p.After.Writable() != after[dn] {
			t.Errorf("%s: predicted %v then %v, is %v then %v", dn, p.Before.Writable(), p.After.Writable(), before[dn], after[dn])
		}
		if f := found[dn]; f.Before.Writable() != after[dn] {
			t.Errorf("%s: found %v, is %v", dn, f.Before.Writable(), after[dn])
		}
		if after[dn] {
			writable++
		}
	}
	if writable != 2 {
		t.Errorf("%d of %d can be written back, not 2: %v", writable, len(all), after)
	}
	for dn, want := range map[string]coverage.Reason{behind.DN: coverage.InheritanceBlocked, own.DN: coverage.InheritanceBlocked, denied.DN: coverage.DeniedByACE, another.DN: coverage.ClassNotCovered, unseen.DN: coverage.HiddenFromConnector} {
		if got := predicted[dn].After.Reasons.First(); got != want {
			t.Errorf("%s: %s, want %s", dn, got.Code(), want.Code())
		}
	}
	if !b.shown(plain.DN) || b.shown(unseen.DN) {
		t.Errorf("the connector account is shown %s: %t, and %s: %t", plain.DN, b.shown(plain.DN), unseen.DN, b.shown(unseen.DN))
	}
	above, err := c.Above(t.Context(), behind.DN)
	if err != nil || len(above) < 3 || !strings.EqualFold(above[0].DN, closed) || !strings.EqualFold(above[len(above)-1].DN, b.BaseDN) || above[0].Descriptor == nil {
		t.Errorf("above %s: %v, %v", behind.DN, above, err)
	}
}

// covered asks the question of every user.
func (b *bench) covered(c *directory.Conn, q coverage.Question) map[string]coverage.Verdict {
	b.t.Helper()
	out := map[string]coverage.Verdict{}
	_, err := c.Cover(b.t.Context(), directory.Covering{Question: q, Each: func(u *coverage.User, _ string, v coverage.Verdict) error {
		out[string(u.DN)] = v
		return nil
	}})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// shown says that the connector account finds an object.
func (b *bench) shown(dn string) bool {
	b.t.Helper()
	conn := b.bind(b.t, b.Connector.UPN, b.Connector.Password)
	defer conn.Close()
	found, err := conn.Search(ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{"objectGUID"}, nil))
	return err == nil && len(found.Entries) == 1
}

// tried has the connector account do to each user what a reset does.
func (b *bench) tried(all []string) map[string]bool {
	b.t.Helper()
	conn := b.bind(b.t, b.Connector.UPN, b.Connector.Password)
	defer conn.Close()
	out := map[string]bool{}
	for _, dn := range all {
		ok := resetTo(conn, dn, "Contract-Cover-"+unique("p")) == nil
		ok = replace(conn, dn, "lockoutTime", "0") == nil && ok
		out[dn] = replace(conn, dn, "pwdLastSet", "0") == nil && ok
	}
	return out
}
