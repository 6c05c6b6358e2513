package main

import (
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// All three stages in one session: planned, made, proven, found in order again,
// and taken back.
func TestCloudAllStages(t *testing.T) {
	// Unlocking without a reset is on already, by somebody else.
	b := newCloudBench(t, tenant.Options{Policy: &cloudconfig.Policy{AccountUnlockSupported: true, AccountUnlockEnabled: true}})
	b = b.with("--allow-undocumented-api")
	first := b.snapshot()

	plan := decode[steps.Plan](t, b.want(exitDone, "plan", "--output", "json"))
	reads := 0
	for _, r := range b.tenant.Requests() {
		if r.Path == "/v1.0/organization" {
			reads++
		}
	}
	if reads != 1 {
		t.Errorf("the tenant is read %d times for one plan", reads)
	}
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

// An application can read what Graph shows to applications, and never has a
// token for the portal: what it cannot see is told, and left to a person.
func TestCloudApplication(t *testing.T) {
	b := newCloudBench(t, tenant.Options{})
	app := tenant.DefaultApps()[0]
	b.env = append(b.env, "WRITEBACK_CLIENT_SECRET="+app.Secret)
	b = b.with("--auth", "client-secret", "--tenant", b.tenant.ID(), "--client-id", app.ClientID, "--allow-undocumented-api")
	first := b.snapshot()
	res := decode[steps.Result](t, b.want(exitManual, "apply", "--yes", "--output", "json"))
	if res.State != steps.ResultManual {
		t.Errorf("applied: %s", res.State)
	}
	if policy := b.tenant.Policy(); !b.server.Enabled() || policy != first.policy {
		t.Errorf("after apply: server %t, policy %+v", b.server.Enabled(), policy)
	}
	v := decode[steps.Verification](t, b.want(exitManual, "verify", "--output", "json"))
	writeback, sspr := stepOf(t, v.Steps, "writeback"), stepOf(t, v.Steps, "sspr")
	if f, told := finding(writeback, "tenant-part-unread"); !told || !strings.Contains(f.Text, "synchronisation features") {
		t.Errorf("what an application cannot read is not told: %+v", writeback.Findings)
	}
	proof(t, writeback, steps.EvidenceVerified, "Enable password writeback for directory")
	proof(t, sspr, steps.EvidenceUnknown, "Enable password write back for synced users")
	proof(t, sspr, steps.EvidenceVerified, "synchronised users the policy allows")
	if _, told := finding(sspr, "sspr-by-hand"); !told || sspr.State != steps.StateManual {
		t.Errorf("nobody is told to set the page: %+v", sspr)
	}
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after undo")
}

// The portal shows a write late, as it was seen to: it is waited for.
func TestCloudLatePortal(t *testing.T) {
	b := newCloudBench(t, tenant.Options{PolicyReads: 1}).with("--only", "sspr", "--allow-undocumented-api")
	first := b.snapshot()
	b.want(exitDone, "apply", "--yes")
	if p := b.tenant.Policy(); p.Writeback() != cloudconfig.On || !p.AccountUnlockEnabled {
		t.Errorf("after apply: %+v", p)
	}
	b.want(exitDone, "verify")
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after undo")
}

// Undo of what was made in AD takes no sign-in to the tenant: the token may be
// over, and the portal gone. What was made there does take one.
func TestCloudUndoWithoutTheTenant(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--allow-undocumented-api")
	first := b.snapshot()
	b.want(exitDone, "apply", "--yes", "--only", "delegate", "--tenant", b.tenant.ID())
	b.signIn(tenant.TokenOptions{Lifetime: -1})
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after undo")

	b.signIn(tenant.TokenOptions{})
	b.want(exitDone, "apply", "--yes", "--only", "writeback,sspr")
	made := b.snapshot()
	b.signIn(tenant.TokenOptions{Lifetime: -1})
	b.ends(exitSignIn, []string{"the token has expired", "sign in again"}, "undo", "--yes")
	b.wantWorld(made, "after a refused undo")
	b.signIn(tenant.TokenOptions{})
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after the second undo")
}
