package directory_test

import (
	"errors"
	"strings"
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"

	"writeback/adperms/directory"
	"writeback/adperms/directory/scan"
	"writeback/adperms/secdesc"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

// A DC that answers with another object than the one that was asked for: every
// read that decides something ends there.
func TestAnswersAboutOtherObjects(t *testing.T) {
	dc := sambatest.Shared(t)
	ctx := t.Context()
	ou := dc.OU(t)
	mine, other := dc.AddUser(t, ou, sambatest.Unique("mine"), userPassword), dc.AddUser(t, ou, sambatest.Unique("other"), userPassword)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	truth, err := c.Object(ctx, mine)
	if err != nil {
		t.Fatal(err)
	}
	strange, err := c.Principal(ctx, other)
	if err != nil {
		t.Fatal(err)
	}
	sam := strings.TrimPrefix(strings.SplitN(mine, ",", 2)[0], "CN=")
	reads := map[string]func() error{
		"object by DN":        func() error { _, err := c.Object(ctx, mine); return err },
		"object by GUID":      func() error { _, err := c.Object(ctx, directory.GUIDForm(truth.GUID)); return err },
		"deleted":             func() error { _, err := c.Deleted(ctx, truth.GUID); return err },
		"principal by DN":     func() error { _, err := c.Principal(ctx, mine); return err },
		"principal by name":   func() error { _, err := c.Principal(ctx, sam); return err },
		"principal by UPN":    func() error { _, err := c.Principal(ctx, sam+"@"+domainOf(dc)); return err },
		"principal by SID":    func() error { _, err := c.Principal(ctx, truth.SID.String()); return err },
		"token":               func() error { _, err := c.Token(ctx, mine); return err },
		"account by DN":       func() error { _, err := c.Account(ctx, mine); return err },
		"account by name":     func() error { _, err := c.Account(ctx, sam); return err },
		"names":               func() error { _, err := c.Names(ctx, []secdesc.SID{truth.SID}); return err },
		"who":                 func() error { _, err := c.Who(ctx); return err },
		"the domain's policy": func() error { _, err := c.DomainPolicy(ctx); return err },
		"search": func() error {
			return c.Search(ctx, ou, directory.Subtree, "(objectClass=user)", []string{"cn"}, func(*directory.Entry) error { return nil })
		},
		"scan": func() error {
			return c.Scan(ctx, directory.ScanQuery{Base: ou, Scope: directory.Subtree, Filter: "(objectClass=user)", Attributes: []string{"cn"}},
				func(*scan.Row) error { return nil })
		},
	}
	if err := reads["names"](); err != nil { // asks for the domain's short name, once
		t.Fatal(err)
	}
	for name, read := range reads {
		proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
			if e.DN == "" {
				return false // the session's token
			}
			e.DN = other
			if name == "search" || name == "scan" { // which ask for what is below a DN
				e.DN = "CN=evil,DC=evil,DC=example"
			}
			e.Set("objectGUID", string(make([]byte, 16)))
			e.Set("objectSid", string(strange.SID.Bytes()))
			e.Set("sAMAccountName", strange.SAM)
			e.Set("userPrincipalName", strange.UPN)
			e.Set("distinguishedName")
			e.Set("description")
			return true
		}))
		var strange *directory.OtherObjectError
		if err := read(); !errors.As(err, &strange) {
			t.Errorf("%s: %v", name, err)
		}
		proxy.After(nil)
		if err := read(); err != nil {
			t.Errorf("%s, told the truth: %v", name, err)
		}
	}
}

// What is wrong with an answer to a base search, whatever it is.
func TestStrangeAnswersToABaseSearch(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	root, err := c.Object(t.Context(), dc.BaseDN)
	if err != nil {
		t.Fatal(err)
	}
	for _, dn := range []string{dc.BaseDN, directory.GUIDForm(root.GUID), "<SID=" + root.SID.String() + ">"} {
		for name, lie := range map[string]func(e *ldapproxy.Entry){
			"no GUID":              func(e *ldapproxy.Entry) { e.Set("objectGUID") },
			"a GUID that is short": func(e *ldapproxy.Entry) { e.Set("objectGUID", "short") },
			"another own name":     func(e *ldapproxy.Entry) { e.Set("distinguishedName", "OU=x,"+dc.BaseDN) },
		} {
			proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool { lie(e); return true }))
			if _, err := c.Object(t.Context(), dn); err == nil {
				t.Errorf("%s, %s: believed", dn, name)
			}
		}
		proxy.After(func(m *ldapproxy.Message) ldapproxy.Verdict {
			if m.Op != ldapproxy.SearchEntry {
				return ldapproxy.Pass()
			}
			return ldapproxy.Replace(m.Packet, m.Packet)
		})
		says(t, as[*directory.OtherObjectError](t, objectErr(t, c, dn)), "2 objects")
		proxy.After(func(m *ldapproxy.Message) ldapproxy.Verdict {
			if m.Op != ldapproxy.SearchEntry {
				return ldapproxy.Pass()
			}
			return ldapproxy.Replace(m.Packet, pointer(m))
		})
		says(t, as[*directory.OtherObjectError](t, objectErr(t, c, dn)), "a reference to another server")
		proxy.After(nil)
		if err := objectErr(t, c, dn); err != nil {
			t.Errorf("%s, told the truth: %v", dn, err)
		}
	}
}

// pointer is a SearchResultReference beside an entry (RFC 4511 section 4.5.3).
func pointer(m *ldapproxy.Message) *ber.Packet {
	op := ber.Encode(ber.ClassApplication, ber.TypeConstructed, 19, nil, "")
	op.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, "ldap://evil.example/DC=evil", ""))
	p := ber.NewSequence("")
	p.AppendChild(m.Packet.Children[0])
	p.AppendChild(op)
	return p
}

func objectErr(t *testing.T, c *directory.Conn, dn string) error {
	_, err := c.Object(t.Context(), dn)
	return err
}

// A DN is written in many ways, and a write may name its object by the GUID.
func TestNamesOfOneObject(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	for _, dn := range []string{ou, strings.ToUpper(ou), strings.ReplaceAll(ou, ",", ", "), strings.Replace(ou, "test", `\74est`, 1)} {
		if err := objectErr(t, c, dn); err != nil {
			t.Errorf("%q: %v", dn, err)
		}
	}
	before, err := c.Object(t.Context(), ou)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.WriteDACL(t.Context(), directory.GUIDForm(before.GUID), withACE(t, before.Descriptor, "(A;;GR;;;WD)")); err != nil {
		t.Fatal(err)
	}
	after, err := c.Object(t.Context(), directory.GUIDForm(before.GUID))
	if err != nil || after.DN != before.DN || string(after.Descriptor) == string(before.Descriptor) {
		t.Errorf("%s, %v: not written by its GUID", after.DN, err)
	}
}
