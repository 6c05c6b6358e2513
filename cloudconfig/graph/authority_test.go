package graph_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig/graph"
)

// An authority whose answers quote what it was sent.
func TestNoSecretInErrors(t *testing.T) {
	const hush = "hush-Hush_hush.9~secretvalue"
	token := "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.eyJzdWIiOiJodXNoIn0.c2lnbmF0dXJlLWh1c2g"
	echo := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "openid-configuration") {
			base := "https://" + r.Host + "/contoso.com"
			fmt.Fprintf(rw, `{"token_endpoint":"%s/t","authorization_endpoint":"%s/a","issuer":"%s/v2.0"}`, base, base, base)
			return
		}
		r.ParseForm()
		rw.WriteHeader(400)
		fmt.Fprintf(rw, `{"error":"invalid_request","error_description":"AADSTS1: you sent client_secret=%s and %s, refresh_token: %s\r\nTrace ID: x","access_token":%q}`,
			r.Form.Get("client_secret"), token, strings.Repeat("0.AXoA", 20), token)
	}))
	t.Cleanup(echo.Close)
	roots := x509.NewCertPool()
	roots.AddCert(echo.Certificate())
	credential, err := graph.SignIn{Method: graph.ClientSecret, Tenant: "contoso.com", ClientID: "c", Secret: secret(hush), Authority: echo.URL, RootCAs: roots}.Open()
	if err != nil {
		t.Fatal(err)
	}
	client, err := graph.Open(graph.Options{Credential: credential, Endpoint: "https://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Roles(t.Context())
	e := refused(t, err, graph.SignInRefused, "you sent client_secret=***")
	for _, part := range []string{hush, "eyJ", "c2lnbmF0dXJl", "0.AXoA0.AXoA", "Trace ID"} {
		if strings.Contains(fmt.Sprintf("%v %+v %#v", err, e, e), part) {
			t.Errorf("%q is in %#v", part, e)
		}
	}
}

// The authority is asked over https alone, and does not send elsewhere.
func TestAuthorityElsewhere(t *testing.T) {
	elsewhere := false
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere = true }))
	t.Cleanup(other.Close)
	first := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, other.URL, http.StatusTemporaryRedirect)
	}))
	first.TLS = &tls.Config{}
	first.StartTLS()
	t.Cleanup(first.Close)
	roots := x509.NewCertPool()
	roots.AddCert(first.Certificate())
	credential, err := graph.SignIn{Method: graph.ClientSecret, Tenant: "contoso.com", ClientID: "c", Secret: secret("s"), Authority: first.URL, RootCAs: roots}.Open()
	if err != nil {
		t.Fatal(err)
	}
	client, err := graph.Open(graph.Options{Credential: credential, Endpoint: "https://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Roles(t.Context()); err == nil || elsewhere {
		t.Errorf("%v, sent elsewhere: %t", err, elsewhere)
	}
}

// An authority that asks to come back later: a person is told.
func TestAuthorityThatIsBusy(t *testing.T) {
	busy := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Retry-After", "1")
		rw.WriteHeader(503)
	}))
	t.Cleanup(busy.Close)
	roots := x509.NewCertPool()
	roots.AddCert(busy.Certificate())
	var told []string
	credential, err := graph.SignIn{Method: graph.ClientSecret, Tenant: "contoso.com", ClientID: "c", Secret: secret("hush-hush"), Authority: busy.URL, RootCAs: roots,
		Waiting: func(status int, pause time.Duration) { told = append(told, fmt.Sprint(status, " ", pause)) }}.Open()
	if err != nil {
		t.Fatal(err)
	}
	client, err := graph.Open(graph.Options{Credential: credential, Endpoint: "https://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = client.Roles(t.Context()); err == nil {
		t.Fatal("signed in")
	}
	if len(told) == 0 || told[0] != "503 1s" {
		t.Errorf("told %q", told)
	}
}
