// Package authority makes the certificates of servers that run in this process,
// or for a test: a CA that lives as long as the process, and what it signs. It
// imports only the standard library.
package authority

import (
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
	"time"
)

// Authority is a CA. It is made anew for each start, and its key never leaves the
// process. Its certificates go by the machine's clock: that of a practice world
// may be set to any time.
type Authority struct {
	Cert *x509.Certificate
	of   string
	key  *ecdsa.PrivateKey
}

// New makes the CA of something, such as "practice domain".
func New(of string) (*Authority, error) {
	a := &Authority{of: of}
	made, err := a.sign(&x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: of + " CA"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().AddDate(0, 1, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	})
	if err != nil {
		return nil, fmt.Errorf("make the CA of the %s: %w", of, err)
	}
	a.key = made.PrivateKey.(*ecdsa.PrivateKey)
	if a.Cert, err = x509.ParseCertificate(made.Certificate[0]); err != nil {
		return nil, fmt.Errorf("read back the CA of the %s: %w", of, err)
	}
	return a, nil
}

// sign makes a key and a certificate for it, which signs itself while there is no CA.
func (a *Authority) sign(template *x509.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	by, signer := a.Cert, a.key
	if by == nil {
		by, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by, key.Public(), signer)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// Issue makes the certificate of a server for names, which are host names or IP
// addresses, and localhost.
func (a *Authority) Issue(names ...string) (tls.Certificate, error) {
	return a.IssueFor(nil, append(names, "localhost")...)
}

// IssueFor makes it for names alone, with a change before it is signed; nil: none.
func (a *Authority) IssueFor(change func(template *x509.Certificate), names ...string) (tls.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: a.of},
		NotBefore:    a.Cert.NotBefore,
		NotAfter:     a.Cert.NotAfter,
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
	c, err := a.sign(template)
	if err != nil {
		return c, fmt.Errorf("make the certificate of the %s: %w", a.of, err)
	}
	return c, nil
}

// SelfSigned makes a certificate for this computer that no client trusts until it is told
// to, by a pool or by a pin.
func SelfSigned(of string) (tls.Certificate, error) {
	c, err := (&Authority{of: of}).sign(&x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: of},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().AddDate(0, 0, 1),
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	if err != nil {
		return c, fmt.Errorf("make the certificate of the %s: %w", of, err)
	}
	return c, nil
}

// PEM is the CA's certificate.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Cert.Raw})
}

// File writes the CA's certificate to a file, in PEM.
func (a *Authority) File(path string) error {
	if err := os.WriteFile(path, a.PEM(), 0o600); err != nil {
		return fmt.Errorf("write the CA of the %s: %w", a.of, err)
	}
	return nil
}

// Pool trusts the CA and nothing else.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.Cert)
	return pool
}
