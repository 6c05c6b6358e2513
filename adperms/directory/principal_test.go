package directory_test

import (
	"slices"
	"strings"
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

func TestPrincipalInEveryForm(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	name := sambatest.Unique("ann")
	dn := dc.AddUser(t, ou, name, userPassword)
	upn := "first.last" + name + "@alias.example"
	dc.SetAttribute(t, dn, "userPrincipalName", upn)
	dc.SetAttribute(t, dn, "displayName", "Ann Example")
	sid := dc.SID(t, dn)
	for _, form := range []string{
		dn, strings.ToUpper(dn), name, strings.ToUpper(name), " " + name + " ", upn, strings.ToUpper(upn), sid,
		dc.Domain + `\` + name, strings.ToLower(dc.Domain) + `\` + name, domainOf(dc) + `\` + name,
		name + "@" + domainOf(dc), // every account has this one, too
	} {
		p, err := c.Principal(t.Context(), form)
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		if p.DN != dn || p.SID.String() != sid || p.SAM != name || p.UPN != upn || p.Class != "user" ||
			p.Disabled || p.DisplayName != "Ann Example" || p.Created.IsZero() {
			t.Errorf("%s: %+v", form, p)
		}
	}
}

func TestPrincipalClasses(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	group, person := sambatest.Unique("grp"), sambatest.Unique("iop")
	dc.AddGroup(t, ou, group)
	dc.SetAttribute(t, dc.AddInetOrgPerson(t, ou, person, userPassword), "userAccountControl", "514")
	if p, err := c.Principal(t.Context(), group); err != nil || p.Class != "group" || p.Disabled {
		t.Errorf("group: %+v, %v", p, err)
	}
	if p, err := c.Principal(t.Context(), person); err != nil || p.Class != "inetOrgPerson" || !p.Disabled {
		t.Errorf("inetOrgPerson: %+v, %v", p, err)
	}
	_, err := c.Principal(t.Context(), ou)
	says(t, as[*directory.NoSuchPrincipalError](t, err), "of class organizationalUnit, has no SID")
	contact := dc.Add(t, "CN="+sambatest.Unique("partner")+","+ou, sambatest.Attrs{"objectClass": {"contact"}})
	for _, ask := range []func() error{
		func() error { _, err := c.Principal(t.Context(), contact); return err },
		func() error { _, err := c.Trustee(t.Context(), contact); return err },
	} {
		says(t, as[*directory.NoSuchPrincipalError](t, ask()), "it is a contact", "cannot be a connector account")
	}
}

// A name that was meant as a DN is told how one is written, whatever type it begins
// with; other names are not.
func TestBrokenDN(t *testing.T) {
	c := open(t, admin(sambatest.Shared(t)))
	for name, broken := range map[string]bool{
		"CN=Lee, Ann,DC=corp": true, "uid=lee, ann,DC=corp": true, "O=Lee, Ann": true, "2.5.4.3=Lee, Ann,DC=corp": true, "CN=a@b, c,dc=corp": true,
		"a=b,c@corp.example": false, "Lee, Ann": false, "=x,y": false,
	} {
		_, err := c.Principal(t.Context(), name)
		if why := as[*directory.NoSuchPrincipalError](t, err).Why; strings.Contains(why, "does not parse as a DN") != broken {
			t.Errorf("%s: %q", name, why)
		}
	}
}

// Names are data, never filter: these would find everybody.
func TestPrincipalIsEscaped(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	for _, name := range []string{"*", "Admin*", "x)(objectClass=*", "*)(sAMAccountName=*", `CORP\*`, "*@" + domainOf(dc), "a\x00b", "(", "", " ", `\`} {
		p, err := c.Principal(t.Context(), name)
		if err == nil {
			t.Errorf("%q found %s", name, p.DN)
			continue
		}
		as[*directory.NoSuchPrincipalError](t, err)
	}
}

func TestNoSuchPrincipal(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	name := sambatest.Unique("msol")
	dc.AddUser(t, ou, name, userPassword)
	_, err := c.Principal(t.Context(), name[:len(name)-1]+"zz")
	none := as[*directory.NoSuchPrincipalError](t, err)
	if len(none.Near) == 0 || len(none.Near) > 5 {
		t.Errorf("near names: %+v", none.Near)
	}
	says(t, err, "did you mean")
	for _, typo := range []string{name[:6] + "x" + name[7:], name[:2] + name[3:], strings.ToUpper(name[:len(name)-1])} {
		_, err := c.Principal(t.Context(), typo)
		if none := as[*directory.NoSuchPrincipalError](t, err); len(none.Near) == 0 || none.Near[0].SAM != name {
			t.Errorf("%s is not the first to be meant by %s: %+v", name, typo, none.Near)
		}
	}
	_, err = c.Principal(t.Context(), `OTHER\`+name)
	says(t, as[*directory.NoSuchPrincipalError](t, err), "OTHER", dc.Domain)
	_, err = c.Principal(t.Context(), "S-1-5-21-1-2-3-500")
	as[*directory.NoSuchPrincipalError](t, err)
	_, err = c.Principal(t.Context(), "CN=nobody,"+ou)
	as[*directory.NotFoundError](t, err)
}

// Samba keeps a UPN from being given twice, Windows does not everywhere: a proxy
// lets the DC find two accounts where it would find one.
func TestSeveralPrincipals(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	ou := dc.OU(t)
	one, two := sambatest.Unique("one"), sambatest.Unique("two")
	first, second := dc.AddUser(t, ou, one, userPassword), dc.AddUser(t, ou, two, userPassword)
	proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op != ldapproxy.Search {
			return ldapproxy.Pass()
		}
		return ldapproxy.Replace(withFilter(t, m, "(|(sAMAccountName="+one+")(sAMAccountName="+two+"))"))
	})
	upn := one + "@" + domainOf(dc)
	give := func(written ...string) { // UPNs by DN
		proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
			e.Set("userPrincipalName", "else@alias.example")
			if slices.Contains(written, e.DN) {
				e.Set("userPrincipalName", strings.ToUpper(upn))
			}
			return true
		}))
	}
	give(second) // written there, only understood of first: as in AD, the written one wins
	if p, err := c.Principal(t.Context(), upn); err != nil || p.DN != second {
		t.Errorf("got %s, %v", p.DN, err)
	}
	for _, written := range [][]string{{first, second}, nil} {
		give(written...)
		_, err := c.Principal(t.Context(), upn)
		if several := as[*directory.AmbiguousError](t, err); len(several.Candidates) != 2 {
			t.Errorf("%+v", several.Candidates)
		}
		says(t, err, "not one account but several", first, second, "DN or SID")
	}
}

// withFilter rebuilds a search request with another filter (RFC 4511 section 4.5.1).
func withFilter(t *testing.T, m *ldapproxy.Message, filter string) *ber.Packet {
	compiled, err := ldap.CompileFilter(filter)
	if err != nil {
		t.Errorf("filter: %v", err)
		return m.Packet
	}
	old := m.Packet.Children[1]
	body := ber.Encode(old.ClassType, old.TagType, old.Tag, nil, "")
	for i, child := range old.Children {
		if i == 6 {
			child = compiled
		}
		body.AppendChild(child)
	}
	out := ber.NewSequence("")
	out.AppendChild(m.Packet.Children[0])
	out.AppendChild(body)
	return out
}
