package sambatest

import (
	"crypto/x509"
	"errors"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"
	"github.com/go-ldap/ldap/v3/gssapi"
)

// One DC with what a test may want to be wrong: an expired certificate, and no Kerberos bind without a security layer.
func TestOptions(t *testing.T) {
	dc := New(t,
		Certificate(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }),
		Setting("ldap server require strong auth", "yes"))

	_, err := ldap.DialURL(dc.LDAPS, ldap.DialWithTLSConfig(dc.TLS()))
	var invalid x509.CertificateInvalidError
	if !errors.As(err, &invalid) || invalid.Reason != x509.Expired {
		t.Errorf("dial: got %v, want an expired certificate", err)
	}

	client, err := gssapi.NewClientFromCCache(dc.CCache(t, "Administrator", dc.AdminPassword), dc.Krb5Conf(t))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	wantCode(t, "kerberos bind", dc.Dial(t).GSSAPIBind(client, "ldap/"+dc.Host, ""), ldap.LDAPResultStrongAuthRequired)
}

// The certificate is good for the DC's name and address, and for no other.
func TestCertificateNames(t *testing.T) {
	dc := Shared(t)
	for name, good := range map[string]bool{dc.Host: true, dc.IP: true, "dc2.corp.example": false, "127.0.0.1": false} {
		c := dc.TLS()
		c.ServerName = name
		conn, err := ldap.DialURL(dc.LDAPS, ldap.DialWithTLSConfig(c))
		if err == nil {
			_ = conn.Close() // only the handshake counts
		}
		if (err == nil) != good {
			t.Errorf("as %s: %v", name, err)
		}
	}
}
