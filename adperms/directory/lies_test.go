package directory_test

import (
	"strings"
	"testing"

	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

// A DC that says what it should not. Nothing may panic, hang, or be believed.

// lying opens a connection through a proxy whose DC gives attribute these values.
func lying(t *testing.T, dc *sambatest.DC, attribute string, values ...string) *directory.Conn {
	t.Helper()
	proxy, o := proxied(t, dc)
	c := open(t, o)
	proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
		e.Set(attribute, values...)
		return true
	}))
	return c
}

func TestMalformedAttributes(t *testing.T) {
	dc := sambatest.Shared(t)
	ctx := t.Context()
	read := func(c *directory.Conn) error { _, err := c.Object(ctx, dc.BaseDN); return err }
	find := func(c *directory.Conn) error { _, err := c.Principal(ctx, "Administrator"); return err }
	token := func(c *directory.Conn) error {
		_, err := c.Token(ctx, "CN=Administrator,CN=Users,"+dc.BaseDN)
		return err
	}
	schema := func(c *directory.Conn) error { _, err := c.SchemaGUIDs(ctx); return err }
	who := func(c *directory.Conn) error { _, err := c.Who(ctx); return err }
	for _, l := range []struct {
		attribute, value string
		do               func(*directory.Conn) error
	}{
		{"replPropertyMetaData", "\x01\x00", read},
		{"replPropertyMetaData", strings.Repeat("\x02\x00\x00\x00", 4), read},
		{"replPropertyMetaData", "\x01\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x00", read},
		{"objectSid", "\x01\xff\x00\x00", read},
		{"objectGUID", "short", read},
		{"objectSid", "S-1-5-21-1", find},
		{"tokenGroups", "\x01", token},
		{"tokenGroups", "\x01", who},
		{"schemaIDGUID", "x", schema},
		{"attributeSecurityGUID", "x", schema},
		{"rightsGuid", "{not a guid}", schema},
		{"validAccesses", "many", schema},
	} {
		err := l.do(lying(t, dc, l.attribute, l.value))
		if err == nil {
			t.Errorf("%s %q was believed", l.attribute, l.value)
			continue
		}
		says(t, err, "malformed answer", l.attribute)
	}
}

// What is not shown is not there: no error, and the zero value.
func TestMissingAttributes(t *testing.T) {
	dc := sambatest.Shared(t)
	if o := object(t, lying(t, dc, "replPropertyMetaData"), dc.BaseDN); o.Version != 0 || !o.Changed.IsZero() {
		t.Errorf("%+v", o)
	}
	if o := object(t, lying(t, dc, "sDRightsEffective", "-1"), dc.BaseDN); !o.MayWriteDACL() {
		t.Errorf("all bits set, but %d", o.RightsEffective)
	}
	if o := object(t, lying(t, dc, "sDRightsEffective", "11"), dc.BaseDN); o.MayWriteDACL() {
		t.Error("may write the DACL without bit 4")
	}
	if o := object(t, lying(t, dc, "sDRightsEffective", "lots"), dc.BaseDN); o.MayWriteDACL() {
		t.Error("may write the DACL on a malformed answer")
	}
	_, err := lying(t, dc, "nTSecurityDescriptor").Object(t.Context(), dc.BaseDN)
	as[*directory.HiddenDescriptorError](t, err)
	_, err = lying(t, dc, "nETBIOSName").NetBIOSName(t.Context())
	as[*directory.NotFoundError](t, err)
}

func TestNoActiveDirectory(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	o.Domain, o.Password = "", noPassword(t)
	proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
		e.Set("supportedCapabilities")
		return true
	}))
	if _, err := directory.Open(t.Context(), o); err == nil {
		t.Fatal("opened")
	} else {
		says(t, err, "no Active Directory domain controller")
	}
}

// A DC that hides its rootDSE until we are signed in is asked again.
func TestRootOnlyAfterSignIn(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	proxy.Before(ldapproxy.At(1, ldapproxy.Search, func(m *ldapproxy.Message) ldapproxy.Verdict {
		return ldapproxy.Refuse(m, 1, "000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed")
	}))
	if c := open(t, o); c.Root().DefaultNC != dc.BaseDN {
		t.Errorf("%+v", c.Root())
	}
	o.Domain = "other.example"
	proxy.Before(ldapproxy.At(1, ldapproxy.Search, func(m *ldapproxy.Message) ldapproxy.Verdict { return ldapproxy.Refuse(m, 1, "") }))
	refused[*directory.WrongDomainError](t, o)
}

// Terminal sequences and bidi marks of the DC do not reach a terminal.
func TestDiagnosticIsVisible(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	for code, want := range map[int]string{50: "access denied", 51: "too busy", 53: "will not do", 80: "event log", 71: "LDAP 71"} {
		proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
			return ldapproxy.Refuse(m, code, "evil \x1b[2J\x1b]0;x\x07 \u202etxet\r\n\x00")
		})
		err := c.WriteDACL(t.Context(), dc.BaseDN, []byte{1})
		says(t, err, want, `evil \u001b[2J`, `\u202e`)
		if containsAny(err.Error(), "\x1b", "\u202e", "\r", "\n", "\x00", "\x07") {
			t.Errorf("%q", err.Error())
		}
	}
}

// The reasons that AD gives for a refused sign-in (MS-ERREF), as it words them.
func TestSignInReasons(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	for _, c := range []struct {
		code int
		said string
		want bind.Reason
	}{
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52e, v4563\x00", bind.WrongPassword},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 525, v4563", bind.NoSuchUser},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 530, v4563", bind.NotNow},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 531, v4563", bind.NotFromHere},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 532, v4563", bind.PasswordExpired},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 533, v4563", bind.Disabled},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 701, v4563", bind.AccountExpired},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 773, v4563", bind.MustChange},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 775, v4563", bind.Locked},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52f, v4563", bind.Restricted},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 568, v4563", bind.TooManyGroups},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 569, v4563", bind.NotGranted},
		{49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 5a5, v4563", bind.Refused},
		{49, "80090346: LdapErr: DSID-0C09056D, comment: AcceptSecurityContext error, data 80090346, v4563", bind.ChannelBinding},
		{49, "", bind.Refused}, // AD says why: what does not may mean anything
		{8, "00002028: LdapErr: DSID-0C090259, comment: The server requires binds to turn on integrity checking", bind.SigningRequired},
		{53, "something else", bind.OtherReason},
	} {
		proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
			if m.Op != ldapproxy.Bind {
				return ldapproxy.Pass()
			}
			return ldapproxy.Refuse(m, c.code, c.said)
		})
		if err := refused[*bind.SignInError](t, o); err.Reason != c.want {
			t.Errorf("%d %q: reason %q, want %q", c.code, c.said, err.Reason, c.want)
		}
	}
	proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op != ldapproxy.Bind {
			return ldapproxy.Pass()
		}
		return ldapproxy.Refuse(m, 51, "")
	})
	if err := refused[*directory.ResultError](t, o); err.Code != 51 {
		t.Errorf("busy: %v", err)
	}
}
