package domain_test

import (
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/practice/domain"
)

// What is in the company, counted as an administrator would with ldapsearch.
func TestCompany(t *testing.T) {
	d := start(t, domain.Options{})
	c := as(t, d, domain.RoleAdmin)
	for filter, want := range map[string][2]int{ // at least, at most
		"(&(objectCategory=person)(objectClass=user))":                            {500, 520},
		"(objectClass=inetOrgPerson)":                                             {30, 30},
		"(&(objectClass=user)(adminCount=1))":                                     {5, 8},
		"(userAccountControl:1.2.840.113556.1.4.803:=2)":                          {16, 20},
		"(objectClass=msDS-PasswordSettings)":                                     {1, 1},
		"(objectClass=organizationalUnit)":                                        {18, 25},
		"(objectClass=computer)":                                                  {7, 7},
		"(&(objectClass=user)(lockoutTime>=1))":                                   {1, 1},
		"(&(objectCategory=person)(sAMAccountType=805306368)(pwdLastSet=0))":      {1, 1},
		"(sAMAccountName=MSOL_*)":                                                 {1, 1},
		"(member:1.2.840.113556.1.4.1941:=" + d.Account(domain.RoleUser).DN + ")": {3, 3},
	} {
		if n := len(find(t, c, d.BaseDN(), filter, "cn")); n < want[0] || n > want[1] {
			t.Errorf("%s finds %d, want %v", filter, n, want)
		}
	}
	upns := map[string]string{}
	for dn, v := range find(t, c, d.BaseDN(), "(userPrincipalName=*)", "userPrincipalName") {
		if other := upns[v[0]]; other != "" {
			t.Errorf("%s and %s are both %s", dn, other, v[0])
		}
		upns[v[0]] = dn
	}
	names := map[string]bool{}
	for _, v := range find(t, c, d.BaseDN(), "(sAMAccountName=*)", "sAMAccountName") {
		if name := strings.ToLower(v[0]); names[name] || len(name) > 40 {
			t.Errorf("%s is there twice, or too long", name)
		} else {
			names[name] = true
		}
	}
}

// Who has AdminSDHolder's mark and permissions in the company is who the rule says
// is protected, but for the one who was once.
func TestProtectedInTheCompany(t *testing.T) {
	d := start(t, domain.Options{})
	c, conn := hands(t, d, domain.RoleAdmin, d.LDAPS()), as(t, d, domain.RoleAdmin)
	marked := find(t, conn, d.BaseDN(), "(&(objectCategory=person)(adminCount=1))", "cn")
	var once []string
	protected := 0
	for dn := range find(t, conn, d.BaseDN(), "(objectCategory=person)", "cn") {
		_, mark := marked[dn]
		if !mark && strings.Contains(dn, ",OU=People,") {
			continue // hundreds that are alike
		}
		a, err := c.Account(t.Context(), dn)
		if err != nil {
			t.Fatal(err)
		}
		inherits, known := a.Inherits()
		switch is := len(a.ProtectedBy) > 0; {
		case !known, mark == inherits:
			t.Errorf("%s is marked: %v, and inherits: %v", dn, mark, inherits)
		case is:
			protected++
		}
		if mark != (len(a.ProtectedBy) > 0) {
			once = append(once, dn)
		}
	}
	if len(once) != 1 || protected != 5 {
		t.Errorf("%d are protected, and %q are marked and are not", protected, once)
	}
}

// Every descriptor in the company parses, stands in canonical order, and holds
// exactly what its parent passes on.
func TestDescriptorsOfTheCompany(t *testing.T) {
	d := start(t, domain.Options{})
	c := hands(t, d, domain.RoleAdmin, d.LDAPS())
	all := map[string]*secdesc.Descriptor{}
	protected := 0
	err := c.Search(t.Context(), d.BaseDN(), directory.Subtree, "(objectClass=*)", []string{"nTSecurityDescriptor"}, func(e *directory.Entry) error {
		sd, err := secdesc.Parse(e.Raw("nTSecurityDescriptor"))
		if err != nil {
			return err
		}
		if at, ok := adperms.Canonical(sd.DACL); !ok || len(sd.DACL.ACEs) == 0 {
			t.Errorf("%s: ACE %d is out of order", e.DN, at)
		}
		if sd.Protected() {
			protected++
		}
		if parent := all[e.DN[strings.IndexByte(e.DN, ',')+1:]]; parent != nil {
			inherited := 0
			for _, a := range sd.DACL.ACEs {
				if a.Inherited() {
					inherited++
				}
			}
			if (inherited == 0) != sd.Protected() {
				t.Errorf("%s inherits %d ACEs, protected: %v", e.DN, inherited, sd.Protected())
			}
		}
		all[e.DN] = sd
		return nil
	})
	if err != nil || len(all) < 550 || protected < 10 {
		t.Errorf("%d descriptors, %d of them protected, %v", len(all), protected, err)
	}
}

// Who is out of reach when the connector account has its rights on the root:
// what the practice is there to show.
func TestWhoIsOutOfReach(t *testing.T) {
	d := start(t, domain.Options{})
	c := hands(t, d, domain.RoleAdmin, d.LDAPS())
	connector := d.Account(domain.RoleConnector)
	root, err := c.Object(t.Context(), d.BaseDN())
	if err != nil {
		t.Fatal(err)
	}
	sd, err := secdesc.Parse(root.Descriptor)
	if err != nil {
		t.Fatal(err)
	}
	var edit adperms.Edit
	for _, g := range adperms.WritebackGrants(secdesc.MustSID(connector.SID), adperms.WritebackClasses()[0]) {
		edit.Add = append(edit.Add, g.ACE())
	}
	after, _, err := edit.Rewrite(sd)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := adperms.Payload(after)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.WriteDACL(t.Context(), d.BaseDN(), payload); err != nil {
		t.Fatal(err)
	}
	conn, admin := as(t, d, domain.RoleConnector), as(t, d, domain.RoleAdmin)
	people := "OU=People,OU=Contoso," + d.BaseDN()
	for ou, want := range map[string]uint16{
		"OU=EMEA,OU=Sales," + people: 0, "OU=HR," + people: 0, "OU=Accounting,OU=Finance," + people: 0,
		"OU=Payroll,OU=Finance," + people:            ldap.LDAPResultInsufficientAccessRights, // a deny, by way of two groups
		"OU=Legal," + people:                         ldap.LDAPResultInsufficientAccessRights, // inheritance is blocked
		"OU=Partners," + people:                      ldap.LDAPResultInsufficientAccessRights, // inetOrgPerson
		"OU=Administration,OU=Contoso," + d.BaseDN(): ldap.LDAPResultInsufficientAccessRights, // protected accounts
	} {
		for dn := range find(t, admin, ou, "(objectClass=user)", "cn") {
			wants(t, dn, reset(conn, dn, "Any-Password-At-All-1"), want, "")
		}
	}
	refused := 0
	for dn := range find(t, admin, "OU=Engineering,"+people, "(objectClass=user)", "cn") {
		if reset(conn, dn, "Any-Password-At-All-1") != nil {
			refused++
		}
	}
	if refused != 2 {
		t.Errorf("%d people in Engineering are out of reach, want the two with a protected DACL", refused)
	}
}

func TestHelpdeskReachesSalesAlone(t *testing.T) {
	d := start(t, domain.Options{})
	conn, admin := as(t, d, domain.RoleHelpdesk), as(t, d, domain.RoleAdmin)
	people := "OU=People,OU=Contoso," + d.BaseDN()
	for ou, want := range map[string]uint16{"OU=Americas,OU=Sales," + people: 0, "OU=HR," + people: ldap.LDAPResultInsufficientAccessRights} {
		for dn := range find(t, admin, ou, "(objectClass=user)", "cn") {
			wants(t, dn, reset(conn, dn, "Any-Password-At-All-1"), want, "")
		}
	}
	user := as(t, d, domain.RoleUser)
	wants(t, "somebody else's password", reset(user, d.Account(domain.RoleHelpdesk).DN, "Any-Password-At-All-1"), ldap.LDAPResultInsufficientAccessRights, "00000005: SecErr")
	if sees := find(t, user, d.BaseDN(), "(objectClass=msDS-PasswordSettings)", "cn"); len(sees) != 0 {
		t.Errorf("an ordinary user sees %v", sees)
	}
	wants(t, "one's own phone", replace(user, d.Account(domain.RoleUser).DN, "mobile", "+49 1"), 0, "")
	wants(t, "one's own title", replace(user, d.Account(domain.RoleUser).DN, "title", "Boss"), ldap.LDAPResultInsufficientAccessRights, "")
}
