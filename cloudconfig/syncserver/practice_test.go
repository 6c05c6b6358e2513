package syncserver_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice/tenant"
)

// The practice sync server stands in for the scripts: what it answers is read
// here as strictly as what they answer.

func practice(t *testing.T, o tenant.SyncOptions) *tenant.SyncServer {
	t.Helper()
	tn, err := tenant.Start(tenant.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tn.Close(); err != nil {
			t.Errorf("close the tenant: %v", err)
		}
	})
	return tn.Join(o)
}

func TestThePracticeServerIsUnderstood(t *testing.T) {
	for name, c := range map[string]struct {
		o       tenant.SyncOptions
		product string
		on      bool
	}{
		"off":        {tenant.SyncOptions{}, "connect", false},
		"on":         {tenant.SyncOptions{Enabled: true}, "connect", true},
		"staging":    {tenant.SyncOptions{Enabled: true, Staging: true}, "connect", true},
		"cloud sync": {tenant.SyncOptions{NoConnect: true, Agent: "1.1.1582.0"}, "cloud", false},
		"both":       {tenant.SyncOptions{Enabled: true, Agent: "1.1.1582.0"}, "connect", true},
	} {
		d, err := syncserver.Read(t.Context(), practice(t, c.o), time.Now().Add(-time.Hour))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s := d.Server()
		if s.Product != c.product || s.Staging != c.o.Staging || (s.Reset != nil && s.Reset.Running()) != c.on || (d.CloudSync != nil) != (c.o.Agent != "") || (s.Agent != "") != (name == "both") {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestThePracticeServerIsSwitched(t *testing.T) {
	s := practice(t, tenant.SyncOptions{})
	before, err := syncserver.Server(t.Context(), s, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	after, err := syncserver.Enable(t.Context(), s, cloudconfig.Bound{Connector: before.Cloud}, true)
	if err != nil || !after.Reset.Running() || !s.Enabled() {
		t.Fatalf("%+v, %v", after, err)
	}
	after, err = syncserver.Server(t.Context(), s, time.Now().Add(-time.Minute))
	if err != nil || !slices.ContainsFunc(after.Events, func(e cloudconfig.Event) bool { return e.ID == 31005 }) {
		t.Errorf("%+v, %v", after.Events, err)
	}
	var refused *syncserver.RefusedError
	if _, err = syncserver.Enable(t.Context(), s, cloudconfig.Bound{Connector: "another - AAD"}, false); !errors.As(err, &refused) || refused.Reason != syncserver.OtherConnector || !s.Enabled() {
		t.Errorf("got %v, want a refusal", err)
	}
	if _, err = syncserver.Enable(t.Context(), practice(t, tenant.SyncOptions{Staging: true}), cloudconfig.Bound{Connector: before.Cloud}, true); !errors.As(err, &refused) || refused.Reason != syncserver.Staging {
		t.Errorf("got %v, want a refusal", err)
	}
	var failed *syncserver.CmdletError
	if _, err = syncserver.Enable(t.Context(), practice(t, tenant.SyncOptions{Fails: "a sign-in is needed"}), cloudconfig.Bound{Connector: before.Cloud}, true); !errors.As(err, &failed) {
		t.Errorf("got %v, want a CmdletError", err)
	}
}

// A hand-off that is kept, run, and read by the next program.
func TestAHandoffGoesThroughThePracticeServer(t *testing.T) {
	agent := tenant.SyncOptions{NoConnect: true, Agent: "1.1.1582.0"}
	for _, c := range []struct {
		script    syncserver.Script
		o         tenant.SyncOptions
		connector string
	}{{syncserver.Inspect, agent, ""}, {syncserver.EnableConnect, tenant.SyncOptions{}, "contoso.onmicrosoft.com - AAD"}} {
		kept, err := json.Marshal(syncserver.Handoff{Script: c.script, Ask: syncserver.NewAsk(time.Now()).Switching(cloudconfig.Bound{Connector: c.connector}, true)})
		if err != nil {
			t.Fatal(err)
		}
		var h syncserver.Handoff
		if err := json.Unmarshal(kept, &h); err != nil {
			t.Fatal(err)
		}
		raw, err := practice(t, c.o).Run(t.Context(), h.Script, h.Ask)
		if err != nil {
			t.Fatal(err)
		}
		d, err := h.Read(strings.NewReader("\ufeff" + string(raw)))
		if err != nil || d.ChangeError() != nil {
			t.Errorf("%s: %v, %v", c.script.Name(), err, d.ChangeError())
		}
	}
}
