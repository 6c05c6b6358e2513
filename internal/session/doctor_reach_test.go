package session

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
)

// What is tried is port 443 of the host, and only a certificate for it will do.
func TestReach(t *testing.T) {
	server := httptest.NewTLSServer(nil) // its certificate is for example.com
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	var address string
	dial := func(ctx context.Context, network, to string) (net.Conn, error) {
		address = to
		var d net.Dialer
		return d.DialContext(ctx, network, server.Listener.Addr().String())
	}
	trusting := reaching{dial, &tls.Config{RootCAs: roots}}
	if issuer, err := trusting.Reach(t.Context(), "example.com"); err != nil || !strings.Contains(issuer, "Acme") || address != "example.com:443" {
		t.Errorf("%q from %s: %v", issuer, address, err)
	}
	if _, err := trusting.Reach(t.Context(), "other.test"); err == nil {
		t.Error("a certificate for another host will do")
	}
	if _, err := (reaching{dial, &tls.Config{RootCAs: x509.NewCertPool()}}).Reach(t.Context(), "example.com"); err == nil {
		t.Error("a certificate of an unknown CA will do")
	}
	server.Close()
	if _, err := trusting.Reach(t.Context(), "example.com"); err == nil {
		t.Error("a server that is gone was reached")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newReaching(nil, roots).Reach(gone, "example.com"); err == nil {
		t.Error("it went on after it was cancelled")
	}
}
