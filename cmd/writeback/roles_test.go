package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// desk is the tenant's administrator: a tenant on loopback, tokens in the environment, and no
// domain controller anywhere.
type desk struct {
	*program
	t      *testing.T
	tenant *tenant.Tenant
}

func newDesk(t *testing.T, o tenant.Options) *desk {
	t.Helper()
	tn, err := tenant.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tn.Close() })
	d := &desk{program: newProgram(t), t: t, tenant: tn}
	ca := filepath.Join(d.dir, "tenant-ca.pem")
	if err := tn.CAFile(ca); err != nil {
		t.Fatal(err)
	}
	d.flags = append(d.flags, "--only", "sspr", "--auth", "token", "--graph-endpoint", tn.GraphEndpoint(), "--portal-endpoint", tn.PortalEndpoint())
	d.env = append(d.env, tenantCA+"="+ca, tenantAuthority+"="+tn.Authority(), dnsEnv+"=127.0.0.1:1",
		"WRITEBACK_GRAPH_TOKEN="+tn.Mint(tenant.TokenOptions{}), "WRITEBACK_PORTAL_TOKEN="+tn.Mint(tenant.TokenOptions{Audience: tenant.PortalAudience}))
	return d
}

// writes are the requests to the tenant that are no reads.
func (d *desk) writes() (out []string) {
	for _, r := range d.tenant.Requests() {
		if r.Method != "GET" {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
}

// Whoever may set the tenant's page alone does all of it without a domain controller: plan,
// apply, verify, undo. DNS answers nothing.
func TestTenantWithoutADomainController(t *testing.T) {
	t.Parallel()
	d := newDesk(t, tenant.Options{})
	before := d.tenant.Policy()
	p := decode[steps.Plan](t, d.want(exitDone, "plan", "--output", "json"))
	if s := stepOf(t, p.Steps, "sspr"); s.State != steps.StateManual && s.State != steps.StateChange {
		t.Errorf("sspr: %s, %+v", s.State, s.Findings)
	}
	if s := stepOf(t, p.Steps, "delegate"); s.State != steps.StateSkipped || p.Target.Domain != "" || p.Target.Tenant == "" {
		t.Errorf("delegate: %s; target %+v", s.State, p.Target)
	}
	for name, code := range map[string]string{"nobody@corp.example": "not-in-tenant", "S-1-5-21-1-2-3-1104": "domain-not-asked"} {
		if e := decode[steps.Explanation](t, d.want(exitDone, "explain", name, "--output", "json")); e.Writable || !slices.ContainsFunc(e.Reasons, func(r steps.Why) bool { return r.Code == code }) {
			t.Errorf("explain %s: %+v", name, e)
		}
	}
	if p.Coverage != nil {
		t.Errorf("users were counted: %+v", p.Coverage)
	}
	for _, flag := range [][]string{{"--wait"}, {"--min-coverage", "90"}} {
		d.ends(exitUsage, flag[:1], append([]string{"verify"}, flag...)...)
	}
	for _, flag := range [][]string{{"--users-out", "users.jsonl"}, {"--connector", "MSOL_0a1b2c3d4e5f"}, {"--scope", "OU=Staff,DC=corp,DC=example"}, {"--ad-user", "admin@corp.example"}} {
		d.ends(exitUsage, []string{"--domain", "name the domain"}, append([]string{"plan"}, flag...)...) // it is not passed over
	}
	d.want(exitUsage, "explain", "ann") // a name without a domain is no name in the tenant
	o := d.want(exitChanges, "doctor")
	if !strings.Contains(o.out, "no domain was named: name it with --domain") || !strings.Contains(o.out, "sspr-off") {
		t.Errorf("doctor: %s", o.out)
	}
	portal := decode[steps.Plan](t, d.want(exitDone, "plan", "--sspr-method", "portal", "--output", "json"))
	s := stepOf(t, portal.Steps, "sspr")
	if f, _ := finding(s, "undocumented-api"); len(s.Changes) != 2 || !strings.Contains(f.Text, "writeback apply needs --allow-undocumented-api") {
		t.Errorf("plan without consent: %+v", s)
	}
	d.want(exitUsage, "apply", "--yes", "--sspr-method", "portal")
	d.want(exitManual, "apply", "--yes") // without consent to the portal's own service
	if w := d.writes(); len(w) > 0 || d.tenant.Policy() != before {
		t.Errorf("written without consent: %v", w)
	}
	d.flags = append(d.flags, "--allow-undocumented-api")
	res := decode[steps.Result](t, d.want(exitDone, "apply", "--yes", "--output", "json"))
	now := d.tenant.Policy()
	if res.State != steps.ResultDone || now.Writeback() != cloudconfig.On || !now.AccountUnlockEnabled {
		t.Errorf("applied: %s, %+v", res.State, now)
	}
	d.want(exitDone, "verify")
	if o := d.want(exitDone, "apply", "--yes"); !strings.Contains(o.out, "Nothing to do") {
		t.Errorf("once more: %s", o.out)
	}
	o = d.want(exitDone, "runs")
	if !strings.Contains(o.out, "tenant "+p.Target.Tenant) {
		t.Errorf("runs: %s", o.out)
	}
	d.flags = slices.DeleteFunc(d.flags, func(f string) bool { return f == "--only" || f == "sspr" }) // the run says what it did
	d.want(exitDone, "undo", "--yes")
	if got := d.tenant.Policy(); got != before {
		t.Errorf("after undo: %+v, it was %+v", got, before)
	}
}

// Whoever runs the sync server alone switches writeback there without a domain controller:
// what it cannot be held against has to be accepted.
func TestServerWithoutADomainController(t *testing.T) {
	t.Parallel()
	d := newDesk(t, tenant.Options{Domains: []string{"corp.example", domainOfTenant}})
	server := d.tenant.Join(tenant.SyncOptions{Cloud: domainOfTenant + " - AAD",
		Connectors: []cloudconfig.ServerConnector{{Name: "corp.example", Forest: "corp.example", Domain: "corp.example", Account: `CORP\MSOL_0a1b2c3d4e5f`}}})
	d.flags[slices.Index(d.flags, "sspr")] = "writeback"
	d.flags = append(d.flags, "--powershell", powershell(t, server).file, "--tenant", domainOfTenant)
	d.ends(exitRefused, []string{"connector-unproven", "no domain", "corp.example as", "MSOL_0a1b2c3d4e5f"}, "apply", "--yes")
	if server.Enabled() {
		t.Fatal("it is on")
	}
	d.want(exitDone, "apply", "--yes", "--accept", "connector-unproven")
	if !server.Enabled() {
		t.Error("it is off")
	}
	d.want(exitDone, "verify", "--accept", "connector-unproven")
	d.want(exitDone, "undo", "--yes")
	if server.Enabled() || len(d.writes()) > 0 {
		t.Errorf("after undo it is on: %v; %v", server.Enabled(), d.writes())
	}
}

// A person's word on the tenant's page takes no domain, either: it is kept for the tenant.
func TestAttestWithoutADomain(t *testing.T) {
	t.Parallel()
	d := newDesk(t, tenant.Options{})
	id := decode[steps.Plan](t, d.want(exitDone, "plan", "--output", "json")).Target.Tenant
	d.ends(exitUsage, []string{"--domain", "--tenant ID"}, "attest", "sspr", "--by", "operator")
	d.ends(exitUsage, []string{"--tenant corp.example", "GUID"}, "attest", "sspr", "--by", "operator", "--tenant", "corp.example")
	d.want(exitDone, "attest", "sspr", "--by", "operator", "--tenant", id)
	s := stepOf(t, decode[steps.Plan](t, d.want(exitDone, "plan", "--output", "json", "--tenant", id)).Steps, "sspr")
	said := func(e steps.Evidence) bool { return e.By == "operator" } // and does not count: the page shows that it is off
	if !slices.ContainsFunc(s.Evidence, said) {
		t.Errorf("%+v", s.Evidence)
	}
}

// What somebody said of one company's sync server says nothing of another's, also where
// nobody is signed in to a tenant.
func TestWordsAreOfOneTenant(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--only", "writeback", "--writeback-method", "manual")
	p.want(exitManual, "apply", "--yes")
	p.ends(exitUsage, []string{"--tenant ID"}, "attest", "writeback", "--by", "operator")
	const ours, theirs = "7a4c2f0e-93b1-4d5c-8e6f-0b1d2c3a4e5f", "11111111-2222-4333-8444-555555555555"
	p.want(exitDone, "attest", "writeback", "--by", "operator", "--tenant", ours)
	p.want(exitDone, "verify", "--tenant", ours)
	p.want(exitManual, "verify", "--tenant", theirs)
	p.want(exitManual, "verify")
}
