package tenant

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
	"net/http"
	"os"
	"time"
)

// authority is the tenant's own CA. It is made anew for each tenant and its key never leaves the process.
//
// The certificates go by the machine's clock, not by the tenant's: the tenant's may be set to any time.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the key of the practice tenant's CA: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: "practice tenant CA"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().AddDate(0, 1, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("sign the practice tenant's CA: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read back the practice tenant's CA: %w", err)
	}
	return &authority{cert: cert, key: key}, nil
}

// issue makes the certificate of the tenant's servers.
func (a *authority) issue() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make the practice tenant's key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: "practice tenant"},
		NotBefore:    a.cert.NotBefore,
		NotAfter:     a.cert.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames:     []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("sign the practice tenant's certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// CA is the certificate of the tenant's CA, in PEM.
func (t *Tenant) CA() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: t.authority.cert.Raw})
}

// CAFile writes the certificate of the tenant's CA to a file.
func (t *Tenant) CAFile(path string) error {
	if err := os.WriteFile(path, t.CA(), 0o600); err != nil {
		return fmt.Errorf("write the practice tenant's CA: %w", err)
	}
	return nil
}

// RootCAs trusts the tenant's CA and nothing else.
func (t *Tenant) RootCAs() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(t.authority.cert)
	return pool
}

// Client is an HTTP client that trusts the tenant's CA and nothing else, and uses no proxy.
func (t *Tenant) Client() *http.Client {
	return &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: t.RootCAs(), MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true},
	}
}
