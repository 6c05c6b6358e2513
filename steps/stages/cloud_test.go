package stages

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/steps"
)

// fakeCloud is a small world of its own: a tenant, a sync server and a portal
// page that keep what is set. Its zero value is all off.
type fakeCloud struct {
	tenant   cloudconfig.Tenant
	audits   []cloudconfig.Audit
	users    cloudconfig.Registrations
	roles    []cloudconfig.Role
	server   cloudconfig.Server
	page     PolicyPage
	whom     cloudconfig.Enablement
	fail     error // every source fails with it
	switched []bool
	bound    cloudconfig.Bound // of the last switch
	set      []string
	stuck    bool // the portal takes writes and keeps its values
}

func (f *fakeCloud) Tenant(context.Context) (cloudconfig.Tenant, error) { return f.tenant, f.fail }

func (f *fakeCloud) Audits(context.Context, time.Time) ([]cloudconfig.Audit, error) {
	return f.audits, f.fail
}

func (f *fakeCloud) Registrations(context.Context) (cloudconfig.Registrations, error) {
	return f.users, f.fail
}

func (f *fakeCloud) Roles(context.Context) ([]cloudconfig.Role, error) { return f.roles, f.fail }

func (f *fakeCloud) SetPasswordWriteback(_ context.Context, on bool) error {
	f.tenant.GraphFlag = &on
	return f.fail
}

func (f *fakeCloud) Server(context.Context) (cloudconfig.Server, error) { return f.server, f.fail }

func (f *fakeCloud) Enable(_ context.Context, b cloudconfig.Bound, on bool) (cloudconfig.Server, error) {
	f.switched, f.bound = append(f.switched, on), b
	f.server.Reset = &cloudconfig.ResetConfiguration{Enabled: on, ServiceStatus: "Started", OnboardingStatus: "NotRequired"}
	return f.server, f.fail
}

// alive is a server that is on, with a heartbeat of a minute ago, and these events
// of so many minutes ago.
func (f *fakeCloud) alive(minutes ...[2]int) {
	f.Enable(context.Background(), cloudconfig.Bound{}, true)
	f.switched = nil
	for _, e := range append(minutes, [2]int{31019, 1}) {
		f.server.Events = append(f.server.Events, cloudconfig.Event{ID: e[0], At: morning.Add(-time.Duration(e[1]) * time.Minute), Source: "PasswordResetService"})
	}
}

func (f *fakeCloud) Policy(context.Context) (PolicyPage, error) { return f.page, f.fail }

func (f *fakeCloud) Enablement(context.Context) (cloudconfig.Enablement, error) {
	return f.whom, f.fail
}

func (f *fakeCloud) SetWriteback(_ context.Context, on bool) error {
	f.set = append(f.set, "writeback "+yesNo(on))
	if !f.stuck {
		f.page.PasswordWritebackSupported = on
	}
	return f.fail
}

func (f *fakeCloud) SetUnlock(_ context.Context, on bool) error {
	f.set = append(f.set, "unlock "+yesNo(on))
	if !f.stuck {
		f.page.AccountUnlockEnabled = on
	}
	return f.fail
}

const tenantID = "6f2b0c5e-8d5a-4a35-9d0b-2f6f2f6b0a11"

var morning = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

// healthy is a tenant that is synchronised and licensed, with an active sync
// server whose writeback is off and a page where it is off, too.
func healthy() *fakeCloud {
	return &fakeCloud{
		tenant: cloudconfig.Tenant{ID: tenantID, DisplayName: "Corp", Domains: []string{"corp.onmicrosoft.com"}, SyncEnabled: true,
			LastSync: morning.Add(-time.Hour), Plans: []cloudconfig.Plan{{ID: cloudconfig.PlanP1, Name: "AAD_PREMIUM", Usable: true}}},
		server: cloudconfig.Server{Host: "SYNC01", At: morning, Product: "connect", Cloud: "corp.onmicrosoft.com - AAD",
			Connectors: []cloudconfig.ServerConnector{{Name: "corp.example", Forest: "corp.example", Account: "MSOL_1"}},
			Reset:      &cloudconfig.ResetConfiguration{ServiceStatus: "Stopped", OnboardingStatus: "Required"}},
		page: PolicyPage{Policy: cloudconfig.Policy{EnablementForTenant: true, AccountUnlockSupported: true}, Tenant: tenantID, At: morning, Source: "portal"},
	}
}

func (f *fakeCloud) cloud() *Cloud {
	links, _ := cloudconfig.Global.Endpoints()
	return &Cloud{Tenant: f, Server: f, Page: f, Links: links, Expected: Expected{Forest: "corp.example", Account: cloudconfig.Account{SAM: "MSOL_1", Domain: "corp.example", NetBIOS: "CORP"}}, Clock: func() time.Time { return morning }}
}

func codesOf(fs []steps.Finding) (out []string) {
	for _, f := range fs {
		out = append(out, f.Code)
	}
	return out
}

func plan[C steps.Describer](t *testing.T, p steps.Procedure[Observation, C]) ([]C, []steps.Finding) {
	t.Helper()
	have, err := p.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changes, findings, err := p.Plan(have)
	if err != nil {
		t.Fatal(err)
	}
	return changes, findings
}

func TestWritebackPlan(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*fakeCloud, *Writeback)
		changes int
		code    string // a finding that must be there
		not     string // one that must not
	}{
		{"off, the server is at hand", func(*fakeCloud, *Writeback) {}, 1, "", "writeback-by-hand"},
		{"off, by hand", func(_ *fakeCloud, w *Writeback) { w.Method = ByHand }, 0, "writeback-by-hand", ""},
		{"no server", func(_ *fakeCloud, w *Writeback) { w.Server = nil }, 0, "writeback-by-hand", ""},
		{"on", func(f *fakeCloud, _ *Writeback) { f.alive() }, 0, "", "writeback-by-hand"},
		{"on, and no heartbeat", func(f *fakeCloud, _ *Writeback) { f.Enable(context.Background(), cloudconfig.Bound{}, true) }, 0, "heartbeat-missing", "writeback-by-hand"},
		{"on, and the log was not read", func(f *fakeCloud, _ *Writeback) {
			f.Enable(context.Background(), cloudconfig.Bound{}, true)
			f.server.EventsUnread = true
		}, 0, "events-unread", "heartbeat-missing"},
		{"on, and the log was read as far as the heartbeat", func(f *fakeCloud, _ *Writeback) {
			f.alive()
			f.server.EventsUnread = true
		}, 0, "", "events-unread"},
		{"on, and only Cloud Sync is to write back", func(f *fakeCloud, w *Writeback) {
			f.alive()
			w.Expected.Product = "cloud"
		}, 0, "", "evidence-conflict"},
		{"on, and the relay is gone", func(f *fakeCloud, _ *Writeback) { f.alive([2]int{32002, 0}) }, 0, "evidence-conflict", "writeback-not-running"},
		{"on, and a reset that never arrived", func(f *fakeCloud, _ *Writeback) {
			f.alive()
			f.audits = []cloudconfig.Audit{{At: morning.Add(-time.Hour), Activity: cloudconfig.AuditSelfReset, Reason: "SSPR_0030"}}
		}, 0, "evidence-conflict", ""},
		{"on, and one user whom AD refused", func(f *fakeCloud, _ *Writeback) { f.alive([2]int{33004, 3}) }, 0, "server-event", "evidence-conflict"},
		{"a version below the floor", func(f *fakeCloud, _ *Writeback) { f.server.Version = "2.5.76.0" }, 1, "sync-version", ""},
		{"a version that no longer works blocks nothing", func(f *fakeCloud, _ *Writeback) { f.server.Version = "1.6.16.0" }, 1, "sync-version", ""},
		{"a version that is newer than known", func(f *fakeCloud, _ *Writeback) { f.server.Version = "9.0.0.0" }, 1, "sync-version", ""},
		{"a version that nothing is known against", func(f *fakeCloud, _ *Writeback) { f.server.Version = "2.6.92.0" }, 1, "", "sync-version"},
		{"the agent's version, where that writes back", func(f *fakeCloud, w *Writeback) {
			f.server.Version, f.server.Agent, w.Expected.Product = "2.6.92.0", "1.1.900.0", "cloud"
		}, 0, "sync-version", ""},
		{"enabled, not running", func(f *fakeCloud, _ *Writeback) { f.server.Reset.Enabled = true }, 0, "writeback-not-running", ""},
		{"staging", func(f *fakeCloud, _ *Writeback) { f.server.Staging = true }, 0, "staging-server", ""},
		{"cloud sync has no cmdlet for it", func(f *fakeCloud, _ *Writeback) { f.server.Product = "cloud" }, 0, "writeback-by-hand", ""},
		{"attested", func(_ *fakeCloud, w *Writeback) {
			w.Server, w.Words = nil, map[string]steps.Attestation{"writeback": {Step: "writeback", By: "the admin", At: morning}}
		}, 0, "", "writeback-by-hand"},
		{"Graph's flag alone proves nothing", func(f *fakeCloud, w *Writeback) { on := true; f.tenant.GraphFlag, w.Server = &on, nil }, 0, "writeback-by-hand", ""},
		{"by Graph", func(f *fakeCloud, w *Writeback) { off := false; f.tenant.GraphFlag, w.Method = &off, ByGraph }, 1, "graph-flag-unsupported", ""},
		{"by Graph, set already", func(f *fakeCloud, w *Writeback) { on := true; f.tenant.GraphFlag, w.Method = &on, ByGraph }, 0, "writeback-by-hand", ""},
		{"another tenant than asked for", func(_ *fakeCloud, w *Writeback) { w.Expected.Tenant = "other.example" }, 1, "wrong-tenant", ""},
		{"another tenant than the account says", func(_ *fakeCloud, w *Writeback) { w.Expected.Described = "other.onmicrosoft.com" }, 1, "wrong-tenant", ""},
		{"the tenant that the account says", func(_ *fakeCloud, w *Writeback) { w.Expected.Described = "corp.onmicrosoft.com" }, 1, "", "wrong-tenant"},
		{"not synchronised", func(f *fakeCloud, _ *Writeback) { f.tenant.SyncEnabled = false }, 1, "sync-disabled", ""},
		{"synchronised long ago", func(f *fakeCloud, _ *Writeback) { f.tenant.LastSync = morning.Add(-25 * time.Hour) }, 1, "sync-stale", ""},
		{"no licence", func(f *fakeCloud, _ *Writeback) { f.tenant.Plans[0].ID = "x" }, 1, "licence-missing", ""},
		{"not known whether it is synchronised", func(f *fakeCloud, _ *Writeback) { f.tenant.SyncEnabled, f.tenant.SyncUnread = false, true }, 1, "", "sync-disabled"},
		{"no subscription at all", func(f *fakeCloud, _ *Writeback) { f.tenant.Plans = []cloudconfig.Plan{} }, 1, "licence-missing", ""},
		{"licences not read", func(f *fakeCloud, _ *Writeback) { f.tenant.Plans = nil }, 1, "", "licence-missing"},
		{"Graph's clock is off", func(f *fakeCloud, _ *Writeback) { f.tenant.Skew = 6 * time.Minute }, 1, "clock-skew", ""},
		{"an answer that a person brought long ago", func(f *fakeCloud, _ *Writeback) { f.server.Told, f.server.At = true, morning.Add(-25*time.Hour) }, 1, "answer-old", "clock-skew"},
		{"an answer to nobody knows what", func(f *fakeCloud, _ *Writeback) { f.server.Unmatched = true }, 1, "answer-unmatched", "answer-short"},
		{"an answer in its short form", func(f *fakeCloud, _ *Writeback) { f.server.LeftOut = "older events: 94" }, 1, "answer-short", "answer-unmatched"},
		{"an answer that a person brought", func(f *fakeCloud, _ *Writeback) { f.server.Told, f.server.At = true, morning.Add(-23*time.Hour) }, 1, "", "answer-old"},
		{"Cloud Sync where it is not supported", func(_ *fakeCloud, w *Writeback) {
			w.Links, _ = cloudconfig.China.Endpoints()
			w.Expected.Product = "cloud"
		}, 0, "sync-unsupported", ""},
		{"a server of Cloud Sync where it is not supported", func(f *fakeCloud, w *Writeback) {
			w.Links, _ = cloudconfig.China.Endpoints()
			f.server = cloudconfig.Server{Host: "AGENT1", At: morning, Product: "cloud"}
		}, 0, "sync-unsupported", ""},
		{"Entra Connect in that cloud", func(_ *fakeCloud, w *Writeback) { w.Links, _ = cloudconfig.China.Endpoints() }, 1, "", "sync-unsupported"},
		{"a server of Cloud Sync in another cloud", func(f *fakeCloud, _ *Writeback) {
			f.server = cloudconfig.Server{Host: "AGENT1", At: morning, Product: "cloud"}
		}, 0, "", "sync-unsupported"},
		{"two sync products", func(f *fakeCloud, _ *Writeback) { f.server.Agent = "1.1.1582.0" }, 1, "two-sync-products", ""},
		{"two sync products, one was named", func(f *fakeCloud, w *Writeback) { f.server.Agent, w.Expected.Product = "1.1.1582.0", "connect" }, 1, "", "two-sync-products"},
		{"a live server whose clock is far ahead", func(f *fakeCloud, _ *Writeback) { f.server.At = morning.Add(6 * time.Minute) }, 0, "server-unread", ""},
		{"a live server whose clock is a little ahead", func(f *fakeCloud, _ *Writeback) { f.server.At = morning.Add(5 * time.Minute) }, 1, "", "server-unread"},
		{"a live server whose clock is a little behind", func(f *fakeCloud, _ *Writeback) { f.server.At = morning.Add(-5 * time.Minute) }, 1, "", "clock-skew"},
		{"the clock is off", func(f *fakeCloud, _ *Writeback) { f.server.At = morning.Add(-10 * time.Minute) }, 1, "clock-skew", ""},
		{"an event that needs somebody", func(f *fakeCloud, _ *Writeback) {
			f.server.Events = []cloudconfig.Event{{ID: 33004, At: morning, Source: "ADSync"}}
		}, 1, "server-event", ""},
		{"switched off after the server was asked", func(f *fakeCloud, _ *Writeback) {
			f.Enable(context.Background(), cloudconfig.Bound{}, true)
			f.server.At = morning.Add(-time.Minute)
			f.audits = []cloudconfig.Audit{{At: morning, Activity: cloudconfig.AuditDisable, Success: true}}
		}, 0, "evidence-conflict", ""},
		{"no source answers", func(f *fakeCloud, _ *Writeback) { f.fail = errors.New("connection refused") }, 0, "server-unread", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := healthy()
			w := &Writeback{Cloud: f.cloud(), Method: ByServer}
			c.change(f, w)
			changes, findings := plan[Switch](t, w)
			got := codesOf(findings)
			if len(changes) != c.changes || c.code != "" && !slices.Contains(got, c.code) || slices.Contains(got, c.not) {
				t.Errorf("%d changes and %v, want %d, with %q and without %q", len(changes), got, c.changes, c.code, c.not)
			}
		})
	}
}

func TestSSPRPlan(t *testing.T) {
	allOn := func(f *fakeCloud) { f.page.PasswordWritebackSupported, f.page.AccountUnlockEnabled = true, true }
	for _, c := range []struct {
		name   string
		change func(*fakeCloud, *SSPR)
		want   []Setting
		code   string
		not    string
	}{
		{"off", func(*fakeCloud, *SSPR) {}, []Setting{SettingWriteback, SettingUnlock}, "undocumented-api", "sspr-by-hand"},
		{"no consent to the service", func(_ *fakeCloud, s *SSPR) { s.Method = ByHand }, nil, "sspr-by-hand", "undocumented-api"},
		{"no token", func(_ *fakeCloud, s *SSPR) { s.Page = nil }, nil, "sspr-by-hand", ""},
		{"all on", func(f *fakeCloud, _ *SSPR) { allOn(f) }, nil, "", "sspr-by-hand"},
		{"all on, unlock not wished", func(f *fakeCloud, s *SSPR) { allOn(f); s.Unlock = false }, []Setting{SettingUnlock}, "", ""},
		{"off, unlock not wished", func(_ *fakeCloud, s *SSPR) { s.Unlock = false }, []Setting{SettingWriteback}, "", ""},
		{"the master switch is not ours", func(f *fakeCloud, _ *SSPR) { allOn(f); f.page.EnablementForTenant = false }, nil, "sspr-by-hand", ""},
		{"attested", func(_ *fakeCloud, s *SSPR) {
			s.Page, s.Words = nil, map[string]steps.Attestation{"sspr": {Step: "sspr", By: "the admin", At: morning}}
		}, nil, "", "sspr-by-hand"},
		{"attested, and the portal says otherwise", func(_ *fakeCloud, s *SSPR) {
			s.Method, s.Words = ByHand, map[string]steps.Attestation{"sspr": {Step: "sspr", By: "the admin", At: morning}}
		}, nil, "sspr-by-hand", ""},
		{"the portal on, the server off", func(f *fakeCloud, _ *SSPR) { allOn(f) }, nil, "portal-on-server-off", ""},
		{"a role that may not write", func(*fakeCloud, *SSPR) {}, []Setting{SettingWriteback, SettingUnlock}, "role-missing", ""},
		{"a role that may", func(f *fakeCloud, _ *SSPR) {
			f.roles = []cloudconfig.Role{{TemplateID: "0526716b-113d-4c15-b2c8-68e3c22b9f80"}}
		}, []Setting{SettingWriteback, SettingUnlock}, "", "role-missing"},
		{"administrators left out", func(f *fakeCloud, _ *SSPR) { off := false; f.tenant.AdminSSPR = &off }, []Setting{SettingWriteback, SettingUnlock}, "admin-sspr-off", ""},
		{"administrators taken in", func(f *fakeCloud, _ *SSPR) { on := true; f.tenant.AdminSSPR = &on }, []Setting{SettingWriteback, SettingUnlock}, "", "admin-sspr-off"},
		{"two tenants", func(f *fakeCloud, _ *SSPR) { f.page.Tenant = "0d4fd5a2-1111-4222-8333-944444444444" }, []Setting{SettingWriteback, SettingUnlock}, "wrong-tenant", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := healthy()
			s := &SSPR{Cloud: f.cloud(), Method: ByPortal, Unlock: true}
			c.change(f, s)
			changes, findings := plan[SetPolicy](t, s)
			var got []Setting
			for _, ch := range changes {
				got = append(got, ch.Setting)
			}
			all := codesOf(findings)
			if !slices.Equal(got, c.want) || c.code != "" && !slices.Contains(all, c.code) || slices.Contains(all, c.not) {
				t.Errorf("%v and %v, want %v, with %q and without %q", got, all, c.want, c.code, c.not)
			}
		})
	}
}

// What concerns both stages is told by one of them; what blocks, by both.
func TestCommonFindingsAreToldOnce(t *testing.T) {
	told := func(change func(*fakeCloud, *Cloud)) (w, s []string) {
		f := healthy()
		c := f.cloud()
		change(f, c)
		_, fw := plan[Switch](t, &Writeback{Cloud: c, Method: ByServer})
		_, fs := plan[SetPolicy](t, &SSPR{Cloud: c, Method: ByHand})
		return codesOf(fw), codesOf(fs)
	}
	for _, c := range []struct {
		name         string
		code         string
		in           [2]int // how often writeback and sspr tell it
		withoutFirst [2]int // and where writeback is left out
		change       func(*fakeCloud, *Cloud)
	}{
		{"a warning", "sync-stale", [2]int{1, 0}, [2]int{0, 1}, func(f *fakeCloud, _ *Cloud) { f.tenant.LastSync = time.Time{} }},
		{"an error", "wrong-tenant", [2]int{1, 1}, [2]int{1, 1}, func(_ *fakeCloud, c *Cloud) { c.Expected.Tenant = "other.example" }},
		{"a source", "server-unread", [2]int{1, 0}, [2]int{0, 1}, func(f *fakeCloud, _ *Cloud) { f.fail = errors.New("refused") }},
		{"the portal", "portal-unread", [2]int{0, 1}, [2]int{0, 1}, func(f *fakeCloud, _ *Cloud) { f.fail = errors.New("refused") }},
		{"a part that matters", "tenant-part-unread", [2]int{1, 0}, [2]int{0, 1}, func(f *fakeCloud, _ *Cloud) {
			f.tenant.Unread = []cloudconfig.Unread{{What: "the licences", Why: "why"}}
		}},
	} {
		for teller, want := range map[string][2]int{"": c.in, SSPRInfo.ID: c.withoutFirst} {
			w, s := told(func(f *fakeCloud, cloud *Cloud) { cloud.Teller = teller; c.change(f, cloud) })
			if got := [2]int{timesTold(w, c.code), timesTold(s, c.code)}; got != want {
				t.Errorf("%s, told by %q: %v, want %v (%v, %v)", c.name, teller, got, want, w, s)
			}
		}
	}
}

func timesTold(all []string, code string) (n int) {
	for _, c := range all {
		if c == code {
			n++
		}
	}
	return n
}

// A log has many lines of a kind: the newest is shown. What agrees is a proof,
// what does not is not counted.
func TestEvidenceIsShort(t *testing.T) {
	f := healthy()
	f.alive()
	for i := range 100 {
		at := morning.Add(-time.Duration(i) * time.Minute)
		f.server.Events = append(f.server.Events, cloudconfig.Event{ID: 31019, At: at, Source: "PasswordResetService"})
		f.audits = append(f.audits, cloudconfig.Audit{At: at, Activity: cloudconfig.AuditSelfReset, Success: true, Agent: "CloudSync", By: "user"})
	}
	f.audits = append(f.audits, cloudconfig.Audit{At: morning.Add(-time.Hour), Activity: cloudconfig.AuditDisable, Success: true})
	w := &Writeback{Cloud: f.cloud(), Method: ByServer}
	have, err := w.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range w.Prove(have) {
		got = append(got, e.State)
		if e.Source == "" || e.At.IsZero() {
			t.Errorf("no source: %+v", e)
		}
	}
	want := []string{steps.EvidenceVerified, steps.EvidenceVerified, steps.EvidenceVerified, steps.EvidenceUnknown, steps.EvidenceUnknown}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q: %+v", got, want, w.Prove(have))
	}
}
