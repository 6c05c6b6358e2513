package ldapproxy_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"
	"github.com/go-ldap/ldap/v3/gssapi"

	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

func proxyOn(t *testing.T, dc *sambatest.DC) *ldapproxy.Proxy {
	t.Helper()
	proxy, err := ldapproxy.Listen(ldapproxy.Config{
		Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: dc.Issue(t, "127.0.0.1", dc.Host),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := proxy.Close(); err != nil {
			t.Error(err)
		}
	})
	return proxy
}

// dial opens a connection through the proxy and binds as the administrator.
func dial(t *testing.T, proxy *ldapproxy.Proxy, dc *sambatest.DC) *ldap.Conn {
	t.Helper()
	conn, err := ldap.DialURL(proxy.LDAPS, ldap.DialWithTLSConfig(dc.TLS()))
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
	proxy := proxyOn(t, dc)
	conn := dial(t, proxy, dc)
	if err := describe(conn, ou, "through the proxy"); err != nil {
		t.Fatal(err)
	}
	got, err := read(conn, ou, "description", "nTSecurityDescriptor")
	if err != nil {
		t.Fatal(err)
	}
	if text := got.GetAttributeValue("description"); text != "through the proxy" {
		t.Errorf("description is %q", text)
	}
	direct, err := read(dc.Admin(t), ou, "nTSecurityDescriptor")
	if err != nil {
		t.Fatal(err)
	}
	if a, b := got.GetRawAttributeValue("nTSecurityDescriptor"), direct.GetRawAttributeValue("nTSecurityDescriptor"); !slices.Equal(a, b) {
		t.Errorf("the descriptor is %x through the proxy and %x without", a, b)
	}

	if proxy.Operations() != 2 || proxy.Writes() != 1 || proxy.Count(ldapproxy.Bind) != 1 || proxy.Count(ldapproxy.Search, ldapproxy.Modify) != 2 {
		t.Errorf("counted %d operations, %d writes: %q", proxy.Operations(), proxy.Writes(), proxy.Trace())
	}
	want := []string{
		`#1 bind "` + dc.AdminUser + `"`,
		`#1 modify "` + ou + `" description`,
		`#1 search "` + ou + `" description,nTSecurityDescriptor`,
	}
	if got := proxy.Trace(); !slices.Equal(got, want) {
		t.Errorf("trace:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	proxy.Reset()
	if proxy.Operations() != 0 || len(proxy.Trace()) != 0 {
		t.Errorf("after Reset: %d operations, %q", proxy.Operations(), proxy.Trace())
	}
}

// A connection that is lost before a write loses the write; one that is lost after it loses the answer alone. The client cannot tell them apart.
func TestCutsAroundAWrite(t *testing.T) {
	dc := sambatest.Shared(t)
	for _, c := range []struct {
		name string
		set  func(*ldapproxy.Proxy)
		made bool
	}{
		{"before", func(proxy *ldapproxy.Proxy) { proxy.Before(ldapproxy.At(2, ldapproxy.Modify, ldapproxy.Cut)) }, false},
		{"after", func(proxy *ldapproxy.Proxy) { proxy.After(ldapproxy.At(2, ldapproxy.ModifyResponse, ldapproxy.Cut)) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ou := dc.OU(t)
			proxy := proxyOn(t, dc)
			c.set(proxy)
			conn := dial(t, proxy, dc)
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
			if err := describe(dial(t, proxy, dc), ou, "third"); err != nil {
				t.Errorf("on a new connection: %v", err)
			}
		})
	}
}

// A DC that says of itself what a read-only one says (MS-ADTS 3.1.1.3.4.3.5).
func TestLyingDC(t *testing.T) {
	const partialSecrets = "1.2.840.113556.1.4.1920"
	dc := sambatest.Shared(t)
	proxy := proxyOn(t, dc)
	proxy.After(ldapproxy.Rewrite(func(search *ldapproxy.Message, e *ldapproxy.Entry) bool {
		if search.DN() != "" {
			return false
		}
		e.Set("supportedCapabilities", append(e.Values("supportedCapabilities"), partialSecrets)...)
		return true
	}))
	conn := dial(t, proxy, dc)
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
		t.Error("the DC says so without the proxy, too")
	}
}

func TestRefuseKeepsTheRequestFromTheDC(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	proxy := proxyOn(t, dc)
	proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Writes("Description") {
			return ldapproxy.Refuse(m, ldap.LDAPResultUnwillingToPerform, "not today")
		}
		return ldapproxy.Pass()
	})
	conn := dial(t, proxy, dc)
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
	proxy := proxyOn(t, dc)
	answered := map[string]int{}
	proxy.After(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Request != nil && m.Op == ldapproxy.SearchDone {
			answered[m.Request.DN()]++
		}
		return ldapproxy.Pass()
	})
	conn := dial(t, proxy, dc)
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
	if err := proxy.Close(); err != nil {
		t.Fatal(err)
	}
	if answered[ou] != 2 || answered[dc.BaseDN] != 1 || answered[""] != 1 {
		t.Errorf("answers by base: %v", answered)
	}
}

func TestStartTLS(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy := proxyOn(t, dc)
	conn, err := ldap.DialURL(proxy.LDAP)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.StartTLS(dc.TLS()); err != nil {
		t.Fatal(err)
	}
	if state, ok := conn.TLSConnectionState(); !ok || !state.PeerCertificates[0].Equal(proxy.Leaf()) {
		t.Errorf("TLS is %v, with another certificate than the proxy's", ok)
	}
	if err := conn.Bind(dc.AdminUser, dc.AdminPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := read(conn, dc.BaseDN, "objectClass"); err != nil {
		t.Error(err)
	}
	if proxy.Operations() != 1 || proxy.Count(ldapproxy.Extended) != 0 {
		t.Errorf("counted %q", proxy.Trace())
	}
}

func TestKerberosPassesThrough(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy := proxyOn(t, dc)
	client, err := gssapi.NewClientFromCCache(dc.CCache(t, "Administrator", dc.AdminPassword), dc.Krb5Conf(t))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := ldap.DialURL(proxy.LDAPS, ldap.DialWithTLSConfig(dc.TLS()))
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
	proxy := proxyOn(t, dc)
	conn := dial(t, proxy, dc)
	proxy.Sever()
	_, err := read(conn, "", "dnsHostName")
	wantLost(t, "on the connection that was cut", err)
	if _, err := read(dial(t, proxy, dc), "", "dnsHostName"); err != nil {
		t.Errorf("on a new one: %v", err)
	}
}

// Without a certificate from a CA nobody trusts the proxy, until its own is put into the pool.
func TestOwnCertificate(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, err := ldapproxy.Listen(ldapproxy.Config{Upstream: dc.LDAPS, UpstreamTLS: dc.TLS()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = ldap.DialURL(proxy.LDAPS, ldap.DialWithTLSConfig(&tls.Config{RootCAs: x509.NewCertPool()}))
	var untrusted x509.UnknownAuthorityError
	if !errors.As(err, &untrusted) {
		t.Errorf("without trust: %v", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(proxy.Leaf())
	conn, err := ldap.DialURL(proxy.LDAPS, ldap.DialWithTLSConfig(&tls.Config{RootCAs: pool}))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(conn.Close(), proxy.Close()); err != nil {
		t.Error(err)
	}
}
