package contract

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
)

// found are the RDN values of what a filter finds below a base, sorted.
func (b *bench) found(base, filter string) ([]string, error) {
	res, err := b.admin.Search(ldap.NewSearchRequest(base, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 0, 0, false, filter, []string{"name"}, nil))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range res.Entries {
		out = append(out, e.GetAttributeValue("name"))
	}
	slices.Sort(out)
	return out, nil
}

func filters(t *testing.T, b *bench) {
	ou := b.add(t, "OU="+unique("f")+","+b.ou, map[string][]string{"objectClass": {"organizationalUnit"}})
	for name, more := range map[string]map[string][]string{
		"a1": {"description": {"Red (light), 100 %"}, "employeeID": {"100"}, "userAccountControl": {"514"}, "title": {"Boss"}},
		"a2": {"description": {"red"}, "employeeID": {"200"}, "userAccountControl": {"66050"}},
		"b1": {"employeeID": {"300"}, "userAccountControl": {"514"}, "title": {"boss of bosses"}},
	} {
		attributes := map[string][]string{"objectClass": {"user"}, "sAMAccountName": {unique(name)}}
		for k, v := range more {
			attributes[k] = v
		}
		b.add(t, "CN="+name+","+ou, attributes)
	}
	b.add(t, "CN=g1,"+ou, map[string][]string{"objectClass": {"group"}, "sAMAccountName": {unique("g1")}, "member": {"CN=a1," + ou}})
	b.add(t, "CN=g2,"+ou, map[string][]string{"objectClass": {"group"}, "sAMAccountName": {unique("g2")}, "member": {"CN=g1," + ou}})
	self := b.read(b.admin, "CN=a1,"+ou, "objectSid", "objectGUID")
	bytes := func(name string) string {
		raw := self.GetRawAttributeValue(name)
		return `\` + strings.Join(strings.Fields(fmt.Sprintf("% x", raw)), `\`)
	}
	for filter, want := range map[string]string{
		"(objectClass=user)":                                   "a1 a2 b1",
		"(&(objectCategory=person)(objectClass=user))":         "a1 a2 b1",
		"(objectClass=top)":                                    "OU a1 a2 b1 g1 g2",
		"(OBJECTCLASS=Group)":                                  "g1 g2",
		"(cn=A1)":                                              "a1",
		"(|(cn=a1)(cn=g2))":                                    "a1 g2",
		"(&(objectClass=user)(!(cn=a1)))":                      "a2 b1",
		"(&(objectClass=user)(!(title=boss)))":                 "a2 b1",
		"(description=RED)":                                    "a2",
		"(description=red*)":                                   "a1 a2",
		"(description=*light*100*)":                            "a1",
		`(description=Red \28light\29*%)`:                      "a1",
		"(description=*red*)":                                  "a1 a2",
		"(description=*)":                                      "a1 a2",
		"(title=boss*s)":                                       "b1",
		"(userAccountControl=514)":                             "a1 b1",
		"(userAccountControl:1.2.840.113556.1.4.803:=65538)":   "a2",
		"(userAccountControl:1.2.840.113556.1.4.804:=65538)":   "a1 a2 b1",
		"(userAccountControl>=515)":                            "a2",
		"(userAccountControl<=514)":                            "a1 b1",
		"(member=CN=a1," + ou + ")":                            "g1",
		"(member:1.2.840.113556.1.4.1941:=CN=a1," + ou + ")":   "g1 g2",
		"(memberOf:1.2.840.113556.1.4.1941:=CN=g2," + ou + ")": "a1 g1",
		"(memberOf=cn=G2," + ou + ")":                          "g1",
		"(objectSid=" + bytes("objectSid") + ")":               "a1",
		"(objectGUID=" + bytes("objectGUID") + ")":             "a1",
		"(objectSid=" + sidOf(t, self.GetRawAttributeValue("objectSid")).String() + ")": "a1",
		"(noSuchAttributeAtAll=1)":           "",
		"(|(noSuchAttributeAtAll=1)(cn=a2))": "a2",
		"(&)":                                "OU a1 a2 b1 g1 g2",
		"(|)":                                "",
		"(whenCreated>=20000101000000.0Z)":   "OU a1 a2 b1 g1 g2",
		"(whenCreated<=20000101000000.0Z)":   "",
	} {
		got, err := b.found(ou, filter)
		for i, name := range got {
			if !strings.Contains(name, "1") && !strings.Contains(name, "2") || len(name) > 2 {
				got[i] = "OU"
			}
		}
		slices.Sort(got)
		if text := strings.Join(got, " "); err != nil || text != want {
			t.Errorf("%s finds %q (%v), want %q", filter, text, err, want)
		}
	}
}

func pages(t *testing.T, b *bench) {
	ou := b.add(t, "OU="+unique("p")+","+b.ou, map[string][]string{"objectClass": {"organizationalUnit"}})
	const n = 7
	for i := range n {
		b.add(t, fmt.Sprintf("OU=part%d,%s", i, ou), map[string][]string{"objectClass": {"organizationalUnit"}})
	}
	paging := ldap.NewControlPaging(3)
	var sizes []int
	seen := map[string]bool{}
	for {
		res, err := b.admin.Search(ldap.NewSearchRequest(ou, ldap.ScopeSingleLevel, 0, 0, 0, false, "(objectClass=organizationalUnit)", []string{"1.1"}, []ldap.Control{paging}))
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(res.Entries))
		for _, e := range res.Entries {
			if len(e.Attributes) != 0 || seen[e.DN] {
				t.Errorf("%s came with %d attributes, twice: %v", e.DN, len(e.Attributes), seen[e.DN])
			}
			seen[e.DN] = true
		}
		next, ok := ldap.FindControl(res.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging)
		if !ok {
			t.Fatal("the answer has no paging control")
		}
		if len(next.Cookie) == 0 {
			break
		}
		paging.SetCookie(next.Cookie)
	}
	if !slices.Equal(sizes, []int{3, 3, 1}) || len(seen) != n {
		t.Errorf("the pages have %v entries, %d in all", sizes, len(seen))
	}
	count := 0
	err := b.hands().Search(t.Context(), ou, directory.OneDown, "(objectClass=*)", []string{"nTSecurityDescriptor", "ou"}, func(e *directory.Entry) error {
		d, err := secdesc.Parse(e.Raw("nTSecurityDescriptor"))
		if err == nil && d.HasDACL() && d.SACL == nil && !d.Owner.IsZero() {
			count++
		}
		return err
	})
	if err != nil || count != n {
		t.Errorf("the hands find %d, %v", count, err)
	}
}

func bases(t *testing.T, b *bench) {
	u := b.user(b.ou, "user")
	raw := b.read(b.admin, u.DN, "objectGUID", "objectSid")
	guid, err := secdesc.GUIDFromBytes(raw.GetRawAttributeValue("objectGUID"))
	if err != nil {
		t.Fatal(err)
	}
	for _, base := range []string{
		"<GUID=" + guid.String() + ">", "<GUID=" + hex.EncodeToString(guid[:]) + ">", "<SID=" + u.SID + ">",
		"<SID=" + hex.EncodeToString(raw.GetRawAttributeValue("objectSid")) + ">", strings.ToLower(u.DN), strings.ReplaceAll(u.DN, ",", ", "),
	} {
		if e := b.read(b.admin, base, "distinguishedName"); e.DN != u.DN || e.GetAttributeValue("distinguishedName") != u.DN {
			t.Errorf("%s is %s", base, e.DN)
		}
	}
	users := b.read(b.admin, "<WKGUID=a9d1ca15768811d1aded00c04fd8d5cd,"+b.BaseDN+">", "cn")
	if !strings.EqualFold(users.DN, "CN=Users,"+b.BaseDN) {
		t.Errorf("the well-known Users is %s", users.DN)
	}
	for base, want := range map[string]uint16{
		"CN=nobody," + b.ou: ldap.LDAPResultNoSuchObject, "<GUID=" + secdesc.GUID{9}.String() + ">": ldap.LDAPResultNoSuchObject,
		"DC=other,DC=example": orSamba[uint16](b, ldap.LDAPResultReferral, ldap.LDAPResultNoSuchObject), "no name at all": ldap.LDAPResultInvalidDNSyntax,
	} {
		_, err := b.found(base, "(objectClass=*)")
		code(t, base, err, want)
	}
}

func limits(t *testing.T, b *bench) {
	ou := b.add(t, "OU="+unique("l")+","+b.ou, map[string][]string{"objectClass": {"organizationalUnit"}})
	for range 3 {
		b.add(t, "OU="+unique("x")+","+ou, map[string][]string{"objectClass": {"organizationalUnit"}})
	}
	ask := func(limit int, controls ...ldap.Control) (int, error) {
		res, err := b.admin.Search(ldap.NewSearchRequest(ou, ldap.ScopeSingleLevel, 0, limit, 0, false, "(objectClass=*)", []string{"ou"}, controls))
		return len(res.Entries), err
	}
	n, err := ask(2) // Samba does not mind a limit
	code(t, "a search for two of three", err, orSamba[uint16](b, ldap.LDAPResultSizeLimitExceeded, ldap.LDAPResultSuccess))
	if n != orSamba(b, 2, 3) {
		t.Errorf("%d entries, want 2", n)
	}
	if n, err = ask(3); n != 3 || err != nil {
		t.Errorf("three of three: %d, %v", n, err)
	}
	_, err = ask(0, ldap.NewControlString("1.2.3.4.5.6", true, ""))
	// Nor, on a search, a critical control that it does not know.
	code(t, "a critical control that nobody knows", err, orSamba[uint16](b, ldap.LDAPResultUnavailableCriticalExtension, ldap.LDAPResultSuccess))
	if n, err = ask(0, ldap.NewControlString("1.2.3.4.5.6", false, "")); n != 3 || err != nil {
		t.Errorf("with a control that nobody knows: %d, %v", n, err)
	}
	yes, err := b.admin.Compare(ou, "objectClass", "organizationalUnit")
	if !yes || err != nil {
		t.Errorf("compare: %v, %v", yes, err)
	}
}
