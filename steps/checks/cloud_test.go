package checks

import (
	"context"
	"slices"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/steps"
)

// found puts findings into a stage.
func found(stage int, level steps.Level, codes ...string) func(*world) {
	return func(w *world) {
		for _, c := range codes {
			w.features[stage].Findings = append(w.features[stage].Findings, steps.Finding{Level: level, Code: c, Text: "text of " + c, Fix: "fix of " + c})
		}
	}
}

func verdict(stage int, state string) func(*world) {
	return func(w *world) { w.features[stage].Evidence[0].State = state }
}

func TestFeatureChecks(t *testing.T) {
	manual := func(w *world) {
		w.features[1].Evidence[0].State = steps.EvidenceUnknown
		w.features[1].Findings = []steps.Finding{{Level: steps.LevelInfo, Manual: true, Code: "sspr-by-hand", Text: "by hand"}}
	}
	for _, c := range []outcome{
		{"writeback-feature", "on", nil, "ok", "Enabled true"},
		{"writeback-feature", "somebody says so", verdict(0, steps.EvidenceAttested), "ok", ""},
		{"writeback-feature", "off", verdict(0, steps.EvidenceOff), "warning writeback-off", "writeback plan"},
		{"writeback-feature", "unknown", verdict(0, steps.EvidenceUnknown), "not-checked", "nothing proves it"},
		{"writeback-feature", "unknown, and why", func(w *world) {
			verdict(0, steps.EvidenceUnknown)(w)
			found(0, steps.LevelWarning, "server-unread")(w)
		}, "not-checked", "text of server-unread"},
		{"writeback-feature", "unknown, for proofs contradict each other", func(w *world) {
			verdict(0, steps.EvidenceUnknown)(w)
			found(0, steps.LevelWarning, "evidence-conflict")(w)
		}, "warning evidence-conflict", ""},
		{"sspr-feature", "proved without the portal", found(1, steps.LevelWarning, "portal-unread"), "ok (portal-unread)", ""},
		{"sspr-feature", "nothing but the portal, which is unread", func(w *world) {
			verdict(1, steps.EvidenceUnknown)(w)
			found(1, steps.LevelWarning, "portal-unread")(w)
		}, "not-checked", "text of portal-unread"},
		{"writeback-feature", "proofs that contradict each other", found(0, steps.LevelWarning, "evidence-conflict"), "warning evidence-conflict", ""},
		{"writeback-feature", "told elsewhere", found(0, steps.LevelWarning, "sync-stale", "licence-missing", "server-event", "undocumented-api"), "ok", ""},
		{"writeback-feature", "left out", func(w *world) { w.features[0].State = steps.StateSkipped }, "not-checked", "left out"},
		{"sspr-feature", "on", nil, "ok", ""},
		{"sspr-feature", "off", verdict(1, steps.EvidenceOff), "warning sspr-off", ""},
		{"sspr-feature", "by hand", manual, "not-checked", ""},
		{"sspr-feature", "for nobody", found(1, steps.LevelWarning, "sspr-for-nobody"), "warning sspr-for-nobody", ""},
		{"sspr-feature", "not for administrators", found(1, steps.LevelInfo, "admin-sspr-off"), "ok (admin-sspr-off)", ""},
	} {
		c.try(t)
	}
}

func TestTenantChecks(t *testing.T) {
	noRole := func(w *world) { w.roles = []cloudconfig.Role{{TemplateID: "x", Name: "Reports Reader"}} }
	for _, c := range []outcome{
		{"tenant-sync", "good", nil, "ok", ""},
		{"tenant-sync", "stale", found(0, steps.LevelWarning, "sync-stale"), "warning sync-stale", "text of sync-stale"},
		{"tenant-sync", "told by both stages", func(w *world) {
			found(0, steps.LevelError, "wrong-tenant")(w)
			found(1, steps.LevelError, "wrong-tenant")(w)
		}, "error wrong-tenant", ""},
		{"tenant-sync", "not read", found(0, steps.LevelWarning, "tenant-unread"), "not-checked", "fix of tenant-unread"},
		{"tenant-sync", "a part not read", func(w *world) {
			w.features[0].Findings = []steps.Finding{{Level: steps.LevelWarning, Code: "tenant-part-unread", Text: "could not read the state of synchronisation: no"}}
		}, "not-checked", "the state of synchronisation"},
		{"tenant-licence", "there", nil, "ok", ""},
		{"tenant-licence", "missing", found(0, steps.LevelWarning, "licence-missing"), "warning licence-missing", ""},
		{"tenant-licence", "not read", func(w *world) {
			w.features[0].Findings = []steps.Finding{{Level: steps.LevelWarning, Code: "tenant-part-unread", Text: "could not read the licences: no"}}
		}, "not-checked", "the licences"},
		{"tenant-licence", "not signed in", func(w *world) { w.s.Roles = nil }, "not-checked", ""},
		{"tenant-roles", "Global Administrator", nil, "ok", "Global Administrator"},
		{"tenant-roles", "none, and none needed", func(w *world) { w.roles = nil }, "ok (role-missing)", "no directory role"},
		{"tenant-roles", "none, and the page is to be set", func(w *world) { noRole(w); w.features[1].State = steps.StateManual }, "warning role-missing", "Authentication Policy Administrator"},
		{"tenant-roles", "not read", func(w *world) {
			w.s.Roles = func(context.Context) ([]cloudconfig.Role, error) { return nil, errDown }
		}, "not-checked", "nobody answers"},
	} {
		c.try(t)
	}
}

func TestServerChecks(t *testing.T) {
	server := func(change func(*cloudconfig.Server)) func(*world) { return func(w *world) { change(&w.server) } }
	version := func(product, v string) func(*world) {
		return server(func(s *cloudconfig.Server) { s.Product, s.Version = product, v })
	}
	for _, c := range []outcome{
		{"sync-server", "good", nil, "ok", "forest corp.example as MSOL_1, last event 31019 at 2026-03-14T11:59:00Z (the service is in touch with the relay)"},
		{"sync-server", "staging", found(0, steps.LevelWarning, "staging-server"), "warning staging-server", ""},
		{"sync-server", "an event", found(0, steps.LevelWarning, "server-event", "server-event"), "warning server-event", ""},
		{"sync-server", "stopped", server(func(s *cloudconfig.Server) { s.Scheduler = false }), "warning scheduler-off", "Set-ADSyncScheduler"},
		{"sync-server", "no maintenance", server(func(s *cloudconfig.Server) { s.NoMaintenance = true }), "warning maintenance-off", "renews the keys"},
		{"sync-server", "no relay is reached, and writeback works", server(func(s *cloudconfig.Server) {
			s.Relays = []cloudconfig.Relay{{Host: "one.servicebus.windows.net", Text: "no route"}}
		}), "ok", "no TCP connection from there to one.servicebus.windows.net"},
		{"sync-server", "another account", found(0, steps.LevelError, "connector-mismatch"), "error connector-mismatch", ""},
		{"sync-server", "another forest", found(0, steps.LevelError, "wrong-server"), "error wrong-server", ""},
		{"sync-server", "nothing to compare with", found(0, steps.LevelWarning, "server-unbound"), "warning server-unbound", ""},
		{"sync-version", "good", nil, "ok", "Entra Connect 2.6.91.0 is supported until 2027-09-23"},
		{"sync-version", "not told", version("connect", ""), "not-checked", ""},
		{"sync-version", "strange", version("connect", "new"), "not-checked", `"new"`},
		{"sync-version", "1", version("connect", "1.6.16.0"), "warning sync-version", "no longer works"},
		{"sync-version", "1, and the tenant is synchronised no longer", func(w *world) {
			version("connect", "1.6.16.0")(w)
			found(0, steps.LevelWarning, "sync-stale")(w)
		}, "error sync-version", "and text of sync-stale"},
		{"sync-version", "an old agent beside Connect, and Cloud Sync writes back", func(w *world) {
			version("connect", "2.6.92.0")(w)
			w.server.Agent, w.s.Sync = "1.1.900.0", "cloud"
		}, "warning sync-version", "this one is 1.1.900.0"},
		{"sync-version", "an old agent beside Connect, and Connect writes back", func(w *world) {
			version("connect", "2.6.92.0")(w)
			w.server.Agent, w.s.Sync = "1.1.900.0", "connect"
		}, "ok", "2.6.92.0"},
		{"sync-version", "the end of its support is not known", version("connect", "2.6.92.0"), "ok", "second-hand"},
		{"sync-version", "newer than known", version("connect", "3.0.0.0"), "ok (sync-version)", "newer than known here"},
		{"sync-version", "below the floor", version("connect", "2.5.76.0"), "warning sync-version", "second-hand"},
		{"sync-version", "below the floor, and the tenant is synchronised no longer", func(w *world) {
			version("connect", "2.5.76.0")(w)
			w.s.Clock = func() time.Time { return time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC) }
			found(0, steps.LevelWarning, "sync-stale")(w)
		}, "error sync-version", "and text of sync-stale"},
		{"sync-version", "below the floor, not synchronised, on a day before that", func(w *world) {
			version("connect", "2.5.76.0")(w)
			found(0, steps.LevelWarning, "sync-stale")(w)
		}, "warning sync-version", ""},
		{"sync-version", "the agent in the US Government's cloud", func(w *world) {
			version("cloud", "1.1.2102.0")(w)
			w.s.Cloud = cloudconfig.USGov
		}, "warning sync-version", "1.1.2108.0"},
		{"writeback-feature", "a version that has a check of its own", found(0, steps.LevelWarning, "sync-version"), "ok", ""},
		{"writeback-feature", "a server that is silent", func(w *world) {
			verdict(0, steps.EvidenceUnknown)(w)
			found(0, steps.LevelWarning, "heartbeat-missing")(w)
		}, "warning heartbeat-missing", ""},
		{"sync-server", "errors that are past", found(0, steps.LevelInfo, "server-event"), "ok (server-event)", ""},
		{"sync-version", "with a fault", version("connect", "2.1.18.0"), "warning sync-version", "SSPR_0029"},
		{"sync-version", "an old agent", version("cloud", "1.1.976.0"), "warning sync-version", "1.1.977.0"},
	} {
		c.try(t)
	}
}

func TestOutbound(t *testing.T) {
	hosts := cloudconfig.Outbound(cloudconfig.Global)
	alone := func(w *world) { w.s.Directory, w.s.Server, w.s.Features, w.s.Roles = nil, nil, nil, nil }
	for _, c := range []outcome{
		{"outbound", "reached", nil, "ok", hosts[1] + " (certificate by CN=Public CA)"},
		{"outbound", "without a domain", alone, "ok", ""},
		{"outbound", "one is not", func(w *world) { w.hosts[hosts[0]] = errDown }, "warning outbound", "*.servicebus.windows.net"},
		{"outbound", "none is", func(w *world) { w.hosts[hosts[0]], w.hosts[hosts[1]] = errDown, errDown }, "warning outbound outbound", "none of"},
		{"outbound", "no host is documented", func(w *world) { w.s.Cloud = cloudconfig.USGov }, "not-checked", "usgovcloudapi"},
		{"outbound", "no way out", func(w *world) { w.s.Dialer = nil }, "not-checked", ""},
	} {
		c.try(t)
	}
}

// Nothing is tried from a computer that is not the sync server, unasked.
func TestOutboundStaysHome(t *testing.T) {
	for name, broke := range map[string]func(*world){
		"another computer":     func(w *world) { w.s.HostName = "admin-pc" },
		"an unknown computer":  func(w *world) { w.s.HostName = "" },
		"no sync server":       func(w *world) { w.s.Server = nil },
		"a server of long ago": func(w *world) { w.server.Told = true },
		"one that cannot be read": func(w *world) {
			w.s.Server = func(context.Context) (cloudconfig.Server, error) { return cloudconfig.Server{}, errDown }
		},
	} {
		w := healthy()
		broke(w)
		if r := byCode(w.run(t), "outbound"); r.State != NotChecked {
			t.Errorf("%s: %s, %s", name, r.State, r.Text)
		}
		if slices.Contains(w.asked, cloudconfig.Outbound(cloudconfig.Global)[0]) {
			t.Errorf("%s: the host was tried", name)
		}
	}
}
