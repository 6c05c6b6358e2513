package ldaptap_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"
	"github.com/go-ldap/ldap/v3/gssapi"

	"writeback/internal/ldaptap"
	"writeback/internal/sambatest"
)

func tapOn(t *testing.T, dc *sambatest.DC) *ldaptap.Tap {
	t.Helper()
	tap, err := ldaptap.Listen(ldaptap.Config{
		Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: dc.Issue(t, "127.0.0.1", dc.Host),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tap.Close(); err != nil {
			t.Error(err)
		}
	})
	return tap
}

// dial opens a connection through the tap and binds as the administrator.
func dial(t *testing.T, tap *ldaptap.Tap, dc *sambatest.DC) *ldap.Conn {
	t.Helper()
	conn, err := ldap.DialURL(tap.LDAPS, ldap.DialWithTLSConfig(dc.TLS()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.Bind(dc.AdminUser, dc.AdminPassword); err != nil {
		t.Fatal(err)
	}
	return conn
}

// wantLost fails t unless err is a lost connection: no answer of a server. Its own troubles go-ldap numbers from 200, or returns as they are.
func wantLost(t *testing.T, what string, err error) {
	t.Helper()
	var answer *ldap.Error
	if err == nil || errors.As(err, &answer) && answer.ResultCode < ldap.ErrorNetwork {
		t.Errorf("%s: got %v, want a lost connection", what, err)
	}
}

func describe(conn *ldap.Conn, dn, text string) error {
	m := ldap.NewModifyRequest(dn, nil)
	m.Replace("description", []string{text})
	return conn.Modify(m)
}

func read(conn *ldap.Conn, dn string, attributes ...string) (*ldap.Entry, error) {
	res, err := conn.Search(ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false,
		"(objectClass=*)", attributes, nil))
	if err != nil {
		return nil, err
	}
	return res.Entries[0], nil
}

func TestPassesAndCounts(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	tap := tapOn(t, dc)
	conn := dial(t, tap, dc)
	if err := describe(conn, ou, "through the tap"); err != nil {
		t.Fatal(err)
	}
	got, err := read(conn, ou, "description", "nTSecurityDescriptor")
	if err != nil {
		t.Fatal(err)
	}
	if text := got.GetAttributeValue("description"); text != "through the tap" {
		t.Errorf("description is %q", text)
	}
	direct, err := read(dc.Admin(t), ou, "nTSecurityDescriptor")
	if err != nil {
		t.Fatal(err)
	}
	if a, b := got.GetRawAttributeValue("nTSecurityDescriptor"), direct.GetRawAttributeValue("nTSecurityDescriptor"); !slices.Equal(a, b) {
		t.Errorf("the descriptor is %x through the tap and %x without", a, b)
	}

	if tap.Operations() != 2 || tap.Writes() != 1 || tap.Count(ldaptap.Bind) != 1 || tap.Count(ldaptap.Search, ldaptap.Modify) != 2 {
		t.Errorf("counted %d operations, %d writes: %q", tap.Operations(), tap.Writes(), tap.Trace())
	}
	want := []string{
		`#1 bind "` + dc.AdminUser + `"`,
		`#1 modify "` + ou + `" description`,
		`#1 search "` + ou + `" description,nTSecurityDescriptor`,
	}
	if got := tap.Trace(); !slices.Equal(got, want) {
		t.Errorf("trace:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	tap.Reset()
	if tap.Operations() != 0 || len(tap.Trace()) != 0 {
		t.Errorf("after Reset: %d operations, %q", tap.Operations(), tap.Trace())
	}
}

// A connection that is lost before a write loses the write; one that is lost after it loses the answer alone. The client cannot tell them apart.
func TestCutsAroundAWrite(t *testing.T) {
	dc := sambatest.Shared(t)
	for _, c := range []struct {
		name string
		set  func(*ldaptap.Tap)
		made bool
	}{
		{"before", func(tap *ldaptap.Tap) { tap.Before(ldaptap.At(2, ldaptap.Modify, ldaptap.Cut)) }, false},
		{"after", func(tap *ldaptap.Tap) { tap.After(ldaptap.At(2, ldaptap.ModifyResponse, ldaptap.Cut)) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ou := dc.OU(t)
			tap := tapOn(t, dc)
			c.set(tap)
			conn := dial(t, tap, dc)
			if err := describe(conn, ou, "first"); err != nil {
				t.Fatal(err)
			}
			wantLost(t, "the write that is cut", describe(conn, ou, "second"))
			want := "first"
			if c.made {
				want = "second"
			}
			if got := string(dc.Value(t, ou, "description")); got != want {
				t.Errorf("description is %q, want %q", got, want)
			}
			if err := describe(dial(t, tap, dc), ou, "third"); err != nil {
				t.Errorf("on a new connection: %v", err)
			}
		})
	}
}

// A DC that says of itself what a read-only one says (MS-ADTS 3.1.1.3.4.3.5).
func TestLyingDC(t *testing.T) {
	const partialSecrets = "1.2.840.113556.1.4.1920"
	dc := sambatest.Shared(t)
	tap := tapOn(t, dc)
	tap.After(ldaptap.Rewrite(func(search *ldaptap.Message, e *ldaptap.Entry) bool {
		if search.DN() != "" {
			return false
		}
		e.Set("supportedCapabilities", append(e.Values("supportedCapabilities"), partialSecrets)...)
		return true
	}))
	conn := dial(t, tap, dc)
	got, err := read(conn, "", "supportedCapabilities", "dnsHostName")
	if err != nil {
		t.Fatal(err)
	}
	if c := got.GetAttributeValues("supportedCapabilities"); len(c) < 2 || c[len(c)-1] != partialSecrets {
		t.Errorf("supportedCapabilities: %q", c)
	}
	if host := got.GetAttributeValue("dnsHostName"); host != dc.Host {
		t.Errorf("dnsHostName, which was not rewritten, is %q", host)
	}
	truth, err := read(dc.Admin(t), "", "supportedCapabilities")
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(truth.GetAttributeValues("supportedCapabilities"), partialSecrets) {
		t.Error("the DC says so without the tap, too")
	}
}

func TestRefuseKeepsTheRequestFromTheDC(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	tap := tapOn(t, dc)
	tap.Before(func(m *ldaptap.Message) ldaptap.Verdict {
		if m.Writes("Description") {
			return ldaptap.Refuse(m, ldap.LDAPResultUnwillingToPerform, "not today")
		}
		return ldaptap.Pass()
	})
	conn := dial(t, tap, dc)
	usn := dc.USNChanged(t, ou)
	err := describe(conn, ou, "refused")
	if !ldap.IsErrorWithCode(err, ldap.LDAPResultUnwillingToPerform) || !strings.Contains(err.Error(), "not today") {
		t.Errorf("got %v", err)
	}
	if now := dc.USNChanged(t, ou); now != usn {
		t.Errorf("uSNChanged went from %d to %d", usn, now)
	}
	if _, err := read(conn, ou, "description"); err != nil {
		t.Errorf("the connection is of no more use: %v", err)
	}
}

// A response knows its request, also where several are under way at once.
func TestResponsesKnowTheirRequests(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	tap := tapOn(t, dc)
	answered := map[string]int{}
	tap.After(func(m *ldaptap.Message) ldaptap.Verdict {
		if m.Request != nil && m.Op == ldaptap.SearchDone {
			answered[m.Request.DN()]++
		}
		return ldaptap.Pass()
	})
	conn := dial(t, tap, dc)
	errs := make(chan error)
	for _, dn := range []string{ou, dc.BaseDN, "", ou} {
		go func() {
			_, err := read(conn, dn, "objectClass")
			errs <- err
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if err := tap.Close(); err != nil {
		t.Fatal(err)
	}
	if answered[ou] != 2 || answered[dc.BaseDN] != 1 || answered[""] != 1 {
		t.Errorf("answers by base: %v", answered)
	}
}

func TestStartTLS(t *testing.T) {
	dc := sambatest.Shared(t)
	tap := tapOn(t, dc)
	conn, err := ldap.DialURL(tap.LDAP)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.StartTLS(dc.TLS()); err != nil {
		t.Fatal(err)
	}
	if state, ok := conn.TLSConnectionState(); !ok || !state.PeerCertificates[0].Equal(tap.Leaf()) {
		t.Errorf("TLS is %v, with another certificate than the tap's", ok)
	}
	if err := conn.Bind(dc.AdminUser, dc.AdminPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := read(conn, dc.BaseDN, "objectClass"); err != nil {
		t.Error(err)
	}
	if tap.Operations() != 1 || tap.Count(ldaptap.Extended) != 0 {
		t.Errorf("counted %q", tap.Trace())
	}
}

func TestKerberosPassesThrough(t *testing.T) {
	dc := sambatest.Shared(t)
	tap := tapOn(t, dc)
	client, err := gssapi.NewClientFromCCache(dc.CCache(t, "Administrator", dc.AdminPassword), dc.Krb5Conf(t))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := ldap.DialURL(tap.LDAPS, ldap.DialWithTLSConfig(dc.TLS()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.GSSAPIBind(client, "ldap/"+dc.Host, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := read(conn, dc.BaseDN, "nTSecurityDescriptor"); err != nil {
		t.Error(err)
	}
}

func TestSeverCutsWhatIsOpen(t *testing.T) {
	dc := sambatest.Shared(t)
	tap := tapOn(t, dc)
	conn := dial(t, tap, dc)
	tap.Sever()
	_, err := read(conn, "", "dnsHostName")
	wantLost(t, "on the connection that was cut", err)
	if _, err := read(dial(t, tap, dc), "", "dnsHostName"); err != nil {
		t.Errorf("on a new one: %v", err)
	}
}

// Without a certificate from a CA nobody trusts the tap, until its own is put into the pool.
func TestOwnCertificate(t *testing.T) {
	dc := sambatest.Shared(t)
	tap, err := ldaptap.Listen(ldaptap.Config{Upstream: dc.LDAPS, UpstreamTLS: dc.TLS()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = ldap.DialURL(tap.LDAPS, ldap.DialWithTLSConfig(&tls.Config{RootCAs: x509.NewCertPool()}))
	var untrusted x509.UnknownAuthorityError
	if !errors.As(err, &untrusted) {
		t.Errorf("without trust: %v", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(tap.Leaf())
	conn, err := ldap.DialURL(tap.LDAPS, ldap.DialWithTLSConfig(&tls.Config{RootCAs: pool}))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(conn.Close(), tap.Close()); err != nil {
		t.Error(err)
	}
}
