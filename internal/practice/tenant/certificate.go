package tenant

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"time"
)

// CA is the certificate of the tenant's CA, in PEM.
func (t *Tenant) CA() []byte { return t.authority.PEM() }

// CAFile writes the certificate of the tenant's CA to a file.
func (t *Tenant) CAFile(path string) error { return t.authority.File(path) }

// RootCAs trusts the tenant's CA and nothing else.
func (t *Tenant) RootCAs() *x509.CertPool { return t.authority.Pool() }

// Client is an HTTP client that trusts the tenant's CA and nothing else, and uses no proxy.
func (t *Tenant) Client() *http.Client {
	return &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: t.RootCAs(), MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true},
	}
}
