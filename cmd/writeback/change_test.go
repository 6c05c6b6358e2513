package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// desks are three people who bring about one change: each has one key, one computer, one
// state directory, and the plan file that they hand on.
type desks struct {
	*cloudBench
	ad, sync, page *program
	file           string // the change's, as it is handed on
}

func newDesks(t *testing.T) *desks {
	t.Helper()
	b := newCloudBench(t, tenant.Options{})
	d := &desks{cloudBench: b, file: filepath.Join(t.TempDir(), "change.json")}
	desk := func(flags ...string) *program {
		p := newProgram(t)
		p.flags = append(p.flags, flags...)
		for _, v := range b.env {
			if strings.HasPrefix(v, tenantCA+"=") || strings.HasPrefix(v, tenantAuthority+"=") {
				p.env = append(p.env, v)
			}
		}
		p.env = append(p.env, dnsEnv+"=127.0.0.1:1", "KRB5CCNAME=FILE:"+p.dir+"/none")
		return p
	}
	d.ad = desk("--dc", b.dc.LDAPS, "--ca-cert", b.dc.CAFile, "--ad-user", b.dc.AdminUser)
	d.ad.env = append(d.ad.env, "WRITEBACK_AD_PASSWORD="+b.dc.AdminPassword)
	d.sync = desk("--powershell", b.shell.file, "--tenant", domainOfTenant)
	d.page = desk("--auth", "token", "--graph-endpoint", b.tenant.GraphEndpoint(), "--portal-endpoint", b.tenant.PortalEndpoint())
	d.page.env = append(d.page.env, "WRITEBACK_GRAPH_TOKEN="+b.tenant.Mint(tenant.TokenOptions{}), "WRITEBACK_PORTAL_TOKEN="+b.tenant.Mint(tenant.TokenOptions{Audience: tenant.PortalAudience}))
	return d
}

// handsOn plans a desk's stage under the change, and the file goes on to the next desk.
func (d *desks) handsOn(p *program, flags ...string) (saved steps.Plan) {
	d.t.Helper()
	out := filepath.Join(p.dir, "planned.json")
	args := []string{"plan"}
	if _, err := os.Stat(d.file); err == nil {
		args = append(args, d.file)
	}
	p.want(exitDone, slices.Concat(args, flags, []string{"--out", out})...)
	text, err := os.ReadFile(out)
	if err != nil {
		d.t.Fatal(err)
	}
	write(d.t, d.file, text)
	saved, err = steps.ReadPlan(strings.NewReader(string(text)))
	if err != nil {
		d.t.Fatal(err)
	}
	return saved
}

// Three desks, three state directories, three sign-ins, one change: each plans the own
// stage, sees the own lines, applies and undoes them alone.
func TestOneChangeFromThreeDesks(t *testing.T) {
	d := newDesks(t)
	before := d.snapshot()
	page := d.tenant.Policy()

	first := d.handsOn(d.ad, "--only", "delegate")
	for _, id := range []string{"writeback", "sspr"} {
		if s := stepOf(t, first.Steps, id); s.State != steps.StateUnplanned || len(s.Changes) > 0 {
			t.Errorf("%s: %s, %d lines", id, s.State, len(s.Changes))
		}
	}
	if steps.CheckChangeID(first.ChangeID) != nil || first.ChangeID == "" || first.Target.Tenant != "" {
		t.Errorf("change %q of %v", first.ChangeID, first.Target)
	}
	second := d.handsOn(d.sync, "--only", "writeback")
	third := d.handsOn(d.page, "--only", "sspr", "--sspr-method", "portal", "--allow-undocumented-api")
	for _, p := range []steps.Plan{second, third} {
		if p.ChangeID != first.ChangeID {
			t.Errorf("change %s became %s", first.ChangeID, p.ChangeID)
		}
	}
	for _, s := range third.Steps {
		if s.State != steps.StateChange || s.PlannedBy == nil {
			t.Errorf("%s: %s, planned by %+v", s.ID, s.State, s.PlannedBy)
		}
	}
	if third.Target.Domain == "" || third.Target.Tenant != d.tenant.ID() {
		t.Errorf("the change is about %v", third.Target)
	}

	for _, desk := range []struct {
		p     *program
		stage string
		flags []string
	}{
		{d.sync, "writeback", nil}, // in whatever order
		{d.page, "sspr", []string{"--allow-undocumented-api"}},
		{d.ad, "delegate", nil},
	} {
		res := decode[steps.Result](t, desk.p.want(exitDone, slices.Concat([]string{"apply", d.file, "--only", desk.stage, "--yes", "--output", "json"}, desk.flags)...))
		for _, s := range res.Steps {
			if (len(s.Made) > 0) != (s.ID == desk.stage) {
				t.Errorf("%s's desk has made %d changes of %s", desk.stage, len(s.Made), s.ID)
			}
		}
		run := runsOf(t, desk.p)[0]
		if run.ChangeID != first.ChangeID {
			t.Errorf("%s: the run is of change %q", desk.stage, run.ChangeID)
		}
	}
	if got := d.tenant.Policy(); !d.server.Enabled() || got.Writeback() != cloudconfig.On {
		t.Errorf("the server is on: %v, the policy %+v", d.server.Enabled(), got)
	}
	d.want(exitDone, "verify") // whoever holds all three keys

	for _, p := range []*program{d.page, d.ad, d.sync} {
		p.want(exitDone, "undo", "--yes")
	}
	if got := d.tenant.Policy(); got != page {
		t.Errorf("the policy is %+v, it was %+v", got, page)
	}
	d.wantWorld(before, "undone by three")
}

// runsOf are a desk's runs, the latest first.
func runsOf(t *testing.T, p *program) []steps.Run {
	t.Helper()
	store, err := steps.ReadOnlyStore(filepath.Join(p.state, "runs"))
	if err != nil {
		t.Fatal(err)
	}
	runs, err := store.History().Runs()
	if err != nil || len(runs) == 0 {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	return runs
}
