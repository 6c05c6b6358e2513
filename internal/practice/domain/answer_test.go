package domain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/practice/domain"
)

// What is made when it is asked for, and what is shown without being named.
func TestAttributesThatAreMade(t *testing.T) {
	d := start(t, domain.Options{})
	admin, a := as(t, d, domain.RoleAdmin), d.Account(domain.RoleUser)
	for name, want := range map[string]string{
		"canonicalName": "corp.contoso.com/Contoso/People/Sales/EMEA/", "msDS-PrincipalName": `CONTOSO\`, "sDRightsEffective": "15",
		"objectCategory": "CN=Person,CN=Schema,CN=Configuration,", "msDS-UserPasswordExpiryTimeComputed": "9223372036854775807",
		"name": "", "cn": "", "modifyTimeStamp": "20", "structuralObjectClass": "top", "whenCreated": "20",
	} {
		if got := one(t, admin, a.DN, name); got == "" || !strings.HasPrefix(got, want) {
			t.Errorf("%s is %q, want %q…", name, got, want)
		}
	}
	if got := one(t, as(t, d, domain.RoleHelpdesk), a.DN, "sDRightsEffective"); got != "0" {
		t.Errorf("the help desk's sDRightsEffective is %s", got)
	}
	res, err := as(t, d, domain.RoleHelpdesk).Search(ldap.NewSearchRequest(a.DN, ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", []string{"allowedAttributesEffective"}, nil))
	if err != nil || !slices.Equal(res.Entries[0].GetAttributeValues("allowedAttributesEffective"), []string{"pwdLastSet"}) {
		t.Errorf("the help desk may write %v, %v", res.Entries[0].Attributes, err)
	}
	for dn, v := range find(t, admin, a.DN[strings.IndexByte(a.DN, ',')+1:], "(cn=*)", "tokenGroups") {
		if len(v) != 0 {
			t.Errorf("tokenGroups of %s in a search of a subtree", dn)
		}
	}
	plain, err := admin.Search(ldap.NewSearchRequest(a.DN, ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	e := plain.Entries[0]
	for name, shown := range map[string]bool{
		"objectClass": true, "memberOf": true, "manager": true, "mail": true, "distinguishedName": true, "nTSecurityDescriptor": false,
		"tokenGroups": false, "unicodePwd": false, "replPropertyMetaData": false, "canonicalName": false,
	} {
		if got := len(e.GetRawAttributeValues(name)) > 0; got != shown && name != "manager" {
			t.Errorf("%s is shown without being named: %v, want %v", name, got, shown)
		}
	}
	if classes := e.GetAttributeValues("objectClass"); !slices.Equal(classes, []string{"top", "person", "organizationalPerson", "user"}) {
		t.Errorf("objectClass is %v", classes)
	}
}

func TestRanges(t *testing.T) {
	d := start(t, domain.Options{})
	admin := as(t, d, domain.RoleAdmin)
	group := "CN=EMEA Team,OU=Groups,OU=Contoso," + d.BaseDN()
	for ask, want := range map[string]struct {
		name string
		n    int
	}{
		"member;range=0-*": {"member;range=0-*", 80}, "member;range=0-9": {"member;range=0-9", 10},
		"member;range=70-99": {"member;range=70-*", 10}, "member;range=80-*": {"", 0}, "member;range=x": {"", 0}, "member": {"member", 80},
	} {
		res, err := admin.Search(ldap.NewSearchRequest(group, ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", []string{ask}, nil))
		if err != nil {
			t.Fatal(err)
		}
		name, n := "", 0
		for _, a := range res.Entries[0].Attributes {
			name, n = a.Name, len(a.Values)
		}
		if name != want.name || n != want.n {
			t.Errorf("%s: %q with %d values, want %+v", ask, name, n, want)
		}
	}
}

// Searches that a browser makes: other naming contexts, references, a resolved
// name, types without values.
func TestBrowsing(t *testing.T) {
	d := start(t, domain.Options{})
	c := as(t, d, domain.RoleUser)
	res, err := c.Search(ldap.NewSearchRequest(d.BaseDN(), ldap.ScopeWholeSubtree, 0, 0, 0, true, "(anr=Administrat)", []string{"cn"}, nil))
	if err != nil || len(res.Entries) < 1 || len(res.Entries[0].GetAttributeValues("cn")) != 0 || len(res.Entries[0].Attributes) != 1 {
		t.Errorf("names only: %+v, %v", res, err)
	}
	if len(res.Referrals) != 1 || !strings.HasPrefix(res.Referrals[0], "ldap://corp.contoso.com/CN=Configuration,") {
		t.Errorf("the search refers to %v", res.Referrals)
	}
	for base, want := range map[string]string{
		"CN=Schema,CN=Configuration," + d.BaseDN():          "(lDAPDisplayName=pwdLastSet)",
		"CN=Extended-Rights,CN=Configuration," + d.BaseDN(): "(rightsGuid=ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501)",
		"CN=Partitions,CN=Configuration," + d.BaseDN():      "(nETBIOSName=contoso)",
	} {
		if n := len(find(t, c, base, want, "cn")); n != 1 {
			t.Errorf("%s in %s finds %d", want, base, n)
		}
	}
	for _, base := range []string{"CN=Deleted Objects," + d.BaseDN(), "CN=Password Settings Container,CN=System," + d.BaseDN() + "x"} {
		_, err := c.Search(ldap.NewSearchRequest(base, ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", nil, nil))
		if err == nil {
			t.Errorf("%s is shown to everybody", base)
		}
	}
	wants(t, "writing to the schema", replace(as(t, d, domain.RoleAdmin), "CN=Pwd-Last-Set,CN=Schema,CN=Configuration,"+d.BaseDN(), "lDAPDisplayName", "x"), ldap.LDAPResultUnwillingToPerform, "")
}

// Writes that a DC refuses, each with its code.
func TestWritesThatAreRefused(t *testing.T) {
	d := start(t, domain.Options{})
	admin, a := as(t, d, domain.RoleAdmin), d.Account(domain.RoleUser)
	other := d.Account(domain.RoleHelpdesk)
	for _, c := range []struct {
		what, name string
		values     []string
		code       uint16
	}{
		{"no such attribute", "shoeSize", []string{"43"}, ldap.LDAPResultNoSuchAttribute},
		{"two values of one", "title", []string{"a", "b"}, ldap.LDAPResultConstraintViolation},
		{"the same value twice", "proxyAddresses", []string{"smtp:a@b", "SMTP:A@B"}, ldap.LDAPResultAttributeOrValueExists},
		{"no number", "adminCount", []string{"many"}, ldap.LDAPResultInvalidAttributeSyntax},
		{"a back link", "memberOf", []string{a.DN}, ldap.LDAPResultConstraintViolation},
		{"the RDN", "cn", []string{"Else"}, ldap.LDAPResultNotAllowedOnRDN},
		{"a name that is taken", "sAMAccountName", []string{other.Name}, ldap.LDAPResultEntryAlreadyExists},
		{"a UPN that is taken", "userPrincipalName", []string{other.UPN}, ldap.LDAPResultConstraintViolation},
		{"a manager who is nobody", "manager", []string{"CN=nobody," + d.BaseDN()}, ldap.LDAPResultNoSuchObject},
		{"no kind of account", "userAccountControl", []string{"2"}, ldap.LDAPResultUnwillingToPerform},
		{"a descriptor that is none", "nTSecurityDescriptor", []string{"x"}, ldap.LDAPResultUnwillingToPerform},
	} {
		wants(t, c.what, replace(admin, a.DN, c.name, c.values...), c.code, "")
	}
	people := "OU=People,OU=Contoso," + d.BaseDN()
	wants(t, "below itself", admin.ModifyDN(ldap.NewModifyDNRequest(people, "OU=People", true, "OU=HR,"+people)), ldap.LDAPResultUnwillingToPerform, "")
	wants(t, "the root", admin.Del(ldap.NewDelRequest(d.BaseDN(), nil)), ldap.LDAPResultUnwillingToPerform, "")
	wants(t, "a container that must be", admin.Del(ldap.NewDelRequest("CN=Users,"+d.BaseDN(), nil)), ldap.LDAPResultUnwillingToPerform, "")
	for what, r := range map[string]*ldap.AddRequest{
		"no class":           {DN: "CN=x," + people},
		"an unknown class":   {DN: "CN=x," + people, Attributes: []ldap.Attribute{{Type: "objectClass", Vals: []string{"unicorn"}}}},
		"a wrong RDN":        {DN: "OU=x," + people, Attributes: []ldap.Attribute{{Type: "objectClass", Vals: []string{"group"}}}},
		"nowhere":            {DN: "CN=x,OU=nowhere," + people, Attributes: []ldap.Attribute{{Type: "objectClass", Vals: []string{"group"}}}},
		"there already":      {DN: a.DN, Attributes: []ldap.Attribute{{Type: "objectClass", Vals: []string{"user"}}}},
		"enabled, no secret": {DN: "CN=x," + people, Attributes: []ldap.Attribute{{Type: "objectClass", Vals: []string{"user"}}, {Type: "userAccountControl", Vals: []string{"512"}}}},
	} {
		if err := admin.Add(r); err == nil {
			t.Errorf("%s: added", what)
		}
	}
	if n := len(find(t, admin, people, "(cn=x)", "cn")); n != 0 {
		t.Errorf("%d of them are there", n)
	}
}
