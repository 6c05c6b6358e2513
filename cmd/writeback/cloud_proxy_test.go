package main

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"writeback/internal/practice/tenant"
)

// HTTPS_PROXY is honoured: for names, because a proxy is never asked for a
// loopback address. So the tenant gets names here, which the proxy alone knows.

const (
	graphName  = "graph.corp.example"
	portalName = "portal.corp.example"
	loginName  = "login.corp.example"
)

// connectProxy is a CONNECT proxy (RFC 9110 9.3.6) that knows the tenant by names.
type connectProxy struct {
	*httptest.Server
	names  map[string]string // host → address
	status int               // of the answer to CONNECT

	mu    sync.Mutex
	asked []string
}

// behindProxy gives the tenant names that are reached by way of a proxy alone.
func (b *cloudBench) behindProxy() *connectProxy {
	b.t.Helper()
	p := &connectProxy{names: map[string]string{}, status: http.StatusOK}
	cert := b.dc.Issue(b.t, graphName, portalName, loginName)
	for name, place := range map[string]string{graphName: b.tenant.GraphEndpoint(), portalName: b.tenant.PortalEndpoint(), loginName: b.tenant.Authority()} {
		to, err := url.Parse(place)
		if err != nil {
			b.t.Fatal(err)
		}
		to.Path = ""
		front := httptest.NewUnstartedServer(&httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }, Transport: b.tenant.Client().Transport,
		})
		front.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
		front.StartTLS()
		b.t.Cleanup(front.Close)
		p.names[name+":443"] = front.Listener.Addr().String()
	}
	p.Server = httptest.NewServer(p)
	b.t.Cleanup(p.Close)
	trust := filepath.Join(b.dir, "tenant-ca.pem")
	ca, err := os.ReadFile(b.dc.CAFile)
	if err != nil {
		b.t.Fatal(err)
	}
	write(b.t, trust, append(ca, b.tenant.CA()...))
	b.flags = append(b.flags, "--graph-endpoint", "https://"+graphName, "--portal-endpoint", "https://"+portalName)
	b.env = append(b.env, "HTTPS_PROXY="+p.URL, tenantAuthority+"=https://"+loginName+"/")
	return p
}

func (p *connectProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.Method+" "+r.Host)
	status, address := p.status, p.names[r.Host]
	p.mu.Unlock()
	if status == http.StatusOK && address == "" {
		status = http.StatusBadGateway
	}
	if status != http.StatusOK {
		w.WriteHeader(status)
		return
	}
	far, err := net.Dial("tcp", address)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		far.Close()
		return
	}
	_, _ = io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n") // what goes wrong shows at the other end
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		both.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			_ = way[0].Close()
		})
	}
	both.Wait()
}

func (p *connectProxy) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

func (p *connectProxy) refuse(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = status
}

func TestCloudProxy(t *testing.T) {
	b := newCloudBench(t, tenant.Options{})
	p := b.behindProxy()
	app := tenant.DefaultApps()[0]
	b.env = append(b.env, "WRITEBACK_CLIENT_SECRET="+app.Secret)
	b = b.with("--only", "sspr", "--allow-undocumented-api")
	first := b.snapshot()
	b.want(exitDone, "apply", "--yes")
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after undo")
	// The authority's document names another issuer than the one that it was asked
	// by, so that this sign-in is refused; by then the proxy was asked.
	b.ends(exitSignIn, []string{"issuer"}, "plan", "--auth", "client-secret", "--tenant", b.tenant.ID(), "--client-id", app.ClientID)
	for _, name := range []string{graphName, portalName, loginName} {
		if all := p.all(); !slices.Contains(all, "CONNECT "+name+":443") {
			t.Errorf("the proxy was not asked for %s: %q", name, all)
		}
	}
	for status, says := range map[int][]string{
		http.StatusForbidden:         {"no answer from " + graphName, "Forbidden", "HTTPS_PROXY"},
		http.StatusProxyAuthRequired: {"the proxy asks for a password", "put the proxy's user and password into HTTPS_PROXY"},
	} {
		p.refuse(status)
		b.ends(exitError, says, "apply", "--yes")
		b.wantWorld(first, http.StatusText(status))
	}
	p.Close()
	b.ends(exitError, []string{"no answer from " + graphName, "connection refused", "HTTPS_PROXY"}, "plan")
	if all := strings.Join(p.all(), " "); strings.Contains(all, b.dc.Host) {
		t.Errorf("LDAP went through the proxy: %s", all)
	}
}
