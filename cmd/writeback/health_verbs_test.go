package main

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"writeback/internal/practice/tenant"
)

// A server whose switch is on and whose relay is dead, or which is silent, is not
// verified: no verb says so.
func TestDeadRelayIsNotVerified(t *testing.T) {
	var ago atomic.Int64 // it was switched on two hours ago
	ago.Store(int64(2 * time.Hour))
	b := newCloudBench(t, tenant.Options{TokenLifetime: 12 * time.Hour, Clock: func() time.Time { return time.Now().Add(-time.Duration(ago.Load())) }})
	b.server.Set(true)
	ago.Store(0)
	if o := b.run("verify", "--only", "writeback"); !strings.Contains(o.out, "verified password writeback: Enabled true") {
		t.Fatalf("a server that works: %s%s", o.out, o.err)
	}
	b.server.Change(func(o *tenant.SyncOptions) { o.DeadRelay = true })
	for _, verb := range [][]string{{"verify", "--only", "writeback"}, {"plan", "--only", "writeback"}, {"doctor"}} {
		o := b.run(verb...)
		if strings.Contains(o.out, "verified password writeback") || !strings.Contains(o.out, "evidence-conflict") || !strings.Contains(o.out, "32002") {
			t.Errorf("%s: %s%s", verb, o.out, o.err)
		}
		if verb[0] != "plan" && o.code != exitChanges && o.code != exitManual {
			t.Errorf("%s ends with %d", verb, o.code)
		}
	}
	b.server.Change(func(o *tenant.SyncOptions) { o.DeadRelay, o.Version = false, "2.5.76.0" })
	if o := b.run("verify", "--only", "writeback"); !strings.Contains(o.out, "sync-version") || !strings.Contains(o.out, "second-hand") || !strings.Contains(o.out, "verified password writeback") {
		t.Errorf("an old version: %s%s", o.out, o.err)
	}
}
