package sambatest

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Samba's own certificate carries no subjectAltName, which crypto/x509 refuses, so every DC has a CA of its own and a certificate from it.

type certifyFunc func(template *x509.Certificate)

// Certificate changes the DC's certificate before it is signed: makes it expired, for another name, and so on.
func Certificate(change func(template *x509.Certificate)) Option {
	return func(c *config) { c.certify = change }
}

// Issue returns a server certificate for names (host names or IP addresses) from the CA in [DC.CAFile]: for a proxy that stands in for the DC.
func (dc *DC) Issue(t testing.TB, names ...string) tls.Certificate {
	t.Helper()
	return dc.IssueFor(t, nil, names...)
}

// IssueFor is Issue with a change of the certificate before it is signed.
func (dc *DC) IssueFor(t testing.TB, change func(template *x509.Certificate), names ...string) tls.Certificate {
	t.Helper()
	cert, err := dc.authority.IssueFor(named(change, names[0]), names...)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// TLS returns a client configuration that trusts the DC's CA and expects the name in [DC.Host].
func (dc *DC) TLS() *tls.Config {
	roots := dc.roots
	if roots == nil {
		roots = x509.NewCertPool()
		roots.AddCert(dc.authority.Cert)
	}
	return &tls.Config{RootCAs: roots, ServerName: dc.Host, MinVersion: tls.VersionTLS12}
}

// pinned returns the configuration of the package's own connections. They take the DC's very certificate and no other, so that they work
// where an [Option] has made it invalid.
func (dc *DC) pinned() *tls.Config {
	if dc.certificate == nil {
		return dc.TLS()
	}
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, // VerifyConnection does it
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 || !bytes.Equal(s.PeerCertificates[0].Raw, dc.certificate) {
				return fmt.Errorf("the server on %s is not the DC of this test", dc.IP)
			}
			return nil
		},
	}
}

// writeTLS writes the files that smb.conf names. Samba refuses a key that others may read.
func (dc *DC) writeTLS(change certifyFunc) error {
	cert, err := dc.authority.IssueFor(named(change, dc.Host), dc.Host, dc.IP)
	if err != nil {
		return err
	}
	dc.certificate = cert.Certificate[0]
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		return fmt.Errorf("encode the key of %s: %w", dc.Host, err)
	}
	if err := os.MkdirAll(filepath.Dir(dc.CAFile), 0o700); err != nil {
		return err
	}
	for _, f := range []struct {
		name, kind string
		der        []byte
	}{
		{"ca.pem", "CERTIFICATE", dc.authority.Cert.Raw},
		{"cert.pem", "CERTIFICATE", cert.Certificate[0]},
		{"key.pem", "PRIVATE KEY", key},
	} {
		text := pem.EncodeToMemory(&pem.Block{Type: f.kind, Bytes: f.der})
		if err := os.WriteFile(dc.home.path("tls", f.name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// named is change, on a certificate for a day whose subject is its first name.
func named(change certifyFunc, name string) func(*x509.Certificate) {
	return func(template *x509.Certificate) {
		template.Subject.CommonName, template.NotAfter = name, time.Now().Add(24*time.Hour)
		if change != nil {
			change(template)
		}
	}
}
