package domain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/practice/domain"
)

// twoOfAForest are a practice domain and its child.
func twoOfAForest(t *testing.T) (parent, child *domain.Domain) {
	t.Helper()
	parent = start(t, domain.Options{})
	return parent, start(t, domain.Options{Child: &domain.Child{Of: parent, Label: "emea", NetBIOS: "EMEA"}})
}

// Both DCs tell of one forest: its schema, its configuration, its two domains and their DCs.
func TestOneForest(t *testing.T) {
	parent, child := twoOfAForest(t)
	if child.Name() != "emea."+parent.Name() || child.NetBIOS() != "EMEA" {
		t.Fatalf("%s, %s", child.Name(), child.NetBIOS())
	}
	for _, d := range []*domain.Domain{parent, child} {
		c := hands(t, d, domain.RoleAdmin, d.LDAPS())
		if root := c.Root(); root.Forest() != parent.Name() || root.Domain() != d.Name() || root.ConfigNC != "CN=Configuration,"+parent.BaseDN() {
			t.Errorf("%s: %+v", d.Name(), root)
		}
		all, err := c.Domains(t.Context())
		if err != nil || len(all) != 2 || all[0].DNS != parent.Name() || !all[0].ForestRoot || all[1].DNS != child.Name() || all[1].DN != child.BaseDN() {
			t.Errorf("%s: domains %+v, %v", d.Name(), all, err)
		}
		dcs, err := c.DCs(t.Context())
		if err != nil || len(dcs) != 1 || !dcs[0].Connected {
			t.Errorf("%s: DCs %+v, %v", d.Name(), dcs, err)
		}
		if name, err := c.NetBIOSName(t.Context()); err != nil || name != d.NetBIOS() {
			t.Errorf("%s: %s, %v", d.Name(), name, err)
		}
	}
	if err := parent.Reset(); err == nil {
		t.Error("the parent is reset under its child")
	}
}

// A DC refers to the other domain, and never answers for it.
func TestRefersToTheOtherDomain(t *testing.T) {
	parent, child := twoOfAForest(t)
	for _, c := range []struct {
		on, to *domain.Domain
		base   string
	}{
		{parent, child, child.BaseDN()}, {parent, child, "CN=Nobody,OU=Nowhere," + child.BaseDN()},
		{child, parent, parent.BaseDN()}, {child, parent, "CN=Administrator,CN=Users," + parent.BaseDN()},
	} {
		_, err := as(t, c.on, domain.RoleAdmin).Search(ldap.NewSearchRequest(c.base, ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", nil, nil))
		wants(t, c.base, err, ldap.LDAPResultReferral, c.to.Name())
	}
	below := func(d *domain.Domain, base string) []string {
		res, err := as(t, d, domain.RoleAdmin).Search(ldap.NewSearchRequest(base, ldap.ScopeWholeSubtree, 0, 0, 0, false, "(cn=nobody at all)", nil, nil))
		if err != nil {
			t.Fatal(err)
		}
		return res.Referrals
	}
	config := "CN=Configuration," + parent.BaseDN()
	for _, c := range []struct {
		on   *domain.Domain
		base string
		want []string
	}{
		{parent, parent.BaseDN(), []string{"ldap://" + child.Name() + "/" + child.BaseDN(), "ldap://" + parent.Name() + "/" + config}},
		{parent, "CN=Users," + parent.BaseDN(), nil},
		{child, child.BaseDN(), nil},
		{child, config, []string{"ldap://" + parent.Name() + "/CN=Schema," + config}},
	} {
		if got := below(c.on, c.base); !slices.Equal(got, c.want) {
			t.Errorf("%s on %s refers to %q, want %q", c.base, c.on.Name(), got, c.want)
		}
	}
}

// Who has an account in one domain signs in at the other: as whoever they are, with the
// groups of the forest and those there that hold them.
func TestSignsInAcross(t *testing.T) {
	parent, child := twoOfAForest(t)
	boss, branch := parent.Account(domain.RoleAdmin), child.Account(domain.RoleAdmin)
	for _, name := range []string{parent.NetBIOS() + `\Administrator`, boss.UPN, parent.Name() + `\administrator`} {
		c := bind(t, child, name, boss.Password)
		who, err := c.WhoAmI(nil)
		if err != nil || who.AuthzID != "u:"+parent.NetBIOS()+`\Administrator` {
			t.Errorf("%s is %+v, %v", name, who, err)
		}
		// Enterprise Admins are in the child's Administrators.
		if err := replace(c, "OU=Branch,"+child.BaseDN(), "description", "seen by "+name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	wants(t, "a wrong password", dial(t, child).Bind(boss.UPN, "Wrong-1"), ldap.LDAPResultInvalidCredentials, "52e")
	visitor := bind(t, parent, `EMEA\Administrator`, branch.Password)
	if got := find(t, visitor, parent.BaseDN(), "(sAMAccountName=Helpdesk)", "cn"); len(got) != 1 {
		t.Errorf("the child's administrator reads %v", got)
	}
	wants(t, "a write of the child's administrator", replace(visitor, "OU=Contoso,"+parent.BaseDN(), "description", "x"), ldap.LDAPResultInsufficientAccessRights, "")
	user := child.Account(domain.RoleUser)
	wants(t, "a write of a child's user", replace(bind(t, parent, user.UPN, user.Password), "OU=Contoso,"+parent.BaseDN(), "description", "x"), ldap.LDAPResultInsufficientAccessRights, "")
}

// A domain-local group of the child holds objects of the parent's by their DNs, and is
// found by them, at any depth. A global one holds none, and the parent knows nothing of it.
func TestMembersOfTheOtherDomain(t *testing.T) {
	parent, child := twoOfAForest(t)
	c := as(t, child, domain.RoleAdmin)
	connector := parent.Account(domain.RoleConnector).DN
	group := func(name, kind string, members ...string) (string, error) {
		dn := "CN=" + name + ",CN=Users," + child.BaseDN()
		r := ldap.NewAddRequest(dn, nil)
		r.Attribute("objectClass", []string{"group"})
		r.Attribute("sAMAccountName", []string{name})
		r.Attribute("groupType", []string{kind})
		r.Attribute("member", members)
		return dn, c.Add(r)
	}
	const local, global = "-2147483644", "-2147483646"
	inner, err := group("Inner", local, connector)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := group("Outer", local, inner); err != nil {
		t.Fatal(err)
	}
	_, err = group("Global", global, connector)
	wants(t, "a global group", err, ldap.LDAPResultUnwillingToPerform, "")
	_, err = group("Nobody", local, "CN=nobody,"+parent.BaseDN())
	wants(t, "a member who is nobody", err, ldap.LDAPResultNoSuchObject, "")
	if got := one(t, c, inner, "member"); got != connector {
		t.Errorf("the member is %s", got)
	}
	for filter, want := range map[string]int{
		"(member=" + connector + ")": 1, "(member:1.2.840.113556.1.4.1941:=" + strings.ToUpper(connector) + ")": 2,
		"(distinguishedName=" + connector + ")": 0, "(sAMAccountName=MSOL_*)": 0,
	} {
		if got := find(t, c, child.BaseDN(), filter, "cn"); len(got) != want {
			t.Errorf("%s finds %v", filter, got)
		}
	}
	if got := one(t, as(t, parent, domain.RoleAdmin), connector, "memberOf"); strings.Contains(got, "DC=emea") {
		t.Errorf("the parent shows the membership %s", got)
	}
}
