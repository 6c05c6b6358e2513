package graph_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
)

func init() { plays["xdg-open"] = playBrowser }

// playBrowser is a browser in which somebody signs in. MSAL listens for a form
// that is posted to it (response_mode form_post), which a browser does with what
// the authority sends it back with.
func playBrowser() int {
	fmt.Println("a browser's own noise")
	pem, err := os.ReadFile(os.Getenv("GRAPH_TEST_CA"))
	if err != nil {
		return 1
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	client := http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Get(os.Args[1])
	if err != nil {
		return 1
	}
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return 1
	}
	back, form := returning(resp.Header.Get("Location"), string(page))
	if resp, err = client.PostForm(back, form); err != nil {
		return 1
	}
	resp.Body.Close()
	return 0
}

var (
	formAction = regexp.MustCompile(`action="([^"]*)"`)
	formInput  = regexp.MustCompile(`name="([^"]*)" value="([^"]*)"`)
)

// returning is where to and with what an authority sends a browser back: in a
// redirect, or in a page with a form.
func returning(location, page string) (back string, form url.Values) {
	if u, err := url.Parse(location); location != "" && err == nil {
		form, u.RawQuery = u.Query(), ""
		return u.String(), form
	}
	form = url.Values{}
	for _, m := range formInput.FindAllStringSubmatch(page, -1) {
		form.Set(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	if m := formAction.FindStringSubmatch(page); m != nil {
		back = html.UnescapeString(m[1])
	}
	return back, form
}

func TestBrowser(t *testing.T) {
	as(t, "xdg-open")
	w, _ := signingIn(t, tenant.Options{}, graph.SignIn{Method: graph.Browser})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := w.CAFile(ca); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GRAPH_TEST_CA", ca)
	if _, missing, err := w.client.Tenant(t.Context()); err != nil || len(missing) > 0 {
		t.Fatalf("%v, missing %v", err, missing)
	}
	w.Change(func(o *tenant.Options) { o.SignIn = "declines" })
	credential, err := graph.SignIn{Method: graph.Browser, Tenant: w.ID(), Authority: w.Authority(), RootCAs: w.RootCAs()}.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(credential.Close)
	w.reopen(credential)
	_, _, err = w.client.Tenant(t.Context())
	refused(t, err, graph.SignInRefused, "sign in with browser", "the consent was declined")
}
