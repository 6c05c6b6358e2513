package directory_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/adperms/directory"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

func TestUntrustedThenPinned(t *testing.T) {
	dc := sambatest.Shared(t)
	for _, url := range []string{dc.LDAPS, dc.LDAP} {
		o := admin(dc)
		o.DC, o.CACert, o.Password = url, "", noPassword(t)
		err := refused[*directory.CertError](t, o)
		says(t, err, err.Fingerprint, "--tls-pin "+err.Fingerprint, "--ca-cert", dc.Host)
		if !slices.Contains(err.Names, dc.Host) || err.Issuer == "" || err.NotAfter.Before(time.Now()) {
			t.Errorf("%+v", err)
		}
		o.TLSPin, o.Password = err.Fingerprint, password(dc.AdminPassword)
		if c := open(t, o); c.Fingerprint() != err.Fingerprint {
			t.Errorf("fingerprint %s, pinned %s", c.Fingerprint(), err.Fingerprint)
		}
	}
}

// The fingerprint is that of the DER certificate, as openssl and Windows show
// it, and is taken in their ways of writing it.
func TestPinAsOtherToolsShowIt(t *testing.T) {
	dc := sambatest.Shared(t)
	conn, err := tls.Dial("tcp", strings.TrimPrefix(dc.LDAPS, "ldaps://"), dc.TLS())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sum := sha256.Sum256(conn.ConnectionState().PeerCertificates[0].Raw)
	digits := fmt.Sprintf("%X", sum)
	if got := open(t, admin(dc)).Fingerprint(); got != "SHA256:"+digits {
		t.Errorf("fingerprint %s, the certificate's SHA-256 is %s", got, digits)
	}
	var colons []string
	for i := 0; i < len(digits); i += 2 {
		colons = append(colons, digits[i:i+2])
	}
	o := admin(dc)
	for _, pin := range []string{strings.Join(colons, ":"), strings.ToLower(digits), strings.Join(colons, " ")} {
		o.CACert, o.TLSPin = "", "sha256:"+pin
		open(t, o)
	}
}

func TestWrongPin(t *testing.T) {
	dc := sambatest.Shared(t)
	o := admin(dc)
	o.CACert, o.TLSPin, o.Password = "", "SHA256:"+strings.Repeat("00", 32), noPassword(t)
	err := refused[*directory.CertError](t, o)
	says(t, err, "not the pinned certificate", err.Fingerprint)
}

// A pin is of one certificate, not of its CA or its key: the CA's own other
// certificates do not pass.
func TestPinIsOfTheLeaf(t *testing.T) {
	dc := sambatest.Shared(t)
	good := open(t, admin(dc))
	_, o := proxied(t, dc)
	o.CACert, o.TLSPin, o.Password = "", good.Fingerprint(), noPassword(t)
	refused[*directory.CertError](t, o)
}

func TestTLSName(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, err := ldapproxy.Listen(ldapproxy.Config{
		Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: dc.Issue(t, "other.corp.example"),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	for _, url := range []string{proxy.LDAPS, proxy.LDAP} {
		o := admin(dc)
		o.DC, o.Password = url, noPassword(t)
		certErr := refused[*directory.CertError](t, o)
		says(t, certErr, "--tls-name other.corp.example")
		o.TLSName, o.Password = "other.corp.example", password(dc.AdminPassword)
		open(t, o)
		o.TLSName, o.Password = "third.corp.example", noPassword(t)
		refused[*directory.CertError](t, o)
	}
}

func TestExpiredCertificate(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, err := ldapproxy.Listen(ldapproxy.Config{Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: selfSigned(t, func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour)
		c.Subject.CommonName = "evil\x1b[2Jname\u202e"
	})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	o := admin(dc)
	o.DC, o.Password = proxy.LDAPS, noPassword(t)
	certErr := refused[*directory.CertError](t, o)
	if strings.ContainsAny(certErr.Error(), "\x1b\u202e") {
		t.Errorf("the error carries control characters of the certificate: %q", certErr.Error())
	}
	says(t, certErr, "valid until "+time.Now().Add(-24*time.Hour).UTC().Format(time.DateOnly))
	if n := proxy.Operations() + proxy.Count(ldapproxy.Bind); n != 0 {
		t.Errorf("%d requests were sent to a server that was not trusted", n)
	}
	o.CACert, o.TLSPin, o.Password = "", certErr.Fingerprint, password(dc.AdminPassword)
	open(t, o) // pinned means looked at: the dates are not asked
}

// selfSigned makes a certificate for 127.0.0.1 that signs itself.
func selfSigned(t *testing.T, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "dc"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	change(template)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
