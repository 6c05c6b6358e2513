package portal_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig/portal"
	"writeback/internal/practice/tenant"
)

const asSeen = `{"objectId":null,"passwordWritebackSupported":true,"accountUnlockSupported":true,"accountUnlockEnabled":false,"enablementForTenant":true,"cloudProvisioningEnablementForTenant":false}`

// through puts a server of the test in the portal's place.
func through(w *world, h http.HandlerFunc) *httptest.Server {
	w.Helper()
	s := httptest.NewTLSServer(h)
	w.Cleanup(s.Close)
	w.c.Endpoint, w.c.HTTP = s.URL, s.Client()
	return s
}

func TestAnswersThatAreNoAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter)
		kind   portal.Kind
		says   string
	}{
		"HTML with 200":      {func(w http.ResponseWriter) { fmt.Fprint(w, "<!DOCTYPE html><p>Sign in") }, portal.NotJSON, "page for people"},
		"HTML with 403":      {func(w http.ResponseWriter) { w.WriteHeader(403); fmt.Fprint(w, "\n <html>Blocked") }, portal.NotJSON, "403"},
		"HTML by its header": {func(w http.ResponseWriter) { w.Header().Set("Content-Type", "text/html"); fmt.Fprint(w, asSeen) }, portal.NotJSON, "page"},
		"empty":              {func(http.ResponseWriter) {}, portal.NotJSON, "nothing"},
		"half":               {func(w http.ResponseWriter) { fmt.Fprint(w, asSeen[:40]) }, portal.NotJSON, "not JSON"},
		"too long":           {func(w http.ResponseWriter) { fmt.Fprint(w, strings.Repeat(" ", 1<<20)+asSeen) }, portal.TooLong, "longer"},
		"410":                {func(w http.ResponseWriter) { w.WriteHeader(410) }, portal.Gone, "410"},
		"400": {func(w http.ResponseWriter) {
			w.WriteHeader(400)
			fmt.Fprint(w, `{"Message":"no\u001b[2J such\nfield"}`)
		}, portal.BadRequest, `no\u001b[2J such field`},
		"405": {func(w http.ResponseWriter) { w.WriteHeader(405) }, portal.BadRequest, "405"},
		"407": {func(w http.ResponseWriter) { w.WriteHeader(407) }, portal.Proxy, "HTTPS_PROXY"},
		"500": {func(w http.ResponseWriter) { w.WriteHeader(500) }, portal.Broken, "500"},
		"cut": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "500")
			fmt.Fprint(w, asSeen)
		}, portal.NoAnswer, "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, "admin", tenant.Options{})
			through(w, func(rw http.ResponseWriter, _ *http.Request) { c.answer(rw) })
			_, err := w.c.Read(t.Context())
			w.failed(err, c.kind, true, c.says)
		})
	}
}

// What a PUT is answered with decides whether it is in doubt.
func TestWhichWritesAreInDoubt(t *testing.T) {
	for status, notWritten := range map[int]bool{
		301: true, 400: true, 401: true, 403: true, 404: true, 407: true, 409: true, 410: true, 429: true, 500: false, 502: false, 503: false, 504: false,
	} {
		w := start(t, "admin", tenant.Options{})
		through(w, func(rw http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				rw.WriteHeader(status)
				return
			}
			fmt.Fprint(rw, asSeen)
		})
		w.c.Patience = 1
		err := w.c.SetWriteback(t.Context(), true)
		if err == nil || isNotWritten(err) != notWritten {
			t.Errorf("%d: %v, not written: %t, want %t", status, err, isNotWritten(err), notWritten)
		}
	}
	for _, body := range []string{"", "{}", asSeen, "null"} {
		w := start(t, "admin", tenant.Options{})
		through(w, func(rw http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				fmt.Fprint(rw, body)
				return
			}
			fmt.Fprint(rw, asSeen)
		})
		if err := w.c.SetWriteback(t.Context(), true); err != nil {
			t.Errorf("a write answered with %q: %v", body, err)
		}
	}
}

// A redirect is not followed, so that the token is seen by nobody else, and no
// cookie comes back.
func TestRedirectsAndCookies(t *testing.T) {
	w := start(t, "admin", tenant.Options{})
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer other.Close()
	cookies := 0
	through(w, func(rw http.ResponseWriter, r *http.Request) {
		cookies += len(r.Cookies())
		http.SetCookie(rw, &http.Cookie{Name: "session", Value: "1", Path: "/"})
		http.Redirect(rw, r, other.URL+"/login?secret=1", http.StatusFound)
	})
	for range 2 {
		_, err := w.c.Read(t.Context())
		w.failed(err, portal.Redirected, true, "to "+strings.TrimPrefix(other.URL, "https://"))
		if strings.Contains(err.Error(), "secret") {
			t.Error(err)
		}
	}
	if cookies > 0 {
		t.Error("a cookie came back")
	}
}

// A service that repeats the token, or something that looks like it, must not
// have it shown: world looks through all that was said.
func TestATokenThatIsRepeatedIsTakenOut(t *testing.T) {
	w := start(t, "admin", tenant.Options{})
	through(w, func(rw http.ResponseWriter, r *http.Request) {
		rw.WriteHeader(403)
		fmt.Fprintf(rw, `{"Message":"not you: %s"}`, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	})
	_, err := w.c.Read(t.Context())
	w.failed(err, portal.Role, true, "not you: ***")
}

func TestTheNetwork(t *testing.T) {
	w := start(t, "admin", tenant.Options{})
	w.c.HTTP = portal.NewHTTP(x509.NewCertPool())
	_, err := w.c.Read(t.Context())
	w.failed(err, portal.NoTrust, true, "inspect TLS")
	err = w.c.SetWriteback(t.Context(), true)
	w.failed(err, portal.NoTrust, true, "passwordWriteBackSupported was not set")

	w.c.HTTP = portal.NewHTTP(w.RootCAs())
	if _, err := w.c.Read(t.Context()); err != nil {
		t.Error(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.c.Endpoint = "https://" + l.Addr().String()
	l.Close()
	_, err = w.c.Read(t.Context())
	w.failed(err, portal.NoAnswer, true, "HTTPS_PROXY", "refused")

	// The server is there for the read and gone for the write.
	gone := start(t, "admin", tenant.Options{})
	s := through(gone, func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Connection", "close")
		fmt.Fprint(rw, asSeen)
	})
	gone.c.Observe = func(op portal.Operation) {
		if op.Method == http.MethodGet {
			s.Close()
		}
	}
	err = gone.c.SetUnlock(t.Context(), true)
	gone.failed(err, portal.NoAnswer, true, "set accountUnlockEnabled to true")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.c.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// proxy is an HTTP proxy that answers each CONNECT with a status, or lets it
// through.
func proxy(t *testing.T, status int, seen *string) *url.URL {
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		*seen += r.Method + " " + r.Host + fmt.Sprint(r.Header)
		if status != http.StatusOK {
			rw.WriteHeader(status)
			return
		}
		there, err := net.Dial("tcp", r.Host)
		if err != nil {
			t.Error(err)
			return
		}
		defer there.Close()
		here, _, err := http.NewResponseController(rw).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer here.Close()
		fmt.Fprint(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(there, here); there.Close() }()
		_, _ = io.Copy(here, there)
	}))
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestProxies(t *testing.T) {
	for status, says := range map[int]string{200: "", 407: "Proxy Authentication Required", 403: "Forbidden", 502: "Bad Gateway"} {
		w := start(t, "admin", tenant.Options{})
		seen := ""
		u := proxy(t, status, &seen)
		u.User = url.UserPassword("proxyuser", "hunter2")
		w.c.HTTP = portal.NewHTTP(w.RootCAs())
		w.c.HTTP.Transport.(*http.Transport).Proxy = http.ProxyURL(u)
		_, err := w.c.Read(t.Context())
		if status == 200 && err != nil {
			t.Error(err)
		}
		if status != 200 {
			w.failed(err, portal.Proxy, true, says, "HTTPS_PROXY")
		}
		w.c.HTTP.CloseIdleConnections()
		if !strings.HasPrefix(seen, "CONNECT ") || strings.Contains(seen, "Bearer") || strings.Contains(w.told, "hunter2") {
			t.Errorf("%d: the proxy saw %s, said was %s", status, seen, w.told)
		}
	}
	w := start(t, "admin", tenant.Options{})
	w.c.HTTP = portal.NewHTTP(w.RootCAs())
	w.c.HTTP.Transport.(*http.Transport).Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "127.0.0.1:1"})
	_, err := w.c.Read(t.Context())
	w.failed(err, portal.Proxy, true)
}

// The environment is read once a process, so that this test starts itself again
// with another one.
func TestTheEnvironmentsProxyIsUsed(t *testing.T) {
	c := portal.Client{Endpoint: "https://portal.example.invalid"}
	if os.Getenv("PORTAL_TEST_TOKEN") != "" {
		c.Token = func(context.Context) (string, error) { return os.Getenv("PORTAL_TEST_TOKEN"), nil }
		_, err := c.Read(t.Context())
		fmt.Println(err)
		return
	}
	w := start(t, "admin", tenant.Options{})
	token := w.Mint(tenant.TokenOptions{Audience: portal.Audience, IssuedAt: time.Now()})
	seen := ""
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), "PORTAL_TEST_TOKEN="+token, "HTTPS_PROXY="+proxy(t, http.StatusProxyAuthRequired, &seen).String(), "NO_PROXY=", "no_proxy=")
	out, err := again.CombinedOutput()
	if err != nil || !strings.HasPrefix(seen, "CONNECT portal.example.invalid:443") || !strings.Contains(string(out), "a proxy on the way refused") {
		t.Errorf("%v: the proxy saw %q, said was %s", err, seen, out)
	}
}

func TestEndpointsThatCannotBe(t *testing.T) {
	w := start(t, "admin", tenant.Options{})
	good := w.c.Endpoint
	for _, bad := range []string{
		"", "http" + strings.TrimPrefix(good, "https"), "main.iam.ad.ext.azure.com", "https://", "https://user:hunter2@127.0.0.1", good + "?a=1", good + "#x", "https://%zz:hunter2@x", "file:///etc/passwd",
	} {
		w.c.Endpoint = bad
		_, err := w.c.Read(t.Context())
		var e *portal.EndpointError
		if !errors.As(err, &e) || !isNotWritten(err) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v, want an EndpointError", bad, err)
		}
	}
	through(w, func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/gateway"+portal.Path {
			t.Errorf("asked for %s", r.URL.Path)
		}
		fmt.Fprint(rw, asSeen)
	})
	w.c.Endpoint += "/gateway/"
	if _, err := w.c.Read(t.Context()); err != nil {
		t.Error(err)
	}
}
