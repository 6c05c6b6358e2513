package graph_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
)

// Answers that Graph would not give.
func TestStrangeAnswers(t *testing.T) {
	html := func(status int) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			fmt.Fprint(w, "<html>\x1b[2JPlease sign in</html>")
		}
	}
	json := func(status int, body string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json; odata.metadata=minimal")
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	tests := []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request)
		kind   graph.Kind
		says   string
	}{
		{"HTML", html(200), graph.NotGraph, "something between"},
		{"HTML 403", html(403), graph.NotGraph, "something between"},
		{"HTML 500", html(500), graph.Away, "something between"},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://login.example/", http.StatusFound)
		}, graph.NotGraph, "redirect"},
		{"redirect home", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/v1.0/organization", http.StatusPermanentRedirect)
		}, graph.NotGraph, "redirect"},
		{"empty", json(200, ``), graph.Malformed, "empty"},
		{"null", json(200, `null`), graph.Malformed, "empty"},
		{"nothing", json(200, `{}`), graph.Malformed, "0 organizations"},
		{"an array", json(200, `[]`), graph.Malformed, "0 organizations"},
		{"a string", json(200, `"x"`), graph.Malformed, "0 organizations"},
		{"half", json(200, `{"value":[{"id":"a"},`), graph.Malformed, "not whole"},
		{"two", json(200, `{"value":[{"id":"a"},{"id":"b"}]}`), graph.Malformed, "2 organizations"},
		{"a number for a name", json(200, `{"value":[{"id":"a","displayName":7}]}`), graph.Malformed, "not as Graph documents it: a number stands where a text belongs"},
		{"a string for a Boolean", json(200, `{"value":[{"id":"a","onPremisesSyncEnabled":"yes"}]}`), graph.Malformed, "a text stands where true or false belongs"},
		{"an object for a list", json(200, `{"value":{"id":"a"}}`), graph.Malformed, "something else stands where a list belongs"},
		{"an object for a name", json(200, `{"value":[{"id":"a","displayName":{}}]}`), graph.Malformed, "an object stands where a text belongs"},
		{"a word for a time", json(200, `{"value":[{"id":"a","createdDateTime":"yesterday"}]}`), graph.Malformed, "a time in it is not written like"},
		{"a word for an id", json(200, `{"value":[{"id":"a","assignedPlans":[{"servicePlanId":"no"}]}]}`), graph.Malformed, "an id (a UUID) belongs"},
		{"no id", json(200, `{"value":[{"displayName":"a"}]}`), graph.Malformed, "has no id"},
		{"deep", json(200, strings.Repeat(`[`, 20000)+strings.Repeat(`]`, 20000)), graph.Malformed, "not whole"},
		{"long", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for range 9 {
				io.WriteString(w, strings.Repeat(" ", 1<<20))
			}
		}, graph.Malformed, "longer than 8 MiB"},
		{"no content", json(204, ``), graph.Malformed, "empty"},
		{"a long and bad error", json(403, `{"error":{"code":"`+strings.Repeat("c", 999)+`","message":"`+strings.Repeat(`\u001b[31m\u202e\r\n`, 500)+`","innerError":{"request-id":"\u0007"}}}`),
			graph.Forbidden, "Organization.Read.All"},
		{"an error of another shape", json(403, `{"error":"no"}`), graph.Forbidden, "Graph refuses it"},
		{"a token in an error", json(403, `{"error":{"code":"x","message":"not eyJhbGciOiJub25lIn0.eyJzdWIiOiJzZWNyZXQifQ.c2lnbmF0dXJl"}}`), graph.Forbidden, "not ***"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := interrupting(t, func(rw http.ResponseWriter, r *http.Request) bool { test.answer(rw, r); return true })
			_, _, err := w.client.Tenant(t.Context())
			refused(t, err, test.kind, "read the organization", test.says)
			presentable(t, err.Error())
			for _, op := range w.ops {
				presentable(t, op.Err)
			}
		})
	}
}

// presentable says that a text fits on a screen.
func presentable(t *testing.T, s string) {
	t.Helper()
	if len(s) > 1200 {
		t.Errorf("the text has %d bytes", len(s))
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("%q has a character that is not for screens", s)
	}
}

// Names that a tenant gave itself are bounded and clean, too.
func TestStrangeNames(t *testing.T) {
	w := answering(t, map[string]string{"/organization": `{"value":[{"id":"a","displayName":"\u001b]0;x\u0007` + strings.Repeat("é", 9000) +
		`","verifiedDomains":[{"name":"a\nb"},null,{"name":null}],"createdDateTime":"2020-01-01T00:00:00Z"}]}`})
	got, _, err := w.client.Tenant(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	presentable(t, got.DisplayName)
	if len([]rune(got.DisplayName)) > 300 || len(got.Domains) != 1 || got.Domains[0] != "a b" {
		t.Errorf("%d bytes, domains %q", len(got.DisplayName), got.Domains)
	}
}

// The next page is asked for only where the first one was.
func TestNextPage(t *testing.T) {
	for link, says := range map[string]string{
		"https://evil.example/v1.0/users?$skiptoken=x": "elsewhere",
		"http://HOST/v1.0/users?$skiptoken=x":          "elsewhere",
		"https://HOST/v2.0/users?$skiptoken=x":         "elsewhere",
		"https://HOST/v1.0/../x/users?$skiptoken=x":    "elsewhere",
		"https://user:p@HOST/v1.0/users?$skiptoken=x":  "elsewhere",
		"https://HOST.evil.example/v1.0/users":         "elsewhere",
		"//HOST/v1.0/users":                            "elsewhere",
		"/v1.0/users?$skiptoken=x":                     "elsewhere",
		"https://HOST:1/v1.0/users":                    "elsewhere",
		"https://HOST/v1.0/users?same":                 "circle",
		"://":                                          "elsewhere",
	} {
		var w *world
		asked := 0
		w = interrupting(t, func(rw http.ResponseWriter, r *http.Request) bool {
			asked++
			rw.Header().Set("Content-Type", "application/json")
			host := strings.TrimPrefix(w.GraphEndpoint(), "https://")
			fmt.Fprintf(rw, `{"value":[],"@odata.nextLink":%q}`, strings.ReplaceAll(link, "HOST", host))
			return true
		})
		_, err := w.client.Registrations(t.Context(), nil, nil)
		refused(t, err, graph.Malformed, says)
		if asked > 2 {
			t.Errorf("%s was followed %d times", link, asked)
		}
	}
}

func TestNotTrusted(t *testing.T) {
	w := open(t, tenant.Options{}, tenant.TokenOptions{}, func(o *graph.Options) { o.RootCAs = x509.NewCertPool() })
	_, _, err := w.client.Tenant(t.Context())
	refused(t, err, graph.Unreachable, "not signed by an authority", "127.0.0.1")
	same(t, "waits", len(w.clock.waited()), 0)
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nowhere := "https://" + l.Addr().String()
	l.Close()
	w := open(t, tenant.Options{}, tenant.TokenOptions{}, func(o *graph.Options) { o.Endpoint = nowhere })
	_, _, err = w.client.Tenant(t.Context())
	refused(t, err, graph.Unreachable, "no answer from 127.0.0.1", "refused", "HTTPS_PROXY")
	same(t, "waits", len(w.clock.waited()), 2)
}

func TestEndpoints(t *testing.T) {
	for endpoint, says := range map[string]string{
		"http://127.0.0.1":            "not an https URL",
		"127.0.0.1":                   "not an https URL",
		"https://":                    "not an https URL",
		"https://a:secret@127.0.0.1":  "more than a host and a path",
		"https://127.0.0.1/?x=1":      "more than a host and a path",
		"https://127.0.0.1/v1.0":      "the part before /v1.0",
		"https://127.0.0.1/\x1b[2J%%": "not a URL",
	} {
		_, err := graph.Open(graph.Options{Endpoint: endpoint, Credential: fixed("x")})
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v, want %q", endpoint, err, says)
		}
	}
	if _, err := graph.Open(graph.Options{}); err == nil {
		t.Error("a client without a credential was opened")
	}
	if _, err := graph.Open(graph.Options{Credential: fixed("x"), Cloud: "mars"}); err == nil {
		t.Error("a client for a cloud that is not there was opened")
	}
}

// A gateway has a path of its own before the version.
func TestGateway(t *testing.T) {
	var paths []string
	w := open(t, tenant.Options{Before: func(_ tenant.Service, rw http.ResponseWriter, r *http.Request) bool {
		paths = append(paths, r.URL.Path)
		rw.Header().Set("Content-Type", "application/json")
		io.WriteString(rw, `{"value":[]}`)
		return true
	}}, tenant.TokenOptions{}, func(o *graph.Options) { o.Endpoint += "/gate/way/" })
	if _, err := w.client.Roles(t.Context()); err != nil {
		t.Fatal(err)
	}
	same(t, "path", paths[0], "/gate/way/v1.0/me/transitiveMemberOf/microsoft.graph.directoryRole")
}

// HTTPS_PROXY is honoured. net/http reads it once and never for loopback, so that
// another process asks for a name that only the proxy knows.
func TestProxy(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusProxyAuthRequired} {
		connects := make(chan string, 8)
		proxy, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			connects <- r.Method + " " + r.Host
			if status != http.StatusOK {
				w.WriteHeader(status)
				return
			}
			w.WriteHeader(http.StatusBadGateway)
		})}
		go server.Serve(proxy)
		t.Cleanup(func() { server.Close() })
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "GRAPH_TEST_PLAY=ask", "HTTPS_PROXY=http://u:hush@"+proxy.Addr().String(), "NO_PROXY=")
		out, err := child.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		same(t, "the proxy was asked", <-connects, "CONNECT graph.test:443")
		want := "Bad Gateway"
		if status != http.StatusOK {
			want = "the proxy asks for a password"
		}
		if !strings.Contains(string(out), want) || strings.Contains(string(out), "hush") {
			t.Errorf("%s, want %q", out, want)
		}
	}
}

func init() { plays["ask"] = playAsk }

func playAsk() int {
	client, err := graph.Open(graph.Options{Endpoint: "https://graph.test", Credential: fixed("x"),
		Wait: func(context.Context, time.Duration) error { return nil }})
	if err == nil {
		_, err = client.Roles(context.Background())
	}
	fmt.Println(err)
	return 0
}

// What is observed is fit for logs: neither tokens nor page marks.
func TestObserved(t *testing.T) {
	w := open(t, tenant.Options{People: someUsers, PageSize: 500, Cut: 3}, tenant.TokenOptions{})
	if _, err := w.client.Registrations(t.Context(), nil, nil); err != nil {
		t.Fatal(err)
	}
	log := fmt.Sprintf("%+v", w.ops)
	for _, token := range w.credential.given {
		if strings.Contains(log, token) || strings.Contains(log, filepath.Ext(token)) {
			t.Error("a token was observed")
		}
	}
	if !strings.Contains(log, "$skiptoken=…") || !strings.Contains(log, "Attempt:2") || !strings.Contains(log, "broke off") {
		t.Errorf("%s", log)
	}
	if len(w.ops) != len(w.Requests()) {
		t.Errorf("%d operations were observed of %d requests", len(w.ops), len(w.Requests()))
	}
}
