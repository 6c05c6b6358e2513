package main

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/internal/practice/tenant/csdl"
	"writeback/internal/tier"
	"writeback/steps"
)

// The whole world of one test: a real domain controller, a tenant, and a sync
// server behind a stand-in for PowerShell.

// What the program cannot be told by a flag: whom to trust for the tenant's
// services, and where sign-ins go.
const (
	tenantCA        = "WRITEBACK_TEST_TENANT_CA"
	tenantAuthority = "WRITEBACK_TEST_AUTHORITY"
)

func init() {
	seams[tenantCA] = func(a *app, file string) {
		a.roots = x509.NewCertPool()
		if raw, err := os.ReadFile(file); err != nil || !a.roots.AppendCertsFromPEM(raw) {
			panic("no certificate of the tenant's CA in " + file)
		}
	}
	seams[tenantAuthority] = func(a *app, url string) { a.authority = url }
}

// cloudBench is a bench whose domain is synchronised with a tenant.
type cloudBench struct {
	*bench
	tenant *tenant.Tenant
	server *tenant.SyncServer
	shell  *standInShell
	secret []string // what must never be shown
	flag   *bool    // --writeback-method graph is used: its flag may be written
}

// domainOfTenant is the tenant that the connector account's description names.
const domainOfTenant = "corp.onmicrosoft.example"

// newCloudBench has all three stages at their beginning, and an administrator's
// tokens. Consent to the portal's service is not given. What is tried there is the
// tenant and the server: the domain is a real one from .ci/run on, and the
// practice domain in the tiers before that.
func newCloudBench(t *testing.T, o tenant.Options) *cloudBench {
	t.Helper()
	tier.Turn(t)
	return ground{samba: tier.Asked(t) >= tier.Run}.cloudBench(t, o)
}

func (g ground) cloudBench(t *testing.T, o tenant.Options) *cloudBench {
	t.Helper()
	b := &cloudBench{bench: g.bench(t)}
	forest := strings.ToLower(b.dc.Realm)
	if o.Domains == nil {
		o.Domains = []string{"corp.example", domainOfTenant}
		if !g.samba {
			o.Domains = append(o.Domains, forest)
		}
	}
	tn, err := tenant.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	b.tenant = tn
	b.server = tn.Join(tenant.SyncOptions{Cloud: domainOfTenant + " - AAD",
		Connectors: []cloudconfig.ServerConnector{{Name: forest, Forest: forest, Domain: forest, Account: b.connector.Name}}})
	b.flag = new(bool)
	t.Cleanup(func() {
		b.checkRequests()
		if err := tn.Close(); err != nil {
			t.Errorf("close the tenant: %v", err)
		}
	})
	ca := filepath.Join(b.dir, "tenant-ca.pem")
	if err := tn.CAFile(ca); err != nil {
		t.Fatal(err)
	}
	b.shell = powershell(t, b.server)
	b.flags = append(b.flags, "--graph-endpoint", tn.GraphEndpoint(), "--portal-endpoint", tn.PortalEndpoint(),
		"--powershell", b.shell.file)
	b.env = append(b.env, tenantCA+"="+ca, tenantAuthority+"="+tn.Authority())
	b.signIn(tenant.TokenOptions{})
	return b
}

// signIn gives the program the tokens of an identity.
func (b *cloudBench) signIn(who tenant.TokenOptions) {
	b.t.Helper()
	graph, portal := who, who
	portal.Audience = tenant.PortalAudience
	b.giveTokens(b.tenant.Mint(graph), b.tenant.Mint(portal))
	if !slices.Contains(b.flags, "--auth") {
		b.flags = append(b.flags, "--auth", "token")
	}
}

// giveTokens puts tokens into the environment; "" takes one away.
func (b *cloudBench) giveTokens(graph, portal string) {
	b.env = slices.DeleteFunc(b.env, func(v string) bool {
		return strings.HasPrefix(v, "WRITEBACK_GRAPH_TOKEN=") || strings.HasPrefix(v, "WRITEBACK_PORTAL_TOKEN=")
	})
	for _, v := range []struct{ name, token string }{{"WRITEBACK_GRAPH_TOKEN", graph}, {"WRITEBACK_PORTAL_TOKEN", portal}} {
		if v.token != "" {
			b.env = append(b.env, v.name+"="+v.token)
			b.secret = append(b.secret, v.token)
		}
	}
}

// checkRequests holds all that the tenant was asked in the test against the
// schema: no property that is not in it, no write but of the settings.
func (b *cloudBench) checkRequests() {
	all := b.tenant.Requests()
	for _, r := range all {
		if r.Service == tenant.Graph && r.Method != http.MethodGet && !*b.flag {
			b.t.Errorf("%s %s %s: only --writeback-method graph writes to Graph", r.Method, r.Path, r.Body)
		}
	}
	schema, err := csdl.Open()
	if errors.Is(err, fs.ErrNotExist) {
		return // the schema is not beside the project
	}
	if err != nil {
		b.t.Fatal(err)
	}
	if err := schema.CheckRequests(all); err != nil {
		b.t.Error(err)
	}
}

// with is the bench with more flags.
func (b *cloudBench) with(flags ...string) *cloudBench {
	c, p, inner := *b, *b.program, *b.bench
	p.flags = append(slices.Clone(p.flags), flags...)
	p.env = slices.Clone(p.env)
	inner.program = &p
	c.bench = &inner
	return &c
}

// snapshot is everything that the program can change.
type snapshot struct {
	root   []string // the descriptor of the domain's root
	server bool
	policy cloudconfig.Policy
	flag   bool
}

func (b *cloudBench) snapshot() snapshot {
	b.t.Helper()
	return snapshot{b.dacl(b.dc.BaseDN), b.server.Enabled(), b.tenant.Policy(), b.tenant.Feature("passwordWritebackEnabled")}
}

func (b *cloudBench) wantWorld(want snapshot, when string) {
	b.t.Helper()
	b.wantDACL(b.dc.BaseDN, want.root, when)
	now := b.snapshot()
	if now.server != want.server || now.policy != want.policy || now.flag != want.flag {
		b.t.Fatalf("%s: the server is %t, want %t; the policy %+v, want %+v; the flag %t, want %t",
			when, now.server, want.server, now.policy, want.policy, now.flag, want.flag)
	}
}

// stage finds a step by its id.
func stage[S any](t *testing.T, all []S, id func(S) string, want string) S {
	t.Helper()
	i := slices.IndexFunc(all, func(s S) bool { return id(s) == want })
	if i < 0 {
		t.Fatalf("there is no stage %s", want)
	}
	return all[i]
}

func stepOf(t *testing.T, all []steps.StepPlan, id string) steps.StepPlan {
	t.Helper()
	return stage(t, all, func(s steps.StepPlan) string { return s.ID }, id)
}

// proof is the evidence of a state whose text has the part.
func proof(t *testing.T, s steps.StepPlan, state, part string) steps.Evidence {
	t.Helper()
	i := slices.IndexFunc(s.Evidence, func(e steps.Evidence) bool { return e.State == state && strings.Contains(e.What, part) })
	if i < 0 {
		t.Fatalf("%s has no evidence %q of %q:\n%s", s.ID, state, part, said(s.Evidence))
	}
	return s.Evidence[i]
}

func said(all []steps.Evidence) string {
	var b strings.Builder
	for _, e := range all {
		b.WriteString("  " + e.State + " " + e.What + " [" + e.Source + "]\n")
	}
	return b.String()
}

func finding(s steps.StepPlan, code string) (steps.Finding, bool) {
	i := slices.IndexFunc(s.Findings, func(f steps.Finding) bool { return f.Code == code })
	if i < 0 {
		return steps.Finding{}, false
	}
	return s.Findings[i], true
}
