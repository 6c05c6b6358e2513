package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/steps"
	"writeback/wizard/tell"
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
	if o := d.ad.want(exitDone, "plan", "--only", "delegate", "--out", "seen.json"); !strings.Contains(o.err, "Not planned yet: writeback, sspr. Hand seen.json to") {
		t.Errorf("who plans the rest is not said: %s", o.err)
	}
	second := d.handsOn(d.sync, "--only", "writeback")
	wantCode(t, stepOf(t, second.Steps, "writeback").Findings, "connector-as-planned")
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

	digests := map[*program]string{} // of what each of them was shown
	for p, flags := range map[*program][]string{d.ad: {"--only", "delegate"}, d.sync: {"--only", "writeback"}, d.page: {"--only", "sspr", "--allow-undocumented-api"}} {
		digests[p] = decode[steps.Plan](t, p.want(exitDone, slices.Concat([]string{"plan", d.file, "--output", "json"}, flags)...)).Digest()
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
		o := desk.p.want(exitDone, slices.Concat([]string{"apply", d.file, "--only", desk.stage, "--yes", "--output", "json"}, desk.flags)...)
		if !strings.Contains(o.err, "This is a part of change "+first.ChangeID) {
			t.Errorf("%s: what comes next is not said: %s", desk.stage, o.err)
		}
		res := decode[steps.Result](t, o)
		for _, s := range res.Steps {
			if (len(s.Made) > 0) != (s.ID == desk.stage) {
				t.Errorf("%s's desk has made %d changes of %s", desk.stage, len(s.Made), s.ID)
			}
		}
		run := runsOf(t, desk.p)[0]
		if as := run.Who.SignedIn(); desk.stage == "sspr" && as != "admin@corp.example" {
			t.Errorf("the tenant's administrator is %q", as)
		}
		if run.ChangeID != first.ChangeID || run.Approval.Digest != digests[desk.p] {
			t.Errorf("%s: the run is of change %q; approved was %s, and shown %s", desk.stage, run.ChangeID, run.Approval.Digest, digests[desk.p])
		}
	}
	if got := d.tenant.Policy(); !d.server.Enabled() || got.Writeback() != cloudconfig.On {
		t.Errorf("the server is on: %v, the policy %+v", d.server.Enabled(), got)
	}
	d.want(exitDone, "verify")                                                                                           // whoever holds all three keys
	second = decode[steps.Plan](t, d.want(exitDone, "apply", d.file, "--only", "delegate", "--yes", "--output", "json")) // whoever comes second
	wantCode(t, stepOf(t, second.Steps, "delegate").Findings, "in-place-since")

	d.oneReport(first.ChangeID)

	for _, p := range []*program{d.page, d.ad, d.sync} {
		p.want(exitDone, "undo", "--yes")
	}
	if got := d.tenant.Policy(); got != page {
		t.Errorf("the policy is %+v, it was %+v", got, page)
	}
	d.wantWorld(before, "undone by three")
}

// oneReport wants one report of what the three of them did: the others' part as reported,
// which proves nothing.
func (d *desks) oneReport(change string) {
	t := d.t
	t.Helper()
	var with []string
	for name, p := range map[string]*program{"server": d.sync, "tenant": d.page} {
		file := filepath.Join(d.ad.dir, name+".jsonl")
		o := p.want(exitDone, "export", "--out", file)
		run := runsOf(t, p)[0]
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(o.out, change) || !strings.Contains(o.out, run.Digest) || sha256Hex(text) != run.Digest {
			t.Errorf("%v: the export of %s says %s", err, name, o.out)
		}
		with = append(with, "--with", file)
	}
	doc := decode[tell.Report](t, d.ad.want(exitDone, slices.Concat([]string{"report", "--out", "-", "--format", "json"}, with)...))
	if doc.ChangeID != change || len(doc.Others) != 2 {
		t.Fatalf("change %q, %d others", doc.ChangeID, len(doc.Others))
	}
	for _, o := range doc.Others {
		if len(o.Changes) == 0 || o.Who.Host == "" || o.Started.IsZero() {
			t.Errorf("run %s: %d changes by %+v at %v", o.Run, len(o.Changes), o.Who, o.Started)
		}
		for _, s := range o.Stages {
			for _, e := range s.Evidence {
				if e.State == steps.EvidenceVerified || e.State == steps.EvidenceAttested {
					t.Errorf("%s of another is %s: %s", s.ID, e.State, e.What)
				}
			}
		}
	}
	page := d.ad.want(exitDone, slices.Concat([]string{"report", "--out", "-", "--format", "md"}, with)...).out
	if _, others, _ := strings.Cut(page, "## Reported"); strings.Contains(others, "\n| verified") || !strings.Contains(others, "reported: as it should be") {
		t.Errorf("what others report is told as if it were looked at: %s", others)
	}
	for _, text := range []string{"What others did is reported", "Password writeback of connector", "Enable password write back for synced users", "Reset password", change} {
		if !strings.Contains(page, text) {
			t.Errorf("the report does not say %q", text)
		}
	}

	// Shown beside a verification it makes nothing ok.
	v := decode[steps.Verification](t, d.ad.want(exitDone, slices.Concat([]string{"verify", "--only", "delegate", "--output", "json"}, with)...))
	for _, s := range v.Steps {
		reported := slices.ContainsFunc(s.Evidence, func(e steps.Evidence) bool { return e.State == steps.EvidenceReported })
		if reported != (s.ID != "delegate") || reported && s.State != steps.StateSkipped {
			t.Errorf("%s is %s, %+v", s.ID, s.State, s.Evidence)
		}
	}
	all := slices.Concat([]string{"verify", "--sync", "connect", "--output", "json"}, with)
	if v := decode[steps.Verification](t, d.ad.want(exitManual, all...)); v.OK {
		t.Error("what is reported proves that writeback is on")
	}
}

func wantCode(t *testing.T, all []steps.Finding, code string) {
	t.Helper()
	if !slices.ContainsFunc(all, func(f steps.Finding) bool { return f.Code == code }) {
		t.Errorf("%s is not among %+v", code, all)
	}
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

// What belongs to another change, tenant or forest is refused, and nothing is written.
func TestStrangersToAChange(t *testing.T) {
	d := newDesks(t)
	first := d.handsOn(d.ad, "--only", "delegate")
	before := d.snapshot()
	page := []string{"--only", "sspr", "--sspr-method", "portal", "--allow-undocumented-api"}
	planned := d.handsOn(d.page, page...)

	edited := func(change func(p *steps.Plan)) string {
		t.Helper()
		p := planned
		p.Steps = slices.Clone(planned.Steps)
		change(&p)
		file := filepath.Join(d.page.dir, "edited.json")
		f, err := os.OpenFile(file, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(steps.WritePlan(f, p), f.Close()); err != nil {
			t.Fatal(err)
		}
		return file
	}
	other := edited(func(p *steps.Plan) { p.Target.Tenant = "11111111-2222-3333-4444-555555555555" })
	d.page.ends(exitUsage, []string{"11111111-2222-3333-4444-555555555555"}, "apply", other, "--only", "sspr", "--allow-undocumented-api", "--yes")
	d.page.ends(exitUsage, []string{"11111111-2222-3333-4444-555555555555"}, slices.Concat([]string{"plan", other}, page, []string{"--out", "no.json"})...)
	forest := edited(func(p *steps.Plan) { p.Target.Forest, p.Target.Domain = "other.example", "other.example" })
	d.ad.ends(exitUsage, []string{"other.example"}, "apply", forest, "--only", "delegate", "--domain", strings.ToLower(d.dc.Realm), "--yes")
	d.sync.ends(exitRefused, []string{"and not other.example"}, "plan", forest, "--only", "writeback")
	d.sync.ends(exitUsage, []string{"no lines of writeback yet", "plan it first"}, "apply", d.file, "--only", "writeback", "--yes")
	elsewhere := edited(func(p *steps.Plan) {
		p.Settings = maps.Clone(planned.Settings)
		p.Settings["domain"] = steps.Setting{Value: "evil.example", From: "flag"}
	})
	d.ad.without("--dc").ends(exitUsage, []string{"evil.example", "plan again"}, "apply", elsewhere, "--only", "delegate", "--yes")
	none := edited(func(p *steps.Plan) { p.ChangeID = "" })
	d.page.ends(exitUsage, []string{"belongs to no change"}, slices.Concat([]string{"plan", none}, page, []string{"--out", "no.json"})...)
	for name, change := range map[string]func(p *steps.Plan){
		"an ID that is none":  func(p *steps.Plan) { p.ChangeID = "C-1\x1b[2J" },
		"lines of nobody":     func(p *steps.Plan) { p.Steps[1].State, p.Steps[1].Changes = steps.StateUnplanned, p.Steps[2].Changes },
		"a planner's escapes": func(p *steps.Plan) { p.Steps[2].PlannedBy = &steps.Planning{By: "\x1b]0;x\a"} },
		"a need's escapes":    func(p *steps.Plan) { p.Steps[2].Needs = []steps.Need{{What: "\u202eevil"}} },
	} {
		if o := d.page.run("apply", edited(change), "--only", "sspr", "--allow-undocumented-api", "--yes"); o.code != exitUsage || strings.ContainsAny(o.err, "\x1b\u202e") {
			t.Errorf("%s: exit code %d: %q", name, o.code, o.err)
		}
	}
	d.wantWorld(before, "after what was refused")

	// Journals: of another change, of none, cut, edited, and the own one.
	journal := func(name string) string { return filepath.Join(d.ad.dir, name) }
	for name, of := range map[string]bool{"loner.jsonl": false, "stranger.jsonl": true} {
		p := newProgram(t)
		p.flags, p.env = slices.Concat(p.flags, d.ad.flags[2:]), d.ad.env
		args := []string{"apply", "--only", "delegate", "--yes"}
		if of {
			p.want(exitDone, "plan", "--only", "delegate", "--out", "own.json")
			args = []string{"apply", "own.json", "--yes"}
		}
		p.want(exitDone, args...)
		p.want(exitDone, "export", "--out", journal(name))
		p.want(exitDone, "undo", "--yes")
	}
	d.ad.want(exitDone, "apply", d.file, "--only", "delegate", "--yes")
	d.ad.want(exitDone, "export", "--out", "ad.jsonl")
	d.page.want(exitDone, "apply", d.file, "--only", "sspr", "--allow-undocumented-api", "--yes")
	text, err := os.ReadFile(journal("ad.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	cut, changed := journal("cut.jsonl"), journal("changed.jsonl")
	write(t, cut, text[:len(text)-9])
	write(t, changed, []byte(strings.Replace(string(text), first.ChangeID, "C-AAAA-BBBB-CCCC", 1)))
	for file, says := range map[string]string{
		"cut.jsonl": "cut off", "changed.jsonl": "sum is wrong", "loner.jsonl": "belongs to no change", "stranger.jsonl": "part of change",
		"absent.jsonl": "absent.jsonl", d.file: "no journal as writeback export writes it",
	} {
		if !filepath.IsAbs(file) {
			file = journal(file)
		}
		d.page.ends(exitUsage, []string{says}, "report", "--out", "r.html", "--with", file)
	}
	d.ad.ends(exitUsage, []string{"the run itself"}, "report", "--out", "r.html", "--with", "ad.jsonl")
	d.page.ends(exitUsage, []string{"there twice"}, "report", "--out", "r.html", "--with", journal("ad.jsonl"), "--with", journal("ad.jsonl"))
}

func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
