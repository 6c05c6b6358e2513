package directory_test

import (
	"os"
	"strings"
	"testing"

	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/internal/sambatest"
)

func TestWaysIn(t *testing.T) {
	dc := sambatest.Shared(t)
	conf, keytab := dc.Krb5Conf(t), dc.Keytab(t, "Administrator")
	ccache := dc.CCache(t, "Administrator", dc.AdminPassword)
	kerberos := func(o directory.Options) directory.Options {
		o.Kerberos, o.Krb5Conf, o.User, o.Password = true, conf, "", nil
		return o
	}
	for _, way := range []struct {
		name string
		set  func(o *directory.Options)
	}{
		{"LDAPS, UPN", func(o *directory.Options) {}},
		{"LDAPS, DOMAIN\\name", func(o *directory.Options) { o.User = dc.Domain + `\Administrator` }},
		{"LDAPS, DN", func(o *directory.Options) { o.User = "CN=Administrator,CN=Users," + dc.BaseDN }},
		{"LDAPS, bare name", func(o *directory.Options) { o.User = "Administrator" }},
		{"LDAPS, domain from the DC", func(o *directory.Options) { o.Domain = "" }},
		{"StartTLS", func(o *directory.Options) { o.DC = dc.LDAP }},
		{"Kerberos, ticket cache", func(o *directory.Options) { *o = kerberos(*o); o.CCache = ccache }},
		{"Kerberos, ticket cache, StartTLS", func(o *directory.Options) { *o = kerberos(*o); o.CCache, o.DC = "FILE:"+ccache, dc.LDAP }},
		{"Kerberos, keytab", func(o *directory.Options) {
			*o = kerberos(*o)
			o.Keytab, o.User = keytab, "administrator@"+domainOf(dc)
		}},
		{"Kerberos, keytab that says who", func(o *directory.Options) { *o = kerberos(*o); o.Keytab = keytab }},
		{"Kerberos, password", func(o *directory.Options) {
			*o = kerberos(*o)
			o.User, o.Password = dc.AdminUser, password(dc.AdminPassword)
		}},
		{"Kerberos, password, DOMAIN\\name", func(o *directory.Options) {
			*o = kerberos(*o)
			o.User, o.Password = dc.Domain+`\Administrator`, password(dc.AdminPassword)
		}},
		{"Kerberos, password, no krb5.conf: the DC is the KDC", func(o *directory.Options) {
			o.Kerberos = true
		}},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Setenv("KRB5_CONFIG", "/nonexistent/krb5.conf")
			o := admin(dc)
			way.set(&o)
			c := open(t, o)
			who, err := c.Who(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if want := dc.Domain + `\Administrator`; !strings.EqualFold(who.Name, want) {
				t.Errorf("signed in as %q, want %q", who.Name, want)
			}
			if c.DC() != dc.Host {
				t.Errorf("DC %q, want %q", c.DC(), dc.Host)
			}
			if n := c.Ops(); n["bind"] != 1 || n["rootdse"] != 1 || n["search"] != 3 {
				t.Errorf("operations %v", n)
			}
		})
	}
}

func TestDefaultTicketCache(t *testing.T) {
	dc := sambatest.Shared(t)
	t.Setenv("KRB5CCNAME", "FILE:"+dc.CCache(t, "Administrator", dc.AdminPassword))
	o := admin(dc)
	o.User, o.Password, o.Krb5Conf = "", noPassword(t), dc.Krb5Conf(t)
	if who, err := open(t, o).Who(t.Context()); err != nil || !strings.Contains(who.Name, "Administrator") {
		t.Errorf("signed in as %q, %v", who.Name, err)
	}
}

func TestRoot(t *testing.T) {
	dc := sambatest.Shared(t)
	r := open(t, admin(dc)).Root()
	if r.DefaultNC != dc.BaseDN || r.Domain() != domainOf(dc) || r.Forest() != domainOf(dc) {
		t.Errorf("naming contexts: %+v", r)
	}
	if r.ReadOnly() || !r.IsSynchronized || r.DomainLevel < 3 || r.SchemaNC == "" || r.ServerName == "" {
		t.Errorf("root: %+v", r)
	}
}

func TestSignInRefused(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	disabled := sambatest.Unique("off")
	dc.SetAttribute(t, dc.AddUser(t, ou, disabled, userPassword), "userAccountControl", "514")
	mustChange := sambatest.Unique("new")
	dc.SetAttribute(t, dc.AddUser(t, ou, mustChange, userPassword), "pwdLastSet", "0")
	expired := sambatest.Unique("old")
	dc.SetAttribute(t, dc.AddUser(t, ou, expired, userPassword), "accountExpires", "116444736000000000")
	missing := t.TempDir() + "/cache"
	garbage := t.TempDir() + "/garbage"
	if err := os.WriteFile(garbage, []byte("\x05\x04\xff\xff\x00\x01"), 0o600); err != nil {
		t.Fatal(err)
	}
	withKerberos := func(o directory.Options) directory.Options {
		o.Kerberos, o.Krb5Conf = true, dc.Krb5Conf(t)
		return o
	}
	wrong := admin(dc)
	wrong.Password = password("not-the-password")
	unknown := admin(dc)
	unknown.User = "nobody@" + domainOf(dc)
	empty := admin(dc)
	empty.Password = password("")
	cache := func(path string) directory.Options {
		o := withKerberos(admin(dc))
		o.User, o.Password, o.CCache = "", noPassword(t), path
		return o
	}
	for _, c := range []struct {
		name string
		o    directory.Options
		want bind.Reason
	}{
		{"wrong password", wrong, bind.WrongPassword},
		{"unknown user", unknown, bind.WrongPassword},
		{"disabled", user(dc, disabled), bind.Disabled},
		{"must change the password", user(dc, mustChange), bind.MustChange},
		{"account expired", user(dc, expired), bind.AccountExpired},
		{"empty password", empty, bind.EmptyPassword},
		{"Kerberos, wrong password", withKerberos(wrong), bind.WrongPassword},
		{"Kerberos, unknown user", withKerberos(unknown), bind.NoSuchUser},
		{"Kerberos, disabled", withKerberos(user(dc, disabled)), bind.Revoked},
		{"Kerberos, empty password", withKerberos(empty), bind.EmptyPassword},
		{"no ticket cache", cache(missing), bind.NoTicket},
		{"a damaged ticket cache", cache(garbage), bind.NoTicket},
		{"a ticket cache that is no file", cache("KEYRING:persistent:0"), bind.NoTicket},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := refused[*bind.SignInError](t, c.o)
			if err.Reason != c.want {
				t.Errorf("reason %q, want %q: %v", err.Reason, c.want, err)
			}
			says(t, err, "could not sign in to")
			if strings.Contains(err.Error(), userPassword) || strings.Contains(err.Error(), "not-the-password") {
				t.Errorf("the password is in the error: %v", err)
			}
		})
	}
}

func TestSigningRequired(t *testing.T) {
	dc := sambatest.New(t, sambatest.Setting("ldap server require strong auth", "yes"))
	o := admin(dc)
	open(t, o) // a simple bind over TLS is good
	o.Kerberos, o.Krb5Conf = true, dc.Krb5Conf(t)
	if err := refused[*bind.SignInError](t, o); err.Reason != bind.SigningRequired {
		t.Errorf("reason %q: %v", err.Reason, err)
	}
}

func TestWrongDomain(t *testing.T) {
	dc := sambatest.Shared(t)
	o := admin(dc)
	o.Domain, o.Password = "other.example", noPassword(t)
	err := refused[*directory.WrongDomainError](t, o)
	if err.Have != domainOf(dc) || err.Want != "other.example" {
		t.Errorf("%+v", err)
	}
}

func TestOptionsRefused(t *testing.T) {
	file := t.TempDir() + "/empty.pem"
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	pin := "SHA256:" + strings.Repeat("ab", 32)
	for _, c := range []struct {
		o    directory.Options
		flag string
	}{
		{directory.Options{}, "--domain"},
		{directory.Options{DC: "http://dc1"}, "--dc"},
		{directory.Options{DC: "dc1:3269"}, "--dc"},
		{directory.Options{DC: "ldapi://%2ftmp%2fx"}, "--dc"},
		{directory.Options{DC: "ldaps://admin:secret@dc1"}, "--dc"},
		{directory.Options{DC: "ldaps://dc1/DC=corp"}, "--dc"},
		{directory.Options{DC: "ldaps://dc1", TLSPin: "abcd"}, "--tls-pin"},
		{directory.Options{DC: "ldaps://dc1", TLSPin: pin + "00"}, "--tls-pin"},
		{directory.Options{DC: "ldaps://dc1", TLSPin: "SHA1:" + pin[7:]}, "--tls-pin"},
		{directory.Options{DC: "ldaps://dc1", TLSPin: pin, CACert: file}, "--tls-pin"},
		{directory.Options{DC: "ldaps://dc1", CACert: file}, "--ca-cert"},
		{directory.Options{DC: "ldaps://dc1", CACert: file + "x"}, "--ca-cert"},
		{directory.Options{DC: "ldaps://dc1", Keytab: "a", CCache: "b"}, "--keytab"},
	} {
		if err := refused[*directory.OptionError](t, c.o); err.Option != c.flag {
			t.Errorf("%+v: blames %s, want %s", c.o, err.Option, c.flag)
		}
	}
}

func TestKerberosFilesRefused(t *testing.T) {
	dc := sambatest.Shared(t)
	garbage := t.TempDir() + "/garbage"
	if err := os.WriteFile(garbage, []byte{5, 2, 0, 0, 0, 9, 1}, 0o600); err != nil {
		t.Fatal(err)
	}
	keytab := admin(dc)
	keytab.Keytab = garbage
	other := admin(dc)
	other.Keytab, other.User = dc.Keytab(t, "Administrator"), "somebody@"+domainOf(dc)
	conf := admin(dc)
	conf.Kerberos, conf.Krb5Conf = true, garbage+"x"
	none := admin(dc)
	none.Password = nil
	for flag, o := range map[string]directory.Options{"--keytab": keytab, "--krb5-conf": conf, "--ad-password-file": none} {
		if err := refused[*directory.OptionError](t, o); err.Option != flag {
			t.Errorf("blames %s, want %s: %v", err.Option, flag, err)
		}
	}
	says(t, refused[*directory.OptionError](t, other), `no key of "somebody@`)
}
