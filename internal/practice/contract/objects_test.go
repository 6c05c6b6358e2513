package contract

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
)

// What the suite makes as the administrator; all of it lies in the suite's OU,
// which goes when the suite ends.

const startPassword = "Contract-Start-1"

// unique is a name of at most 20 characters that nobody else has.
func unique(prefix string) string { return prefix + strings.ToLower(rand.Text()[:10]) }

func (b *bench) addOU(t *testing.T, parent string) string {
	t.Helper()
	dn := "OU=" + unique("contract-") + "," + parent
	b.add(t, dn, map[string][]string{"objectClass": {"organizationalUnit"}})
	t.Cleanup(func() {
		tree := ldap.NewControlString(ldap.ControlTypeMicrosoftTreeDelete, true, "")
		if err := b.admin.Del(ldap.NewDelRequest(dn, []ldap.Control{tree})); err != nil {
			t.Errorf("remove %s: %v", dn, err)
		}
	})
	return dn
}

func (b *bench) add(t *testing.T, dn string, attributes map[string][]string) string {
	t.Helper()
	r := ldap.NewAddRequest(dn, nil)
	for name, values := range attributes {
		r.Attribute(name, values)
	}
	if err := b.admin.Add(r); err != nil {
		t.Fatalf("add %s: %v", dn, err)
	}
	return dn
}

// user adds an enabled account with the start password.
func (b *bench) user(parent, class string) Login {
	b.t.Helper()
	l := Login{Name: unique("u"), Password: startPassword}
	l.UPN = l.Name + "@" + b.Domain
	l.DN = b.add(b.t, "CN="+l.Name+","+parent, map[string][]string{
		"objectClass": {class}, "sAMAccountName": {l.Name}, "userPrincipalName": {l.UPN}, "userAccountControl": {"512"},
		"unicodePwd": {quoted(startPassword)}, "displayName": {"Suite " + l.Name},
	})
	l.SID = b.sid(l.DN).String()
	return l
}

func (b *bench) group(parent string, members ...string) string {
	b.t.Helper()
	name := unique("g")
	attributes := map[string][]string{"objectClass": {"group"}, "sAMAccountName": {name}}
	if len(members) > 0 {
		attributes["member"] = members
	}
	return b.add(b.t, "CN="+name+","+parent, attributes)
}

func (b *bench) sid(dn string) secdesc.SID {
	b.t.Helper()
	return sidOf(b.t, b.read(b.admin, dn, "objectSid").GetRawAttributeValue("objectSid"))
}

// read reads attributes of one object.
func (b *bench) read(c *ldap.Conn, dn string, attributes ...string) *ldap.Entry {
	b.t.Helper()
	res, err := c.Search(ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", attributes, nil))
	if err != nil || len(res.Entries) != 1 {
		b.t.Fatalf("read %s: %v", dn, err)
	}
	return res.Entries[0]
}

// replace writes one attribute; no values remove it.
func replace(c *ldap.Conn, dn, attribute string, values ...string) error {
	m := ldap.NewModifyRequest(dn, nil)
	m.Replace(attribute, values)
	return c.Modify(m)
}

func resetTo(c *ldap.Conn, dn, password string) error {
	return replace(c, dn, "unicodePwd", quoted(password))
}

// quoted is a password as unicodePwd wants it.
func quoted(password string) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(`"` + password + `"`)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return string(out)
}

// descriptor is an object's security descriptor, read with the program's client.
func (b *bench) descriptor(dn string) *secdesc.Descriptor {
	b.t.Helper()
	o, err := b.hands().Object(b.t.Context(), dn)
	if err != nil {
		b.t.Fatal(err)
	}
	d, err := secdesc.Parse(o.Descriptor)
	if err != nil {
		b.t.Fatal(err)
	}
	return d
}

// setDACL writes a DACL as given, and puts the explicit part of the old one back
// when the test ends.
func (b *bench) setDACL(dn string, change func(*secdesc.Descriptor)) {
	b.t.Helper()
	hands := b.hands()
	before := b.descriptor(dn)
	b.t.Cleanup(func() { b.write(dn, before) })
	next := before.Clone()
	next.DACL.ACEs = next.DACL.Explicit()
	change(next)
	payload, err := next.DACLOnly().Marshal()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := hands.WriteDACL(b.t.Context(), dn, payload); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) write(dn string, d *secdesc.Descriptor) {
	d = d.Clone()
	d.DACL.ACEs = d.DACL.Explicit()
	payload, err := d.DACLOnly().Marshal()
	if err != nil {
		b.t.Fatal(err)
	}
	m := ldap.NewModifyRequest(dn, []ldap.Control{&ldap.ControlMicrosoftSDFlags{Criticality: true, ControlValue: 4}})
	m.Replace("nTSecurityDescriptor", []string{string(payload)})
	if err := b.admin.Modify(m); err != nil && !ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchObject) {
		b.t.Errorf("put the DACL of %s back: %v", dn, err)
	}
}

// aces are the explicit or the inherited ACEs in SDDL.
func aces(d *secdesc.Descriptor, inherited bool) (out []string) {
	for _, a := range d.DACL.ACEs {
		if a.Inherited() == inherited {
			out = append(out, a.Explicit().SDDL())
		}
	}
	return out
}
