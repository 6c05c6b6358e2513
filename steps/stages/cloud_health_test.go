package stages

import (
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/steps"
)

// A veto is for a person, names its own way out, and nothing is called verified.
func TestVetoIsForAPerson(t *testing.T) {
	failed := func(reason string) []cloudconfig.Audit {
		return []cloudconfig.Audit{{At: morning.Add(-time.Hour), Activity: cloudconfig.AuditSelfReset, Reason: reason}}
	}
	for _, c := range []struct {
		name   string
		events [][2]int
		audits []cloudconfig.Audit
		code   string
		state  string
		fix    string
	}{
		{"the relay is gone", [][2]int{{32002, 0}}, nil, "evidence-conflict", steps.EvidenceUnknown, "1. On the sync server see that the service"},
		{"a request is lost", [][2]int{{32004, 0}}, nil, "evidence-conflict", steps.EvidenceUnknown, "disable password writeback there and enable it again"},
		{"it was disabled", [][2]int{{31013, 0}}, nil, "evidence-conflict", steps.EvidenceOff, "1. Find out who disabled"},
		{"disabled in the audit log", nil, []cloudconfig.Audit{{At: morning, Activity: cloudconfig.AuditDisable, Success: true}}, "evidence-conflict", steps.EvidenceOff, "1. Find out"},
		{"SSPR_0010", nil, failed("SSPR_0010"), "evidence-conflict", steps.EvidenceUnknown, "1. Switch on what is off: password writeback on the sync server, and the page Password reset > On-premises integration"},
		{"SSPR_0030", nil, failed("SSPR_0030"), "evidence-conflict", steps.EvidenceUnknown, "1. Look at the sync server: is the service running"},
		{"OnPremisesConnectivityError", nil, failed("OnPremisesConnectivityError"), "evidence-conflict", steps.EvidenceUnknown, "1. Look at the sync server: is the service running"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := healthy()
			f.alive(c.events...)
			f.audits = c.audits
			w := &Writeback{Cloud: f.cloud(), Method: ByServer}
			if c.audits != nil {
				f.server.Events[0].At = morning.Add(-2 * time.Minute) // the heartbeat was before it
			}
			changes, findings := plan[Switch](t, w)
			i := slices.IndexFunc(findings, func(f steps.Finding) bool { return f.Code == c.code })
			if len(changes) > 0 || i < 0 || !findings[i].Manual || !strings.Contains(findings[i].Fix, c.fix) {
				t.Fatalf("%d changes, %+v", len(changes), findings)
			}
			have, err := w.Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if e := w.Prove(have)[0]; e.State != c.state {
				t.Errorf("the evidence is %+v, want %s", e, c.state)
			}
		})
	}
}

// That writeback was switched on proves nothing while the server that was asked is in
// staging mode: it may have been there. A password that came back proves more.
func TestStagingServerProvesNothing(t *testing.T) {
	enabled := cloudconfig.Audit{At: morning.Add(-time.Hour), Activity: cloudconfig.AuditEnable, Success: true}
	reset := cloudconfig.Audit{At: morning.Add(-time.Hour), Activity: cloudconfig.AuditSelfReset, Agent: "PasswordWriteback (Connect)", Success: true}
	for name, c := range map[string]struct {
		audit   cloudconfig.Audit
		staging bool
		state   string
	}{
		"switched on":          {enabled, false, steps.EvidenceVerified},
		"switched on, staging": {enabled, true, steps.EvidenceUnknown},
		"written, staging":     {reset, true, steps.EvidenceVerified},
	} {
		f := healthy()
		f.audits, f.server.Staging = []cloudconfig.Audit{c.audit}, c.staging
		w := &Writeback{Cloud: f.cloud(), Method: ByServer}
		if !c.staging {
			w.Server = nil
		}
		have, err := w.Inspect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if e := w.Prove(have)[0]; e.State != c.state {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// What a later success mended is one line to know, not five warnings.
func TestPastEventsAreOneInfo(t *testing.T) {
	f := healthy()
	f.alive([2]int{32002, 9}, [2]int{31034, 9}, [2]int{31044, 8}, [2]int{32004, 8}, [2]int{33004, 7}, [2]int{31002, 5})
	_, findings := plan[Switch](t, &Writeback{Cloud: f.cloud(), Method: ByServer})
	var told []steps.Finding
	for _, f := range findings {
		if f.Code == "server-event" || f.Code == "evidence-conflict" {
			told = append(told, f)
		}
	}
	if len(told) != 1 || told[0].Level != steps.LevelInfo || !strings.Contains(told[0].Text, "33004") || !strings.Contains(told[0].Text, "31002") {
		t.Errorf("%+v", told)
	}
}

// A code that the message carries names its own cause and fix.
func TestEventNamesItsCause(t *testing.T) {
	f := healthy()
	f.alive()
	f.server.Events = append(f.server.Events, cloudconfig.Event{ID: 33004, At: morning, Message: "TrackingId: 1, error hr=8023062C, message"})
	_, findings := plan[Switch](t, &Writeback{Cloud: f.cloud(), Method: ByServer})
	i := slices.IndexFunc(findings, func(f steps.Finding) bool { return f.Code == "evidence-conflict" })
	if i < 0 || !strings.HasPrefix(findings[i].Fix, "1. In Synchronization Service Manager switch Sign and Encrypt") {
		t.Errorf("the conflict has no fix of its own: %+v", findings)
	}
	i = slices.IndexFunc(findings, func(f steps.Finding) bool { return f.Code == "server-event" })
	if i < 0 || !strings.Contains(findings[i].Text, "0x8023062C: the connector to AD does not sign") || !strings.Contains(findings[i].Fix, "Sign and Encrypt LDAP Traffic") {
		t.Errorf("%+v", findings)
	}
}
