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
	o := d.want(exitDone, "runs")
	if !strings.Contains(o.out, "tenant "+p.Target.Tenant) {
		t.Errorf("runs: %s", o.out)
	}
	d.flags = slices.DeleteFunc(d.flags, func(f string) bool { return f == "--only" || f == "sspr" }) // the run says what it did
	d.want(exitDone, "undo", "--yes")
	if got := d.tenant.Policy(); got != before {
		t.Errorf("after undo: %+v, it was %+v", got, before)
	}
}
