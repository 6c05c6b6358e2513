package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// What goes wrong after something was written: it is recorded, the run can be
// continued, and undo takes all of it back.

// The sign-in is revoked while the sync server is switched.
func TestCloudRevokedMidway(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--allow-undocumented-api")
	b.signIn(tenant.TokenOptions{CAE: true})
	first := b.snapshot()
	b.shell.between(func(script string, carryOut func()) bool {
		carryOut()
		if script == "enable" {
			b.tenant.Revoke()
		}
		return false
	})
	b.ends(exitSignIn, []string{"the service asks for a new sign-in"}, "apply", "--yes")
	b.shell.between(nil)
	if run := b.latest(); run.State != steps.RunPartial || len(run.Made) != 4 {
		t.Errorf("the run is %s with %d changes", run.State, len(run.Made))
	}
	b.signIn(tenant.TokenOptions{CAE: true})
	b.want(exitDone, "apply", "--yes")
	if run := b.latest(); run.State != steps.RunDone || len(run.Made) != 6 || b.runs() != 1 {
		t.Errorf("the run is %s with %d changes, one of %d runs", run.State, len(run.Made), b.runs())
	}
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after undo")
}

// An application signs in again by itself.
func TestCloudRevokedApplicationGoesOn(t *testing.T) {
	b := newCloudBench(t, tenant.Options{})
	app := tenant.DefaultApps()[0]
	b.env = append(b.env, "WRITEBACK_CLIENT_SECRET="+app.Secret)
	b = b.with("--auth", "client-secret", "--tenant", b.tenant.ID(), "--client-id", app.ClientID)
	b.shell.between(func(_ string, carryOut func()) bool {
		carryOut()
		b.tenant.Revoke()
		return false
	})
	b.want(exitManual, "apply", "--yes")
	if !b.server.Enabled() {
		t.Error("writeback is off")
	}
}

// The portal makes the write and answers that it failed: what is there is ours.
func TestCloudPortalFailsAfterTheWrite(t *testing.T) {
	b := newCloudBench(t, tenant.Options{Policy: &cloudconfig.Policy{AccountUnlockSupported: true, AccountUnlockEnabled: true}}).
		with("--only", "sspr", "--allow-undocumented-api")
	first := b.snapshot()
	puts := 0
	b.tenant.Change(func(o *tenant.Options) {
		o.Before = func(s tenant.Service, w http.ResponseWriter, r *http.Request) bool {
			if s != tenant.Portal || r.Method != http.MethodPut {
				return false
			}
			if puts++; puts > 1 {
				return false // the one that was sent on, and later ones
			}
			b.sendOn(s, r)
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}
	})
	b.ends(exitError, []string{"the service failed", "the change is there nevertheless"}, "apply", "--yes")
	if run := b.latest(); len(run.Made) != 1 {
		t.Errorf("the run is %s with %d changes", run.State, len(run.Made))
	}
	b.want(exitDone, "apply", "--yes")
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after undo")
}

// A plan file binds the cloud's lines, too: what somebody changed since then is
// drift, and another tenant is another place.
func TestCloudPlanFile(t *testing.T) {
	b := newCloudBench(t, tenant.Options{Policy: &cloudconfig.Policy{AccountUnlockSupported: true, AccountUnlockEnabled: true}}).
		with("--only", "writeback,sspr", "--allow-undocumented-api")
	file := filepath.Join(b.dir, "plan.json")
	b.want(exitDone, "plan", "-o", file)
	first := b.snapshot()

	b.tenant.SetPolicy(cloudconfig.Policy{AccountUnlockSupported: true}) // unlocking was not to be written
	drifted := b.snapshot()
	b.ends(exitDrift, []string{"Allow users to unlock accounts"}, "apply", file, "--yes")
	b.wantWorld(drifted, "after drift")

	b.tenant.SetPolicy(first.policy)
	b.tenant.Change(func(o *tenant.Options) { o.ID = "0d4fd5a2-1111-4222-8333-944444444444" })
	b.signIn(tenant.TokenOptions{})
	b.ends(exitUsage, []string{tenant.DefaultID, "0d4fd5a2-"}, "apply", file, "--yes")
	b.wantWorld(first, "in another tenant")

	b.tenant.Change(func(o *tenant.Options) { o.ID = tenant.DefaultID })
	b.signIn(tenant.TokenOptions{})
	b.want(exitDone, "apply", file, "--yes")
	b.want(exitDone, "verify")
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "after undo")
}

// Somebody set the portal's switch back in between, or another server is asked:
// undo takes nothing of theirs.
func TestCloudUndoOfWhatOthersChanged(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--only", "writeback,sspr", "--allow-undocumented-api")
	b.want(exitDone, "apply", "--yes")
	b.tenant.SetPolicy(cloudconfig.Policy{AccountUnlockSupported: true, AccountUnlockEnabled: true})
	b.server.Change(func(o *tenant.SyncOptions) { o.Host = "SYNC02" })
	b.tenant.Forget()
	b.ends(exitError, []string{"the sync server that is asked is SYNC02, the change is for SYNC01"}, "undo", "--yes")
	if !b.server.Enabled() {
		t.Error("another server's writeback was switched off")
	}
	puts := 0
	for _, r := range b.tenant.Requests() {
		if r.Method == http.MethodPut {
			puts++
		}
	}
	if p := b.tenant.Policy(); puts != 1 || p.AccountUnlockEnabled || p.PasswordWritebackSupported {
		t.Errorf("%d writes to the portal, now %+v", puts, p)
	}
	b.server.Change(func(o *tenant.SyncOptions) { o.Host = "SYNC01" })
	b.want(exitDone, "undo", "--yes")
	if b.server.Enabled() {
		t.Error("writeback is still on")
	}
}

// The host in the connector account's description is signed in to only where
// remoting is asked for: whoever may write the description could name theirs.
func TestCloudDescribedHost(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--only", "writeback")
	for _, c := range []struct {
		flags []string
		asked string
	}{
		{nil, "inspect"},
		{[]string{"--writeback-method", "powershell"}, "inspect"},
		{[]string{"--writeback-method", "manual"}, ""},
		{[]string{"--sync", "cloud"}, ""},
		{[]string{"--sync", "none", "--only", "delegate"}, ""},
		{[]string{"--writeback-method", "remote"}, "inspect SYNC01"},
		{[]string{"--sync-server", "sync09"}, "inspect sync09"},
		{[]string{"--writeback-method", "remote", "--sync-server", "sync09"}, "inspect sync09"},
	} {
		before := len(b.shell.asked())
		accept := []string{"plan"}
		if strings.Contains(c.asked, "sync09") { // SYNC01 answers in its place
			accept = append(accept, "--accept", "host-unproven")
		}
		b.want(exitDone, append(accept, c.flags...)...)
		if got := strings.Join(b.shell.asked()[before:], ", "); got != c.asked {
			t.Errorf("%v: asked %q, want %q", c.flags, got, c.asked)
		}
	}
}
