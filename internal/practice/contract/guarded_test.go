package contract

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
	"writeback/steps"
)

// Who is in a protected group, in whatever way, and is not looked after yet, would
// get the connector account's rights like any user. That the finding is right is
// tried: once it is accepted and the rights are there, the connector account can
// reset the password.
func guarded(t *testing.T, b *bench) {
	domain := b.sid(b.BaseDN)
	ou := b.add(t, "OU="+unique("g")+","+b.ou, map[string][]string{"objectClass": {"organizationalUnit"}})
	inner := b.add(t, "OU="+unique(`a\, b `)+","+ou, map[string][]string{"objectClass": {"organizationalUnit"}})
	plain, direct, nested, mailed, primary, held := b.user(ou, "user"), b.user(inner, "user"), b.user(ou, "user"), b.user(ou, "user"), b.user(ou, "user"), b.user(ou, "user")
	admins := b.group(ou, nested.DN)
	mail := b.add(t, "CN="+unique("m")+","+ou, map[string][]string{"objectClass": {"group"}, "sAMAccountName": {unique("m")}, "groupType": {"2"}, "member": {mailed.DN}})
	b.join("CN=Domain Admins,CN=Users,"+b.BaseDN, direct.DN, held.DN, primary.DN, admins)
	b.join("CN=Backup Operators,CN=Builtin,"+b.BaseDN, mail)
	if err := replace(b.admin, primary.DN, "primaryGroupID", "512"); err != nil {
		t.Fatal(err)
	}
	b.setDACL(held.DN, func(d *secdesc.Descriptor) { d.Control |= secdesc.DACLProtected })

	c := b.hands()
	found, err := c.Guarded(t.Context(), domain, []string{ou, inner})
	if err != nil || found.More || len(found.Unseen) > 0 || found.Forest != "" {
		t.Fatalf("%+v, %v", found, err)
	}
	got := map[string]string{}
	for _, g := range found.Accounts {
		for _, p := range g.By {
			got[g.SID.String()] += p.Name + " "
		}
		if len(g.Above) < 3 || g.Descriptor == nil || g.Class.IsZero() || g.GUID.IsZero() {
			t.Errorf("%+v", g)
		}
	}
	for _, u := range []Login{direct, nested, mailed, primary} {
		if got[u.SID] == "" {
			t.Errorf("%s is not told of: %v", u.DN, got)
		}
	}
	if got[plain.SID]+got[held.SID] != "" || len(got) != 4 {
		t.Errorf("told of: %v", got)
	}
	if alone, err := c.Guarded(t.Context(), domain, []string{held.DN}); err != nil || len(alone.Accounts) != 1 || alone.Accounts[0].SID.Domain() != domain {
		t.Errorf("the scope is a protected account: %+v, %v", alone, err)
	}
	if nobody, err := c.Guarded(t.Context(), domain, []string{"CN=Computers," + b.BaseDN}); err != nil || len(nobody.Accounts) != 0 {
		t.Errorf("nobody is there: %+v, %v", nobody, err)
	}

	conn := b.bind(t, b.Connector.UPN, b.Connector.Password)
	r, store := b.runner([]string{ou})
	apply := func(accept ...string) error {
		r.Accept = nil
		for _, sid := range accept {
			r.Accept = append(r.Accept, steps.ReadAcceptance("protected-in-scope="+sid))
		}
		plan, err := r.Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		j, err := store.Create(steps.Opening{Verb: "apply", How: "test", Target: r.Target})
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		_, err = r.Apply(t.Context(), j, steps.Approve(plan, "test"))
		if err == nil {
			code(t, "a protected account that was accepted", resetTo(conn, direct.DN, "Contract-Second-2"), ldap.LDAPResultSuccess)
			code(t, "one that is looked after", resetTo(conn, held.DN, "Contract-Second-2"), ldap.LDAPResultInsufficientAccessRights)
			if undone, err := r.Undo(t.Context(), j); err != nil || undone.State != steps.ResultUndone {
				t.Errorf("undo: %+v, %v", undone, err)
			}
		}
		return err
	}
	var blocked *steps.BlockedError
	if err := apply(direct.SID, nested.SID, mailed.SID); !errors.As(err, &blocked) || !strings.Contains(err.Error(), primary.Name) {
		t.Errorf("one is not accepted: %v", err)
	}
	code(t, "nothing was written", resetTo(conn, plain.DN, "Contract-Second-2"), ldap.LDAPResultInsufficientAccessRights)
	if err := apply(direct.SID, nested.SID, mailed.SID, primary.SID); err != nil {
		t.Error(err)
	}
}

// join puts members into a group.
func (b *bench) join(group string, members ...string) {
	b.t.Helper()
	m := ldap.NewModifyRequest(group, nil)
	m.Add("member", members)
	if err := b.admin.Modify(m); err != nil {
		b.t.Fatalf("join %s: %v", group, err)
	}
}
