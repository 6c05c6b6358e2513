package tenant_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"writeback/internal/practice/tenant"
)

// A tenant goes on where another ended, by way of JSON.
func TestStateGoesOn(t *testing.T) {
	c := newClock()
	first := start(t, tenant.Options{Clock: c.time, AuditDelay: time.Minute, PolicyDelay: time.Hour})
	server := first.Join(tenant.SyncOptions{})
	server.Set(true)
	first.put(`{"passwordWriteBackSupported":true}`, 200)
	first.SetFeature("passwordWritebackEnabled", true)
	type both struct {
		Tenant tenant.State
		Server tenant.SyncState
	}
	text, err := json.Marshal(both{first.State(), server.State()})
	if err != nil {
		t.Fatal(err)
	}
	kept := decode[both](t, text)
	second := start(t, tenant.Options{Clock: c.time, State: &kept.Tenant})
	again := second.Join(tenant.SyncOptions{State: &kept.Server})
	if diff := cmp.Diff(both{first.State(), server.State()}, both{second.State(), again.State()}); diff != "" {
		t.Error(diff)
	}
	if !again.Enabled() || !second.policy().Enabled || !second.Feature("passwordWritebackEnabled") {
		t.Error("something was lost")
	}
	if got := second.audits(""); len(got) > 0 {
		t.Errorf("an entry is found before its time: %+v", got)
	}
	c.pass(time.Minute)
	if got := second.audits(""); len(got) != 1 {
		t.Errorf("the audit log: %+v", got)
	}
}
