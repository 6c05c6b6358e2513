package contract

import (
	"strconv"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
)

// What the connector account does: refused, granted, done, taken back, refused.
func reset(t *testing.T, b *bench) {
	u := b.user(b.ou, "user")
	conn := b.bind(t, b.Connector.UPN, b.Connector.Password)
	refused := func(when string) {
		t.Helper()
		code(t, when+": reset", resetTo(conn, u.DN, "Contract-Refused-1"), ldap.LDAPResultInsufficientAccessRights)
		code(t, when+": lockoutTime", replace(conn, u.DN, "lockoutTime", "0"), ldap.LDAPResultInsufficientAccessRights)
		code(t, when+": pwdLastSet", replace(conn, u.DN, "pwdLastSet", "0"), ldap.LDAPResultInsufficientAccessRights)
	}
	refused("before")
	before := b.descriptor(b.BaseDN)
	b.setDACL(b.BaseDN, func(d *secdesc.Descriptor) { add(t, d, b.grants(b.Connector.SID)...) })

	code(t, "reset", resetTo(conn, u.DN, "Contract-Second-2"), ldap.LDAPResultSuccess)
	b.bind(t, u.UPN, "Contract-Second-2")
	_, err := b.tryBind(t, u.UPN, startPassword)
	code(t, "sign-in with the old password", err, ldap.LDAPResultInvalidCredentials)
	code(t, "lockoutTime", replace(conn, u.DN, "lockoutTime", "0"), ldap.LDAPResultSuccess)
	code(t, "pwdLastSet", replace(conn, u.DN, "pwdLastSet", "0"), ldap.LDAPResultSuccess)
	_, err = b.tryBind(t, u.UPN, "Contract-Second-2")
	code(t, "sign-in of who must change the password", err, ldap.LDAPResultInvalidCredentials)
	code(t, "pwdLastSet now", replace(conn, u.DN, "pwdLastSet", "-1"), ldap.LDAPResultSuccess)
	b.bind(t, u.UPN, "Contract-Second-2")
	code(t, "a title", replace(conn, u.DN, "title", "Boss"), ldap.LDAPResultInsufficientAccessRights)

	b.write(b.BaseDN, before)
	refused("after")
	b.bind(t, u.UPN, "Contract-Second-2")
}

// Without Unexpire Password on the domain's root a reset succeeds, and the
// password has expired at once (MS-SAMR 3.1.1.8.7). On Samba it has not.
func unexpire(t *testing.T, b *bench) {
	u := b.user(b.ou, "user")
	conn := b.bind(t, b.Connector.UPN, b.Connector.Password)
	lastSet := func() int64 {
		n, err := strconv.ParseInt(b.read(b.admin, u.DN, "pwdLastSet").GetAttributeValue("pwdLastSet"), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	b.setDACL(b.BaseDN, func(d *secdesc.Descriptor) { add(t, d, b.grants(b.Connector.SID)...) })
	code(t, "reset", resetTo(conn, u.DN, "Contract-Second-2"), ldap.LDAPResultSuccess)
	if lastSet() == 0 {
		t.Error("with Unexpire Password the new password has expired")
	}
	b.setDACL(b.BaseDN, func(d *secdesc.Descriptor) {
		kept := d.DACL.ACEs[:0]
		for _, a := range d.DACL.ACEs {
			if a.ObjectType.String() != "ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501" {
				kept = append(kept, a)
			}
		}
		d.DACL.ACEs = kept
	})
	code(t, "reset", resetTo(conn, u.DN, "Contract-Third-3"), ldap.LDAPResultSuccess)
	if n := lastSet(); (n == 0) == b.Samba {
		t.Errorf("without Unexpire Password pwdLastSet is %d", n)
	}
	if err := replace(conn, u.DN, "pwdLastSet", "0"); err != nil {
		t.Fatal(err)
	}
	code(t, "pwdLastSet now", replace(conn, u.DN, "pwdLastSet", "-1"), ldap.LDAPResultInsufficientAccessRights)
}

func passwords(t *testing.T, b *bench) {
	u := b.user(b.ou, "user")
	// Windows answers 53 with 0000052D, Samba 19 with the same code.
	for _, weak := range []string{"short", "alllowercaseletters"} {
		code(t, "a weak password", resetTo(b.admin, u.DN, weak), ldap.LDAPResultUnwillingToPerform, ldap.LDAPResultConstraintViolation)
	}
	code(t, "no quotes", replace(b.admin, u.DN, "unicodePwd", "Contract-Plain-1"), ldap.LDAPResultUnwillingToPerform, ldap.LDAPResultConstraintViolation)
	b.bind(t, u.UPN, startPassword)
	if v := b.read(b.admin, u.DN, "unicodePwd", "cn").GetAttributeValues("unicodePwd"); len(v) != 0 {
		t.Error("a password can be read")
	}
	// A change with the old password needs no right but one's own. The DC may
	// hold the password for too young.
	change := func(old, new string) error {
		m := ldap.NewModifyRequest(u.DN, nil)
		m.Delete("unicodePwd", []string{quoted(old)})
		m.Add("unicodePwd", []string{quoted(new)})
		return b.bind(t, u.UPN, startPassword).Modify(m)
	}
	code(t, "a change with a wrong old password", change("Contract-Wrong-1", "Contract-Next-4"), ldap.LDAPResultConstraintViolation)
	code(t, "a change", change(startPassword, "Contract-Next-4"), ldap.LDAPResultSuccess, ldap.LDAPResultConstraintViolation)
}
