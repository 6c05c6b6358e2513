package domain_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/practice/domain"
)

// A password goes over TLS only; StartTLS is as good as LDAPS.
func TestNoPasswordWithoutTLS(t *testing.T) {
	d := start(t, domain.Options{})
	a := d.Account(domain.RoleUser)
	c, err := ldap.DialURL(d.LDAP())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	wants(t, "a bind in the clear", c.Bind(a.UPN, a.Password), ldap.LDAPResultStrongAuthRequired, "00002028")
	if err := c.StartTLS(config(d)); err != nil {
		t.Fatal(err)
	}
	wants(t, "a bind after StartTLS", c.Bind(a.UPN, a.Password), 0, "")
	if name := one(t, c, a.DN, "cn"); name == "" {
		t.Error("nothing can be read")
	}
	id, err := hands(t, d, domain.RoleConnector, d.LDAP()).Who(t.Context())
	if err != nil || id.SID.String() != d.Account(domain.RoleConnector).SID {
		t.Errorf("the hands with StartTLS: %+v, %v", id, err)
	}
}

// Without a sign-in there is the rootDSE, and nothing else.
func TestAnonymous(t *testing.T) {
	d := start(t, domain.Options{})
	c := dial(t, d)
	if host := one(t, c, "", "dnsHostName"); host != "dc1."+d.Name() {
		t.Errorf("dnsHostName is %q", host)
	}
	if sids := one(t, c, "", "tokenGroups"); sids != "" {
		t.Error("somebody who is nobody has a token")
	}
	if err := c.UnauthenticatedBind(d.Account(domain.RoleAdmin).UPN); err != nil {
		t.Errorf("an unauthenticated bind: %v", err)
	}
	_, err := c.Search(ldap.NewSearchRequest(d.BaseDN(), ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", nil, nil))
	wants(t, "a search", err, ldap.LDAPResultOperationsError, "000004DC")
	wants(t, "a delete", c.Del(ldap.NewDelRequest(d.Account(domain.RoleUser).DN, nil)), ldap.LDAPResultOperationsError, "000004DC")
	wants(t, "SASL", c.ExternalBind(), ldap.LDAPResultAuthMethodNotSupported, "")
}

// The sub-codes of a refused bind, in the order in which a DC looks.
func TestWhyASignInIsRefused(t *testing.T) {
	ticks := newClock()
	d := start(t, domain.Options{Clock: ticks.time})
	admin, a := as(t, d, domain.RoleAdmin), d.Account(domain.RoleUser)
	try := func(what, password, says string) {
		t.Helper()
		code := uint16(ldap.LDAPResultInvalidCredentials)
		if says == "" {
			code = 0
		}
		wants(t, what, dial(t, d).Bind(a.UPN, password), code, says)
	}
	set := func(name, value string) {
		t.Helper()
		if err := replace(admin, a.DN, name, value); err != nil {
			t.Fatal(err)
		}
	}
	try("right", a.Password, "")
	try("wrong", "not it", "data 52e")
	wants(t, "nobody", dial(t, d).Bind("nobody@"+d.Name(), "x"), ldap.LDAPResultInvalidCredentials, "data 52e")
	set("userAccountControl", "514")
	try("disabled", a.Password, "data 533")
	try("disabled and wrong", "not it", "data 52e")
	set("userAccountControl", "512")
	set("pwdLastSet", "0")
	try("must change", a.Password, "data 773")
	set("pwdLastSet", "-1")
	filetime := func(at time.Time) string { return strconv.FormatInt((at.Unix()+11644473600)*10_000_000, 10) }
	set("accountExpires", filetime(ticks.time().Add(time.Hour)))
	try("before the account ends", a.Password, "")
	ticks.pass(2 * time.Hour)
	try("after it", a.Password, "data 701")
	set("accountExpires", "0")
	if err := replace(admin, d.BaseDN(), "maxPwdAge", strconv.FormatInt(-int64(30*24*time.Hour/100), 10)); err != nil {
		t.Fatal(err)
	}
	ticks.pass(29 * 24 * time.Hour)
	try("before the password ends", a.Password, "")
	ticks.pass(2 * 24 * time.Hour)
	try("after it", a.Password, "data 532")
	set("userAccountControl", "66048")
	try("a password that never ends", a.Password, "")
}

func TestLockout(t *testing.T) {
	ticks := newClock()
	d := start(t, domain.Options{Clock: ticks.time})
	admin, a := as(t, d, domain.RoleAdmin), d.Account(domain.RoleUser)
	try := func(password string) error { return dial(t, d).Bind(a.UPN, password) }
	wrong := func(times int) {
		t.Helper()
		for range times {
			wants(t, "a wrong password", try("not it"), ldap.LDAPResultInvalidCredentials, "data 52e")
		}
	}
	wrong(9)
	wants(t, "after nine", try(a.Password), 0, "") // and the count begins anew
	wrong(10)
	wants(t, "after ten", try(a.Password), ldap.LDAPResultInvalidCredentials, "data 775")
	if bits := one(t, admin, a.DN, "msDS-User-Account-Control-Computed"); bits != "16" {
		t.Errorf("msDS-User-Account-Control-Computed is %s", bits)
	}
	wants(t, "a lockoutTime that is none", replace(admin, a.DN, "lockoutTime", "5"), ldap.LDAPResultUnwillingToPerform, "")
	wants(t, "unlock", replace(admin, a.DN, "lockoutTime", "0"), 0, "")
	wants(t, "after the unlock", try(a.Password), 0, "")
	wrong(10)
	ticks.pass(11 * time.Minute)
	wants(t, "after the lockout's time", try(a.Password), 0, "")
	wrong(9)
	ticks.pass(11 * time.Minute)
	wrong(9)
	wants(t, "nine, and nine after the window", try(a.Password), 0, "")
}

// The policy: the domain's, and that of the settings object for administrators.
func TestPasswordPolicy(t *testing.T) {
	ticks := newClock()
	d := start(t, domain.Options{Clock: ticks.time})
	admin, a := as(t, d, domain.RoleAdmin), d.Account(domain.RoleUser)
	hints := ldap.NewControlString("1.2.840.113556.1.4.2239", true, string([]byte{0x30, 3, 2, 1, 1}))
	const refused = ldap.LDAPResultUnwillingToPerform
	wants(t, "too short", reset(admin, a.DN, "Aa1!567"), refused, "0000052D")
	wants(t, "too simple", reset(admin, a.DN, "abcdefgh1"), refused, "0000052D")
	wants(t, "with a name in it", reset(admin, a.DN, "1."+one(t, admin, a.DN, "sn")+"X"), refused, "0000052D")
	wants(t, "good", reset(admin, a.DN, "Good-Word-1"), 0, "")
	wants(t, "the same, by a reset", reset(admin, a.DN, "Good-Word-1"), 0, "")
	wants(t, "the same, with the hint that history counts", reset(admin, a.DN, "Good-Word-1", hints), refused, "0000052D")
	wants(t, "another, with the hint", reset(admin, a.DN, "Good-Word-2", hints), 0, "")

	boss := d.Account(domain.RoleAdmin).DN
	if pso := one(t, admin, boss, "msDS-ResultantPSO"); pso == "" {
		t.Error("no settings object applies to the administrator")
	}
	if pso := one(t, admin, a.DN, "msDS-ResultantPSO"); pso != "" {
		t.Errorf("%s applies to an ordinary user", pso)
	}
	wants(t, "an administrator's, with 14 characters", reset(admin, boss, "Good-Word-1234"), refused, "0000052D")
	wants(t, "with 15", reset(admin, boss, "Good-Word-12345"), 0, "")

	change := func(old, new string) error {
		m := ldap.NewModifyRequest(a.DN, nil)
		m.Delete("unicodePwd", []string{quoted(old)})
		m.Add("unicodePwd", []string{quoted(new)})
		return bind(t, d, a.UPN, "Good-Word-2").Modify(m)
	}
	wants(t, "a change on the same day", change("Good-Word-2", "Good-Word-3"), ldap.LDAPResultConstraintViolation, "0000052D")
	ticks.pass(25 * time.Hour)
	wants(t, "a change with a wrong word", change("Good-Word-9", "Good-Word-3"), ldap.LDAPResultConstraintViolation, "00000056")
	wants(t, "a change back", change("Good-Word-2", "Good-Word-1"), ldap.LDAPResultConstraintViolation, "0000052D")
	wants(t, "a change", change("Good-Word-2", "Good-Word-3"), 0, "")
	bind(t, d, a.UPN, "Good-Word-3")
}
