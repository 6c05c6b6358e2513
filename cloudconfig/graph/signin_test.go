package graph_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
)

// signingIn is a tenant and a sign-in to it.
func signingIn(t *testing.T, o tenant.Options, s graph.SignIn) (*world, *graph.Credential) {
	t.Helper()
	var credential *graph.Credential
	w := open(t, o, tenant.TokenOptions{}, func(*graph.Options) {})
	s.Authority, s.RootCAs = w.Authority(), w.RootCAs()
	if s.Tenant == "" {
		s.Tenant = w.ID()
	}
	credential, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(credential.Close)
	client, err := graph.Open(graph.Options{Endpoint: w.GraphEndpoint(), Credential: credential, RootCAs: w.RootCAs(), Now: w.clock.Now, Wait: w.clock.Wait})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	w.client = client
	return w, credential
}

func secret(s string) func() (string, error) { return func() (string, error) { return s, nil } }

// scopesAsked are the scopes in the requests for tokens.
func scopesAsked(w *world) (out []string) {
	for _, r := range w.Requests() {
		if v, err := url.ParseQuery(r.Body); err == nil && r.Service == tenant.Login && v.Get("scope") != "" {
			out = append(out, v.Get("scope"))
		}
	}
	return out
}

func TestClientSecret(t *testing.T) {
	app := tenant.DefaultApps()[0]
	w, credential := signingIn(t, tenant.Options{}, graph.SignIn{Method: graph.ClientSecret, ClientID: app.ClientID, Secret: secret(app.Secret)})
	_, missing, err := w.client.Tenant(t.Context())
	if err != nil || len(missing) != 1 {
		t.Fatalf("%v, missing %v", err, missing)
	}
	if got := scopesAsked(w); len(got) != 1 || !strings.Contains(got[0], "https://graph.microsoft.com/.default") {
		t.Errorf("asked for %q", got)
	}
	same(t, "portal", credential.HasPortal(), false)
	_, err = credential.PortalToken(t.Context())
	refused(t, err, graph.SignInRefused, "Microsoft's own clients", "client-secret", "azure-cli")
}

// A token is revoked in the middle: the challenge reaches the authority, which
// gives a new one although the old one has not ended.
func TestClientSecretRevoked(t *testing.T) {
	app := tenant.DefaultApps()[0]
	const challenge = `{"access_token":{"nbf":{"essential":true,"value":"1793000000"}}}`
	requests := 0
	w, _ := signingIn(t, tenant.Options{Before: func(s tenant.Service, rw http.ResponseWriter, _ *http.Request) bool {
		if s != tenant.Graph {
			return false
		}
		if requests++; requests != 2 {
			return false
		}
		rw.Header().Set("WWW-Authenticate", `Bearer realm="", error="insufficient_claims", claims="`+base64.StdEncoding.EncodeToString([]byte(challenge))+`"`)
		rw.WriteHeader(401)
		return true
	}}, graph.SignIn{Method: graph.ClientSecret, ClientID: app.ClientID, Secret: secret(app.Secret)})
	if _, _, err := w.client.Tenant(t.Context()); err != nil {
		t.Fatal(err)
	}
	same(t, "requests for tokens", len(scopesAsked(w)), 2)
	var claims []string
	for _, r := range w.Requests() {
		if v, err := url.ParseQuery(r.Body); err == nil && r.Service == tenant.Login && v.Has("claims") {
			claims = append(claims, v.Get("claims"))
		}
	}
	if len(claims) != 2 || strings.Contains(claims[0], "nbf") || !strings.Contains(claims[1], "1793000000") {
		t.Errorf("claims %q", claims)
	}
}

func TestClientSecretRefused(t *testing.T) {
	app := tenant.DefaultApps()[0]
	for name, test := range map[string]struct {
		s    graph.SignIn
		code string
		says string
	}{
		"secret": {graph.SignIn{ClientID: app.ClientID, Secret: secret("a-wrong-secret")}, "AADSTS7000215", "the client secret is wrong"},
		"app":    {graph.SignIn{ClientID: "00000000-0000-0000-0000-00000000000a", Secret: secret("a-wrong-secret")}, "AADSTS700016", "not found in this tenant"},
		"tenant": {graph.SignIn{ClientID: app.ClientID, Tenant: "fabrikam.com", Secret: secret("a-wrong-secret")}, "", ""},
	} {
		test.s.Method = graph.ClientSecret
		w, _ := signingIn(t, tenant.Options{}, test.s)
		_, _, err := w.client.Tenant(t.Context())
		e := refused(t, err, graph.SignInRefused, "sign in with client-secret", test.says)
		if test.code != "" && (e.Code != test.code || e.Fix == "") {
			t.Errorf("%s: code %q, fix %q", name, e.Code, e.Fix)
		}
		if strings.Contains(err.Error()+e.Fix, "a-wrong-secret") {
			t.Errorf("%s: the secret is in %q", name, err)
		}
		presentable(t, err.Error())
	}
}

func TestClientCertificate(t *testing.T) {
	app := tenant.DefaultApps()[0]
	file := filepath.Join(t.TempDir(), "app.pem")
	writeCertificate(t, file)
	w, _ := signingIn(t, tenant.Options{}, graph.SignIn{Method: graph.ClientCertificate, ClientID: app.ClientID, CertificateFile: file})
	if _, _, err := w.client.Tenant(t.Context()); err != nil {
		t.Fatal(err)
	}
	garbage := filepath.Join(t.TempDir(), "garbage.pem")
	if err := os.WriteFile(garbage, []byte("-----BEGIN NOTHING-----"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{garbage: "not PEM or PKCS #12", filepath.Join(t.TempDir(), "none"): "read the certificate"} {
		_, err := graph.SignIn{Method: graph.ClientCertificate, Tenant: "contoso.com", ClientID: app.ClientID, CertificateFile: path}.Open()
		refused(t, err, graph.SignInRefused, says)
	}
}

func TestDeviceCode(t *testing.T) {
	var shown []string
	w, credential := signingIn(t, tenant.Options{}, graph.SignIn{Method: graph.DeviceCode, DeviceCode: func(m string) { shown = append(shown, m) }})
	if _, missing, err := w.client.Tenant(t.Context()); err != nil || len(missing) > 0 {
		t.Fatalf("%v, missing %v", err, missing)
	}
	if len(shown) != 1 || !strings.Contains(shown[0], "https://microsoft.com/devicelogin") {
		t.Errorf("shown %q", shown)
	}
	for _, scope := range graph.Scopes() {
		if !slices.Contains(strings.Fields(scopesAsked(w)[0]), "https://graph.microsoft.com/"+scope) {
			t.Errorf("%q does not ask for %s", scopesAsked(w)[0], scope)
		}
	}
	if strings.Contains(scopesAsked(w)[0], ".default") || strings.Contains(scopesAsked(w)[0], "ReadWrite") {
		t.Errorf("%q asks for more than is needed", scopesAsked(w)[0])
	}
	for _, r := range w.Requests() {
		if strings.HasSuffix(r.Path, "/devicecode") && !strings.Contains(r.Body, graph.PublicClient) {
			t.Errorf("signed in as %s, want %s", r.Body, graph.PublicClient)
		}
	}
	same(t, "portal", credential.HasPortal(), false)
	// To write, one permission more is asked for.
	w, _ = signingIn(t, tenant.Options{}, graph.SignIn{Method: graph.DeviceCode, DeviceCode: func(string) {}, Scopes: append(graph.Scopes(), graph.WriteScopes()...)})
	if err := w.client.SetPasswordWriteback(t.Context(), true); err != nil {
		t.Error(err)
	}
	// Who declines is not asked again and again.
	w, _ = signingIn(t, tenant.Options{SignIn: "declines"}, graph.SignIn{Method: graph.DeviceCode, DeviceCode: func(string) {}})
	_, _, err := w.client.Tenant(t.Context())
	refused(t, err, graph.SignInRefused, "sign in with device-code")
	// A permission that nobody consented to.
	w, _ = signingIn(t, tenant.Options{Identities: []tenant.Identity{{UPN: "user@contoso.com", Scopes: []string{"User.Read"}}}}, graph.SignIn{Method: graph.DeviceCode, DeviceCode: func(string) {}})
	_, _, err = w.client.Tenant(t.Context())
	refused(t, err, graph.SignInRefused, "nobody has consented", "AADSTS65001")
}

func TestManagedIdentity(t *testing.T) {
	w := open(t, tenant.Options{}, tenant.TokenOptions{})
	app := tenant.DefaultApps()[0].ClientID
	metadata := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("resource") != "https://graph.microsoft.com" || r.Header.Get("X-IDENTITY-HEADER") != "h" {
			rw.WriteHeader(400)
			return
		}
		rw.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(rw, `{"access_token":%q,"expires_on":"%d","resource":"https://graph.microsoft.com","token_type":"Bearer"}`,
			w.Mint(tenant.TokenOptions{App: app}), time.Now().Add(time.Hour).Unix())
	}))
	t.Cleanup(metadata.Close)
	t.Setenv("IDENTITY_ENDPOINT", metadata.URL)
	t.Setenv("IDENTITY_HEADER", "h")
	credential, err := graph.SignIn{Method: graph.ManagedIdentity}.Open()
	if err != nil {
		t.Fatal(err)
	}
	w.reopen(credential)
	if _, missing, err := w.client.Tenant(t.Context()); err != nil || len(missing) != 1 {
		t.Fatalf("%v, missing %v", err, missing)
	}
}

// reopen asks the same tenant with another credential.
func (w *world) reopen(c *graph.Credential) {
	w.Helper()
	client, err := graph.Open(graph.Options{Endpoint: w.GraphEndpoint(), Credential: c, RootCAs: w.RootCAs(), Now: w.clock.Now, Wait: w.clock.Wait})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(client.Close)
	w.client = client
}

func TestSignInIncomplete(t *testing.T) {
	for _, s := range []graph.SignIn{
		{}, {Method: "fax"}, {Method: graph.ClientSecret}, {Method: graph.ClientSecret, Tenant: "a", ClientID: "b"},
		{Method: graph.ClientCertificate, Tenant: "a", ClientID: "b"}, {Method: graph.DeviceCode}, {Method: graph.Browser, Tenant: "../x"},
		{Method: graph.Browser, Authority: "http://127.0.0.1"},
	} {
		if _, err := s.Open(); graph.KindOf(err) != graph.SignInRefused {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if _, err := (graph.SignIn{Method: graph.AzureCLI, Cloud: "mars"}).Open(); err == nil {
		t.Error("a sign-in to a cloud that is not there")
	}
	for _, cloud := range cloudconfig.Clouds() {
		for _, m := range []graph.Method{graph.Browser, graph.AzureCLI, graph.AzurePowerShell, graph.ManagedIdentity, graph.GivenToken} {
			if _, err := (graph.SignIn{Method: m, Cloud: cloud}).Open(); err != nil {
				t.Errorf("%s in %s: %v", m, cloud, err)
			}
		}
	}
}

// writeCertificate writes a key pair as an administrator would have it.
func writeCertificate(t *testing.T, file string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "writeback"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, made, made, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
