// Package authority makes the certificates of the practice world: a CA that lives
// as long as the process, and what it signs.
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
	of   string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// New makes the CA of something, such as "practice domain".
func New(of string) (*Authority, error) {
	a := &Authority{of: of}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: of + " CA"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().AddDate(0, 1, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	made, err := a.sign(template, nil)
	if err != nil {
		return nil, fmt.Errorf("make the CA of the %s: %w", of, err)
	}
	a.key = made.PrivateKey.(*ecdsa.PrivateKey)
	if a.cert, err = x509.ParseCertificate(made.Certificate[0]); err != nil {
		return nil, fmt.Errorf("read back the CA of the %s: %w", of, err)
	}
	return a, nil
}

// sign makes a key and a certificate for it, which signs itself where by is nil.
func (a *Authority) sign(template, by *x509.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	signer := a.key
	if by == nil {
		by, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by, key.Public(), signer)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// Issue makes the certificate of a server for the address that it listens on, its
// other names, and localhost.
func (a *Authority) Issue(address string, names ...string) (tls.Certificate, error) {
	c, err := a.sign(&x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: a.of},
		NotBefore:    a.cert.NotBefore,
		NotAfter:     a.cert.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses:  []net.IP{net.ParseIP(address)},
		DNSNames:     append(names, "localhost"),
	}, a.cert)
	if err != nil {
		return c, fmt.Errorf("make the certificate of the %s: %w", a.of, err)
	}
	return c, nil
}

// PEM is the CA's certificate.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
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
	pool.AddCert(a.cert)
	return pool
}
