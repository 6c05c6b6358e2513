package main

import (
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// All three stages in one sitting: planned, made, proven, found in order again,
// and taken back.
func TestCloudAllStages(t *testing.T) {
	// Unlocking without a reset is on already, by somebody else.
	b := newCloudBench(t, tenant.Options{Policy: &cloudconfig.Policy{AccountUnlockSupported: true, AccountUnlockEnabled: true}})
	b = b.with("--allow-undocumented-api")
	first := b.snapshot()

	plan := decode[steps.Plan](t, b.want(exitDone, "plan", "--output", "json"))
	for id, n := range map[string]int{"delegate": 3, "writeback": 1, "sspr": 1} {
		if s := stepOf(t, plan.Steps, id); s.State != steps.StateChange || len(s.Changes) != n {
			t.Errorf("planned %s: %s, %+v", id, s.State, s.Changes)
		}
	}
	b.wantWorld(first, "after plan")
	b.want(exitChanges, "verify")

	res := decode[steps.Result](t, b.want(exitDone, "apply", "--yes", "--output", "json"))
	if res.State != steps.ResultDone {
		t.Errorf("applied: %s", res.State)
	}
	on := b.tenant.Policy()
	if !b.server.Enabled() || on.Writeback() != cloudconfig.On || !on.AccountUnlockEnabled || b.tenant.Feature("passwordWritebackEnabled") {
		t.Errorf("after apply: server %t, policy %+v", b.server.Enabled(), on)
	}
	made := b.snapshot()

	v := decode[steps.Verification](t, b.want(exitDone, "verify", "--output", "json"))
	if e := proof(t, stepOf(t, v.Steps, "writeback"), steps.EvidenceVerified, "Enabled true"); !strings.Contains(e.Source, "SYNC01") {
		t.Errorf("the server is not named: %+v", e)
	}
	for _, part := range []string{"Enable password write back for synced users", "Allow users to unlock accounts"} {
		if e := proof(t, stepOf(t, v.Steps, "sspr"), steps.EvidenceVerified, part); !strings.HasPrefix(e.Source, b.tenant.PortalEndpoint()) {
			t.Errorf("the portal is not named: %+v", e)
		}
	}
	proof(t, stepOf(t, v.Steps, "sspr"), steps.EvidenceVerified, " synchronised users the policy allows ")

	runs := b.runs()
	if o := b.want(exitDone, "apply", "--yes"); !strings.Contains(o.out, "Nothing to do.") || b.runs() != runs {
		t.Errorf("the second apply says: %s", o.out)
	}
	b.wantWorld(made, "after the second apply")

	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after undo")
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after a second undo")
}
