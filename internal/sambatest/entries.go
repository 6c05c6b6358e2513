package sambatest

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/leaks"
)

// Attrs are the attributes of an entry to be added: name → values.
type Attrs map[string][]string

// Unique returns prefix with ten hexadecimal digits after it that no other call returns: sAMAccountName must be unique in the domain, and have
// at most 20 characters.
func Unique(prefix string) string {
	var b [5]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return prefix + hex.EncodeToString(b[:])
}

// UPN returns name@domain.
func (dc *DC) UPN(name string) string {
	return name + "@" + strings.ToLower(dc.Realm)
}

// OU adds an organizational unit with a random name below the domain root, and returns its DN. It goes, with all that is in it then, when
// t ends.
func (dc *DC) OU(t testing.TB) string {
	t.Helper()
	ou := dc.AddOU(t, dc.BaseDN, Unique("test-"))
	dc.RemoveAfter(t, ou)
	return ou
}

// AddOU adds an organizational unit and returns its DN.
func (dc *DC) AddOU(t testing.TB, parent, name string) string {
	t.Helper()
	return dc.Add(t, childDN("OU", name, parent), Attrs{"objectClass": {"organizationalUnit"}})
}

// AddUser adds an enabled user with a password, and returns its DN. The name is also the sAMAccountName, and [DC.UPN] gives its UPN.
func (dc *DC) AddUser(t testing.TB, parent, name, password string) string {
	t.Helper()
	return dc.addAccount(t, "user", parent, name, password)
}

// AddInetOrgPerson is AddUser with the class inetOrgPerson, which user is a superclass of.
func (dc *DC) AddInetOrgPerson(t testing.TB, parent, name, password string) string {
	t.Helper()
	return dc.addAccount(t, "inetOrgPerson", parent, name, password)
}

func (dc *DC) addAccount(t testing.TB, class, parent, name, password string) string {
	t.Helper()
	return dc.Add(t, childDN("CN", name, parent), Attrs{
		"objectClass":        {class},
		"sAMAccountName":     {name},
		"userPrincipalName":  {dc.UPN(name)},
		"userAccountControl": {"512"}, // NORMAL_ACCOUNT (MS-ADTS 2.2.16)
		"unicodePwd":         {quotedPassword(leaks.Secret(password))},
	})
}

// AddGroup adds a global security group with these members (DNs), and returns its DN.
func (dc *DC) AddGroup(t testing.TB, parent, name string, members ...string) string {
	t.Helper()
	attrs := Attrs{"objectClass": {"group"}, "sAMAccountName": {name}}
	if len(members) > 0 {
		attrs["member"] = members
	}
	return dc.Add(t, childDN("CN", name, parent), attrs)
}

// Add adds any entry as the administrator, and returns its DN.
func (dc *DC) Add(t testing.TB, dn string, attrs Attrs) string {
	t.Helper()
	req := ldap.NewAddRequest(dn, nil)
	for name, values := range attrs {
		req.Attribute(name, values)
	}
	slices.SortFunc(req.Attributes, func(a, b ldap.Attribute) int { return strings.Compare(a.Type, b.Type) })
	if err := dc.Admin(t).Add(req); err != nil {
		t.Fatalf("add %s: %v", dn, err)
	}
	return dn
}

// SetAttribute replaces the values of an attribute as the administrator; no values remove it.
func (dc *DC) SetAttribute(t testing.TB, dn, name string, values ...string) {
	t.Helper()
	m := ldap.NewModifyRequest(dn, nil)
	m.Replace(name, values)
	if err := dc.Admin(t).Modify(m); err != nil {
		t.Fatalf("write %s of %s: %v", name, dn, err)
	}
}

// RemoveAfter deletes an entry and all below it when t ends. The descriptors in the tree may bar the administrator: Samba's own tool then
// deletes it as the system account.
func (dc *DC) RemoveAfter(t testing.TB, dn string) {
	t.Cleanup(func() {
		t.Helper()
		tree := ldap.NewControlString(ldap.ControlTypeMicrosoftTreeDelete, true, "")
		err := dc.Admin(t).Del(ldap.NewDelRequest(dn, []ldap.Control{tree}))
		if err == nil || ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchObject) {
			return
		}
		if offline := dc.removeOffline(dn); offline != nil {
			t.Errorf("remove %s: %v, and then: %v", dn, err, offline)
		}
	})
}

func (dc *DC) removeOffline(dn string) error {
	if dc.home == nil {
		return errors.New("the databases of this DC are elsewhere")
	}
	ldbdel, err := findProgram("ldbdel")
	if err != nil {
		return err
	}
	_, err = dc.run(ldbdel, "--url="+dc.home.path("private", "sam.ldb"), "--recursive", dn)
	return err
}

// SetPassword resets a password over conn, as an administrator does: unicodePwd is replaced, which needs the right Reset Password
// (MS-ADTS 3.1.1.3.1.5). Without the right the result code is 50.
func (dc *DC) SetPassword(conn *ldap.Conn, dn, password string) error {
	m := ldap.NewModifyRequest(dn, nil)
	m.Replace("unicodePwd", []string{quotedPassword(leaks.Secret(password))})
	if err := conn.Modify(m); err != nil {
		return fmt.Errorf("reset the password of %s: %w", dn, err)
	}
	return nil
}

// quotedPassword is the form in which unicodePwd takes a password: in double quotes, in UTF-16LE.
func quotedPassword(password string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(`"` + password + `"`)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func childDN(kind, name, parent string) string {
	return kind + "=" + ldap.EscapeDN(name) + "," + parent
}
