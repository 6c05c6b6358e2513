package portal

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"time"
)

// timeout bounds one request with its answer.
const timeout = 30 * time.Second

// NewHTTP is a client for the service: HTTPS_PROXY and NO_PROXY are honoured,
// TLS is 1.2 or later. roots are the authorities to trust; nil: the system's.
func NewHTTP(roots *x509.CertPool) *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 15 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:    15 * time.Second,
		ResponseHeaderTimeout:  timeout,
		MaxResponseHeaderBytes: 64 << 10,
		IdleConnTimeout:        30 * time.Second,
		ForceAttemptHTTP2:      true,
		OnProxyConnectResponse: proxyAnswer,
	}}
}

// proxyAnswer keeps the status of a proxy that will not connect: net/http would
// leave its words only.
func proxyAnswer(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return &proxyError{answer.StatusCode}
	}
	return nil
}

type proxyError struct{ status int }

func (e *proxyError) Error() string { return http.StatusText(e.status) }
