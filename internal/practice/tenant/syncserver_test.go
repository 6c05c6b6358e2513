package tenant_test

import (
	"errors"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice/tenant"
)

const cloudConnector = "contoso.onmicrosoft.com - AAD"

// askServer asks the server as the program does.
func (w *world) askServer(s *tenant.SyncServer, since time.Time) cloudconfig.Server {
	w.Helper()
	got, err := syncserver.Server(w.Context(), s, since)
	if err != nil {
		w.Fatal(err)
	}
	return got
}

func ids(s cloudconfig.Server) (out []int) {
	for _, e := range s.Events {
		out = append(out, e.ID)
	}
	return out
}

func has(s cloudconfig.Server, want ...int) bool {
	have := map[int]bool{}
	for _, id := range ids(s) {
		have[id] = true
	}
	for _, id := range want {
		if !have[id] {
			return false
		}
	}
	return true
}

func TestSwitchingTheSyncServer(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time, AuditDelay: 3 * time.Minute})
	s := w.Join(tenant.SyncOptions{EventDelay: time.Minute})
	began := c.time()
	if got := w.askServer(s, began); got.Reset == nil || got.Reset.Enabled || got.Cloud != cloudConnector || len(got.Events) > 0 || got.Product != "connect" || !got.Scheduler {
		t.Fatalf("at first: %+v", got)
	}
	got, err := syncserver.Enable(t.Context(), s, cloudconfig.Bound{Connector: cloudConnector}, true)
	if err != nil || !got.Reset.Running() || !s.Enabled() {
		t.Fatalf("switched on: %+v, %v", got, err)
	}
	if got := w.askServer(s, began); len(got.Events) > 0 || len(w.audits("")) > 0 {
		t.Errorf("traces before their time: %v, %v", ids(got), w.audits(""))
	}
	c.pass(time.Minute)
	if got := w.askServer(s, began); !has(got, 31004, 31005, 31015, 31019) || len(w.audits("")) > 0 {
		t.Errorf("after a minute: %v, %v", ids(got), w.audits(""))
	}
	c.pass(19 * time.Minute)
	if got := w.audits(""); len(got) != 1 || got[0].Activity != cloudconfig.AuditEnable || !got[0].At.Equal(began) {
		t.Errorf("the audit log: %+v", got)
	}
	beats := w.askServer(s, began.Add(time.Second))
	if n := len(beats.Events); n != 3 || !beats.Events[0].At.Equal(began.Add(15*time.Minute)) {
		t.Errorf("the heartbeats, of which that of the last minute is not found yet: %+v", beats.Events)
	}
	if _, err := syncserver.Enable(t.Context(), s, cloudconfig.Bound{Connector: cloudConnector}, true); err != nil {
		t.Errorf("again: %v", err)
	}
	if got, err := syncserver.Enable(t.Context(), s, cloudconfig.Bound{Connector: cloudConnector}, false); err != nil || got.Reset.Enabled {
		t.Errorf("switched off: %+v, %v", got, err)
	}
	c.pass(time.Hour)
	if got := w.askServer(s, c.time().Add(-time.Hour)); !has(got, 31013, 31016) || has(got, 31019) {
		t.Errorf("afterwards: %v", ids(got))
	}
	if got := w.audits(""); len(got) != 2 || got[0].Activity != cloudconfig.AuditDisable {
		t.Errorf("the audit log: %+v", got)
	}
}

func TestTheSyncServerRefuses(t *testing.T) {
	w := start(t, tenant.Options{})
	for name, tc := range map[string]struct {
		options   tenant.SyncOptions
		connector string
		reason    syncserver.Reason
	}{
		"staging":         {tenant.SyncOptions{Staging: true}, cloudConnector, syncserver.Staging},
		"other connector": {tenant.SyncOptions{Cloud: "fabrikam - AAD"}, cloudConnector, syncserver.OtherConnector},
		"not installed":   {tenant.SyncOptions{NoConnect: true}, cloudConnector, syncserver.NoModule},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.Join(tc.options)
			_, err := syncserver.Enable(t.Context(), s, cloudconfig.Bound{Connector: tc.connector}, true)
			var refused *syncserver.RefusedError
			if !errors.As(err, &refused) || refused.Reason != tc.reason || s.Enabled() {
				t.Errorf("%v, enabled %t", err, s.Enabled())
			}
		})
	}
	s := w.Join(tenant.SyncOptions{Fails: "AADSTS50034", Problems: []string{"events: no"}})
	var failed *syncserver.CmdletError
	if _, err := syncserver.Enable(t.Context(), s, cloudconfig.Bound{Connector: cloudConnector}, true); !errors.As(err, &failed) || s.Enabled() {
		t.Errorf("a failing cmdlet: %v", err)
	}
	if got := w.askServer(s, time.Now()); len(got.Problems) != 1 || got.Problems[0] != "events: no" {
		t.Errorf("problems: %q", got.Problems)
	}
	if len(w.audits("")) > 0 {
		t.Errorf("refusals left traces: %+v", w.audits(""))
	}
}

func TestCloudSync(t *testing.T) {
	w := start(t, tenant.Options{PolicyReads: 0})
	s := w.Join(tenant.SyncOptions{NoConnect: true, Agent: "1.1.1370.0"})
	if got := w.askServer(s, time.Now()); got.Product != "cloud" || got.Version != "1.1.1370.0" {
		t.Errorf("%+v", got)
	}
}

func TestAWriteBackNeedsBothHalves(t *testing.T) {
	on := cloudconfig.Policy{PasswordWritebackSupported: true, EnablementForTenant: true}
	for name, tc := range map[string]struct {
		policy  cloudconfig.Policy
		options tenant.SyncOptions
		want    bool
	}{
		"both":            {on, tenant.SyncOptions{Enabled: true}, true},
		"tenant off":      {cloudconfig.Policy{}, tenant.SyncOptions{Enabled: true}, false},
		"server off":      {on, tenant.SyncOptions{}, false},
		"staging":         {on, tenant.SyncOptions{Enabled: true, Staging: true}, false},
		"service stopped": {on, tenant.SyncOptions{Enabled: true, Service: "Stopped"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			w := start(t, tenant.Options{Clock: c.time, Policy: &tc.policy})
			s := w.Join(tc.options)
			if got := s.WriteBack(); got != tc.want {
				t.Fatalf("written back: %t", got)
			}
			audits := w.audits("")
			if tc.want != (len(audits) == 1) || tc.want != has(w.askServer(s, c.time()), 31001, 31002) {
				t.Errorf("traces: %+v, %v", audits, ids(w.askServer(s, c.time())))
			}
		})
	}
}
