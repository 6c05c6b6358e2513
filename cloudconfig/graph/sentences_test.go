package graph

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
)

// What the network says, which tests on loopback cannot make happen.
func TestNoAnswer(t *testing.T) {
	c, err := Open(Options{Credential: given{}})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		err      error
		says     string
		hopeless bool
	}{
		{&net.OpError{Op: "dial", Err: &net.DNSError{Name: "graph.microsoft.com", IsNotFound: true}}, "the name graph.microsoft.com is not found", true},
		{&net.OpError{Op: "dial", Err: &net.DNSError{Name: "graph.microsoft.com", IsTimeout: true}}, "the name graph.microsoft.com is not found", false},
		{x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}, "the certificate that was shown is not for graph.microsoft.com", false},
		{context.DeadlineExceeded, "no answer from graph.microsoft.com within 1m30s", false},
		{errors.New("Proxy Authentication Required"), "the proxy asks for a password", true},
		{&net.OpError{Op: "read", Err: errors.New("connection reset by peer\x1b[0m")}, `read: connection reset by peer\u001b[0m`, false},
	}
	for _, test := range tests {
		wrapped := &url.Error{Op: "Get", URL: "https://graph.microsoft.com/v1.0/users?$skiptoken=s", Err: fmt.Errorf("wrapped: %w", test.err)}
		e := c.transport.noAnswer(wrapped)
		if e.Kind != Unreachable || !strings.Contains(e.Text, test.says) || e.Fix == "" || strings.Contains(e.Text, "skiptoken") {
			t.Errorf("%v: %+v, want %q", test.err, e, test.says)
		}
		if got := hopeless(wrapped); got != test.hopeless {
			t.Errorf("%v: hopeless %t", test.err, got)
		}
	}
}

func TestSignInNetwork(t *testing.T) {
	for _, err := range []error{
		&net.OpError{Op: "dial", Err: &net.DNSError{Name: "login.microsoftonline.com"}},
		&net.OpError{Op: "dial", Err: errors.New("connection refused")},
	} {
		got := signInRefused(Browser, fmt.Errorf("BrowserCredential: %w", err), "")
		if KindOf(got) != Unreachable || !strings.HasPrefix(got.Error(), "sign in with browser: ") {
			t.Errorf("%v (%s)", got, KindOf(got))
		}
	}
	if got := signInRefused(Browser, context.Canceled, ""); !errors.Is(got, context.Canceled) {
		t.Errorf("%v, want the context's error", got)
	}
}

// The sentences of the authority's codes are sentences.
func TestAuthorityCodes(t *testing.T) {
	for code, known := range authorityCodes {
		if authorityCode.FindString(code) != code {
			t.Errorf("%q is no code", code)
		}
		if known.text == "" || strings.HasSuffix(known.text, ".") {
			t.Errorf("%s: %q", code, known.text)
		}
		e := signInRefused(DeviceCode, errors.New("x"), code+": Some words. Trace ID: 1")
		var got *Error
		if !errors.As(e, &got) || got.Text != known.text || got.Code != code || strings.Contains(e.Error(), "Trace") {
			t.Errorf("%s: %v", code, e)
		}
	}
}

// What to do after a refusal is not what was just done, whatever was refused and
// however the sign-in was made.
func TestFixOfARefusedSignIn(t *testing.T) {
	codes := []string{"AADSTS99999", ""}
	for code := range authorityCodes {
		codes = append(codes, code)
	}
	for _, code := range codes {
		for _, m := range append(Methods(), "") {
			var e *Error
			if !errors.As(signInRefused(m, errors.New("x"), code+": Some words."), &e) {
				t.Fatal(code)
			}
			switch {
			case e.Fix == "" || strings.HasSuffix(e.Fix, "."):
				t.Errorf("%s after %s: the fix is %q", code, m, e.Fix)
			case m != "" && strings.Contains(e.Fix+" ", "--auth "+string(m)+" ") || strings.Contains(e.Fix+",", "--auth "+string(m)+","):
				t.Errorf("%s after %s: the fix is what was done: %s", code, m, e.Fix)
			case strings.Contains(e.Fix, "leave --client-id away") && !m.takesClient():
				t.Errorf("%s after %s, which takes no --client-id: %s", code, m, e.Fix)
			}
		}
	}
	for _, c := range []struct {
		code string
		m    Method
		says string
	}{
		{"AADSTS65001", AzureCLI, "use --auth browser"}, {"AADSTS65001", Browser, "use --auth azure-cli"},
		{"AADSTS65002", AzureCLI, "use --auth browser"}, {"AADSTS65002", Browser, "leave --client-id away where it is given"},
		{"AADSTS50076", Browser, "do in the browser what its page asks for"}, {"AADSTS50076", AzureCLI, "az login"}, {"AADSTS50158", DeviceCode, "--auth browser"},
		{"AADSTS53003", Browser, "--auth azure-cli"}, {"AADSTS53003", DeviceCode, "--auth browser"},
		{"AADSTS700016", AzurePowerShell, "Connect-AzAccount"}, {"AADSTS50173", GivenToken, "bring a new one"},
		{"AADSTS99999", AzureCLI, "look AADSTS99999 up"},
	} {
		if got := FixOf(signInRefused(c.m, errors.New("x"), c.code+": Some words.")); !strings.Contains(got, c.says) {
			t.Errorf("%s after %s: %q, want %q", c.code, c.m, got, c.says)
		}
	}
}

// A path of our own is named in full, though it looks like a token.
func TestUnreadableFileIsNamed(t *testing.T) {
	path := "/srv/" + strings.Repeat("certificates/", 9) + "app.pem"
	_, err := SignIn{Method: ClientCertificate, Tenant: "contoso.example", ClientID: "x", CertificateFile: path}.Open()
	if KindOf(err) != SignInRefused || !strings.Contains(err.Error(), path) {
		t.Errorf("%v, want the path %s", err, path)
	}
}
