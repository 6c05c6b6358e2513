package sambatest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Samba's own certificate carries no subjectAltName, which crypto/x509 refuses, so every DC has a CA of its own and a certificate from it.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

type certifyFunc func(template *x509.Certificate)

// Certificate changes the DC's certificate before it is signed: makes it expired, for another name, and so on.
func Certificate(change func(template *x509.Certificate)) Option {
	return func(c *config) { c.certify = change }
}

func newAuthority(name string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the key of %s: %w", name, err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("sign the certificate of %s: %w", name, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read back the certificate of %s: %w", name, err)
	}
	return &authority{cert: cert, key: key}, nil
}

// issue returns a server certificate for names, which are host names or IP addresses; change may be nil.
func (a *authority) issue(change certifyFunc, names ...string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a key for %v: %w", names, err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: names[0]},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	if change != nil {
		change(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("sign a certificate for %v: %w", names, err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// Issue returns a server certificate for names (host names or IP addresses) from the CA in [DC.CAFile]: for a proxy that stands in for the DC.
func (dc *DC) Issue(t testing.TB, names ...string) tls.Certificate {
	t.Helper()
	return dc.IssueFor(t, nil, names...)
}

// IssueFor is Issue with a change of the certificate before it is signed.
func (dc *DC) IssueFor(t testing.TB, change func(template *x509.Certificate), names ...string) tls.Certificate {
	t.Helper()
	cert, err := dc.authority.issue(change, names...)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// TLS returns a client configuration that trusts the DC's CA and expects the name in [DC.Host].
func (dc *DC) TLS() *tls.Config {
	roots := x509.NewCertPool()
	roots.AddCert(dc.authority.cert)
	return &tls.Config{RootCAs: roots, ServerName: dc.Host, MinVersion: tls.VersionTLS12}
}

// pinned returns the configuration of the package's own connections. They take the DC's very certificate and no other, so that they work
// where an [Option] has made it invalid.
func (dc *DC) pinned() *tls.Config {
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
	cert, err := dc.authority.issue(change, dc.Host, dc.IP)
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
		{"ca.pem", "CERTIFICATE", dc.authority.cert.Raw},
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
