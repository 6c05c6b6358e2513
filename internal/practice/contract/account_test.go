package contract

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
)

// What decides about one account's password beside ACEs is read alike.
func accounts(t *testing.T, b *bench) {
	c := b.hands()
	read := func(dn string) adperms.Account {
		t.Helper()
		a, err := c.Account(t.Context(), dn)
		if err != nil {
			t.Fatalf("%s: %v", dn, err)
		}
		return a
	}
	fresh := read(b.user(b.ou, "user").DN)
	inherits, known := fresh.Inherits()
	if len(fresh.Unread) > 0 || !fresh.IsUser() || time.Since(fresh.PasswordSet).Abs() > 10*time.Minute || !inherits || !known ||
		fresh.Policy.FineGrained() || fresh.Policy.MinLength == 0 || len(fresh.ProtectedBy) > 0 || !fresh.Token.Has(adperms.AuthenticatedUsers) {
		t.Errorf("a new user: %+v", fresh)
	}
	for _, s := range []struct{ attribute, value, code string }{
		{"userAccountControl", "514", "disabled"}, {"userAccountControl", "262656", "smart-card-only"}, {"userAccountControl", "66048", "password-never-expires"},
		{"accountExpires", "132000000000000000", "account-expired"}, {"pwdLastSet", "0", "must-change-password"}, {"adminCount", "1", "orphaned-admincount"},
	} {
		u := b.user(b.ou, "user")
		if err := replace(b.admin, u.DN, s.attribute, s.value); err != nil {
			t.Fatal(err)
		}
		if got := reasons(read(u.DN)); !slices.Contains(got, s.code) {
			t.Errorf("%s %s: %q, want %s", s.attribute, s.value, got, s.code)
		}
	}
	stuck := b.user(b.ou, "user")
	b.setDACL(stuck.DN, func(d *secdesc.Descriptor) {
		d.DACL.ACEs = slices.Insert(d.DACL.ACEs, 0, secdesc.Deny(secdesc.MustSID("S-1-5-10"), secdesc.ControlAccess, 0, secdesc.MustGUID("ab721a53-1e2f-11d0-9819-00aa0040529b"), secdesc.GUID{}))
	})
	if got := reasons(read(stuck.DN)); !slices.Contains(got, "cannot-change-password") {
		t.Errorf("a deny of Change Password: %q", got)
	}
}

// Protected is who is in a protected group, by groups in groups, and by
// distribution groups, which are in no token.
func protectedAccounts(t *testing.T, b *bench) {
	c := b.hands()
	deep, mailed := b.user(b.ou, "user"), b.user(b.ou, "user")
	list := b.group(b.ou, mailed.DN)
	if err := replace(b.admin, list, "groupType", "8"); err != nil {
		t.Fatal(err)
	}
	for _, g := range []string{b.group(b.ou, b.group(b.ou, deep.DN)), list} {
		m := ldap.NewModifyRequest("CN=Backup Operators,CN=Builtin,"+b.BaseDN, nil)
		m.Add("member", []string{g})
		if err := b.admin.Modify(m); err != nil {
			t.Fatal(err)
		}
	}
	for _, u := range []Login{deep, mailed} {
		a, err := c.Account(t.Context(), u.DN)
		if err != nil || len(a.ProtectedBy) != 1 || a.ProtectedBy[0].Name != "Backup Operators" || !slices.Contains(reasons(a), "protected-account") {
			t.Errorf("%s is protected by %+v, %v", u.DN, a.ProtectedBy, err)
		}
		if in := a.Token.Has(secdesc.MustSID("S-1-5-32-551")); in != (u == deep) {
			t.Errorf("%s: in the token %v", u.DN, in)
		}
	}
	b.unprotected(t, c)
	boss, err := c.Account(t.Context(), b.Admin.UPN)
	if err != nil || len(boss.ProtectedBy) < 3 || boss.ProtectedBy[0].Name != "Administrator" {
		t.Errorf("the administrator is protected by %+v, %v", boss.ProtectedBy, err)
	}
}

// unprotected are the members of groups that are protected themselves, and of key
// administrators where the DC's PDC emulator does not look after those.
func (b *bench) unprotected(t *testing.T, c *directory.Conn) {
	for _, group := range []string{"Domain Controllers", "Read-only Domain Controllers"} {
		u := b.user(b.ou, "user")
		b.join("CN="+group+",CN=Users,"+b.BaseDN, u.DN)
		if a, err := c.Account(t.Context(), u.DN); err != nil || len(a.ProtectedBy) > 0 || slices.Contains(reasons(a), "protected-account") {
			t.Errorf("a member of %s is protected by %+v, %v", group, a.ProtectedBy, err)
		}
	}
	root, err := b.search(b.BaseDN, ldap.ScopeBaseObject, "(objectClass=*)", "fSMORoleOwner")
	if err != nil || len(root.Entries) != 1 || !strings.HasPrefix(root.Entries[0].GetAttributeValue("fSMORoleOwner"), "CN=NTDS Settings,CN=") {
		t.Errorf("the PDC emulator: %+v, %v", root, err)
	}
	for _, group := range []string{"Key Admins", "Enterprise Key Admins"} {
		dn := "CN=" + group + ",CN=Users," + b.BaseDN
		if found, err := b.search(dn, ldap.ScopeBaseObject, "(objectClass=*)", "cn"); err != nil || len(found.Entries) == 0 {
			if !b.Samba { // of a schema before 2016
				t.Errorf("%s: %v", dn, err)
			}
			continue
		}
		u := b.user(b.ou, "user")
		b.join(dn, u.DN)
		if a, err := c.Account(t.Context(), u.DN); err != nil || len(a.ProtectedBy) != 1 || a.ProtectedBy[0].Name != group || a.ProtectedBy[0].Untold {
			t.Errorf("a member of %s is protected by %+v, %v", group, a.ProtectedBy, err)
		}
	}
}

// Trusts, computers and managed service accounts are no users, nor are Guest and
// krbtgt, and the connector account writes passwords back and has none to be
// written: nobody counts them.
func uncounted(t *testing.T, b *bench) {
	plain, machine := b.user(b.ou, "user"), b.user(b.ou, "user")
	c := b.hands()
	if err := replace(b.admin, machine.DN, "userAccountControl", "4096"); err != nil {
		t.Fatal(err)
	}
	told := b.covered(c, coverage.Question{Connector: secdesc.MustSID(b.Connector.SID), Token: adperms.NewToken(secdesc.MustSID(b.Connector.SID)), Scopes: []string{b.BaseDN}})
	domain := b.sid(b.BaseDN)
	all, err := b.search(b.BaseDN, ldap.ScopeWholeSubtree, "(objectClass=user)", "objectSid", "objectClass", "userAccountControl")
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	for _, e := range all.Entries {
		sid := sidOf(t, e.GetRawAttributeValue("objectSid"))
		bits, _ := strconv.Atoi(e.GetAttributeValue("userAccountControl"))
		classes := e.GetAttributeValues("objectClass")
		nobody := bits&0x3800 != 0 || slices.Contains(classes, "computer") || sid == domain.Child(501) || sid == domain.Child(502) || sid.String() == b.Connector.SID
		if _, counted := told[e.DN]; counted == nobody {
			t.Errorf("%s (%d, %q): counted %v", e.DN, bits, classes, counted)
		}
		if nobody {
			left++
		}
	}
	if _, counted := told[plain.DN]; !counted || left < 5 {
		t.Errorf("%d accounts are nobody's; a user is counted: %v", left, counted)
	}
	for _, dn := range []string{machine.DN, "CN=Guest,CN=Users," + b.BaseDN, "CN=krbtgt,CN=Users," + b.BaseDN} {
		if a, err := c.Account(t.Context(), dn); err != nil || a.IsUser() || !slices.Contains(reasons(a), "not-a-user") {
			t.Errorf("%s: %q, %v", dn, reasons(a), err)
		}
	}
}

// The PSO in force is the DC's word; without rights its name is all that is seen.
func policies(t *testing.T, b *bench) {
	u := b.user(b.ou, "user")
	group := b.group(b.ou, u.DN)
	name := unique("pso")
	pso := "CN=" + name + ",CN=Password Settings Container,CN=System," + b.BaseDN
	b.add(t, pso, map[string][]string{
		"objectClass": {"msDS-PasswordSettings"}, "msDS-PasswordSettingsPrecedence": {"1"}, "msDS-PasswordReversibleEncryptionEnabled": {"FALSE"},
		"msDS-PasswordHistoryLength": {"5"}, "msDS-PasswordComplexityEnabled": {"TRUE"}, "msDS-MinimumPasswordLength": {"12"},
		"msDS-MinimumPasswordAge": {"-864000000000"}, "msDS-MaximumPasswordAge": {"-9223372036854775808"}, "msDS-LockoutThreshold": {"3"},
		"msDS-LockoutObservationWindow": {"-18000000000"}, "msDS-LockoutDuration": {"-18000000000"}, "msDS-PSOAppliesTo": {group},
	})
	t.Cleanup(func() {
		if err := b.admin.Del(ldap.NewDelRequest(pso, nil)); err != nil {
			t.Errorf("remove %s: %v", pso, err)
		}
	})
	c := b.hands()
	a, err := c.Account(t.Context(), u.DN)
	if p := a.Policy; err != nil || p.Name != name || p.MinAge != 24*time.Hour || p.MinLength != 12 || p.History != 5 || !p.Complex || p.MaxAge != 0 || p.LockoutDuration != 30*time.Minute {
		t.Errorf("%+v, %v", p, err)
	}
	if !slices.Contains(reasons(a), "min-password-age") {
		t.Errorf("%q", reasons(a))
	}
	all, err := c.PasswordSettings(t.Context())
	if own, ok := adperms.ResultantPolicy(u.DN, []string{group}, all); err != nil || !ok || own.Name != name {
		t.Errorf("computed of %d: %+v, %v", len(all), own, err)
	}
	low, err := b.open(u.UPN, u.Password).Account(t.Context(), u.DN)
	if err != nil || low.Policy.Name != name || !low.Policy.Unread {
		t.Errorf("as the user: %+v, %v", low.Policy, err)
	}
}

func reasons(a adperms.Account) (out []string) {
	for _, r := range adperms.Reasons(a, time.Now()) {
		out = append(out, r.Code)
	}
	return out
}

func (b *bench) search(base string, scope int, filter string, attributes ...string) (*ldap.SearchResult, error) {
	return b.admin.SearchWithPaging(ldap.NewSearchRequest(base, scope, ldap.NeverDerefAliases, 0, 0, false, filter, attributes, nil), 500)
}
