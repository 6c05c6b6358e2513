package main

import (
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// Graph's flag is written where somebody insists, with a warning; it proves
// nothing, so that the step stays with a person.
func TestCloudGraphFlag(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--only", "writeback", "--writeback-method", "graph")
	*b.flag = true
	first := b.snapshot()
	o := b.want(exitManual, "apply", "--yes")
	for _, part := range []string{"graph-flag-unsupported", "not in use", "writeback-by-hand", "A manual step waits."} {
		if !strings.Contains(o.out, part) {
			t.Errorf("it does not say %q:\n%s", part, o.out)
		}
	}
	if !b.tenant.Feature("passwordWritebackEnabled") || b.server.Enabled() {
		t.Errorf("the flag is %t, the server %t", b.tenant.Feature("passwordWritebackEnabled"), b.server.Enabled())
	}
	patches := 0
	for _, r := range b.tenant.Requests() {
		if r.Method == "PATCH" {
			patches++
			if !strings.Contains(r.Body, `"passwordWritebackEnabled":true`) {
				t.Errorf("sent %s", r.Body)
			}
		}
	}
	if patches != 1 {
		t.Errorf("%d PATCH requests", patches)
	}
	v := decode[steps.Verification](t, b.want(exitManual, "verify", "--output", "json"))
	writeback := stepOf(t, v.Steps, "writeback")
	proof(t, writeback, steps.EvidenceUnknown, "features.passwordWritebackEnabled true")
	for _, e := range writeback.Evidence {
		if e.State == steps.EvidenceVerified {
			t.Errorf("something counts: %+v", e)
		}
	}
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after undo")
}

// Without the role that Graph asks for, the flag is not written.
func TestCloudGraphFlagWithoutTheRole(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--only", "writeback", "--writeback-method", "graph")
	*b.flag = true
	b.signIn(tenant.TokenOptions{Scopes: []string{"Organization.Read.All", "OnPremDirectorySynchronization.Read.All", "AuditLog.Read.All", "Policy.Read.All"}})
	first := b.snapshot()
	b.ends(exitError, []string{"OnPremDirectorySynchronization.ReadWrite.All"}, "apply", "--yes")
	b.wantWorld(first, "after a refused write")
	if run := b.latest(); len(run.Made) != 0 || run.State == steps.RunInDoubt {
		t.Errorf("the run is %s with %d changes", run.State, len(run.Made))
	}
}

// The portal says on, the server off: users' resets fail, and that is said.
func TestCloudPortalOnServerOff(t *testing.T) {
	b := newCloudBench(t, tenant.Options{Policy: &cloudconfig.Policy{PasswordWritebackSupported: true, EnablementForTenant: true, AccountUnlockEnabled: true}})
	plan := decode[steps.Plan](t, b.want(exitDone, "plan", "--output", "json", "--only", "writeback,sspr"))
	f, told := finding(stepOf(t, plan.Steps, "sspr"), "portal-on-server-off")
	if !told || !strings.Contains(f.Text, "passwordWritebackSupported true") || !strings.Contains(f.Text, "Enabled false") {
		t.Errorf("the conflict is not shown: %+v", stepOf(t, plan.Steps, "sspr").Findings)
	}
	proof(t, stepOf(t, plan.Steps, "writeback"), steps.EvidenceOff, "Enabled false")
	proof(t, stepOf(t, plan.Steps, "writeback"), steps.EvidenceUnknown, "not counted: On-premises integration: passwordWritebackSupported true")
	b.want(exitDone, "apply", "--yes", "--only", "writeback,sspr")
	v := decode[steps.Verification](t, b.want(exitDone, "verify", "--output", "json", "--only", "writeback,sspr"))
	if _, still := finding(stepOf(t, v.Steps, "sspr"), "portal-on-server-off"); still {
		t.Error("the conflict is over")
	}
}

// The two readings of the portal's switch differ: nothing is called on.
func TestCloudPortalReadTwoWays(t *testing.T) {
	b := newCloudBench(t, tenant.Options{Switch: tenant.SetsSupported}).with("--only", "sspr", "--allow-undocumented-api")
	first := b.snapshot()
	b.want(exitManual, "apply", "--yes")
	v := decode[steps.Verification](t, b.want(exitManual, "verify", "--output", "json"))
	sspr := stepOf(t, v.Steps, "sspr")
	proof(t, sspr, steps.EvidenceUnknown, "Enable password write back for synced users")
	if _, told := finding(sspr, "evidence-conflict"); !told {
		t.Errorf("that the readings differ is not told: %+v", sspr.Findings)
	}
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after undo")
}
