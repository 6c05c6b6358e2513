//go:build linux || darwin

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// All three stages are asked for, with what was found filled in, and made.
func TestSetupOfTheCloud(t *testing.T) {
	b := newCloudBench(t, tenant.Options{Policy: &cloudconfig.Policy{AccountUnlockSupported: true, AccountUnlockEnabled: true}})
	h := b.talks() // flags name the domain and how to sign in to the tenant: everything is wanted
	h.replies("Which account", "")
	h.replies("Which product syncs", "")
	h.replies("How is the sync server reached?", "It is this computer")
	h.replies("May the program change the tenant's settings", "2")
	h.approves(b.bench)
	h.hears("--auth token")
	h.ends(exitDone)
	on := b.tenant.Policy()
	if !b.server.Enabled() || on.Writeback() != cloudconfig.On {
		t.Errorf("server %t, policy %+v", b.server.Enabled(), on)
	}
	if run := b.latest(); run.State != steps.RunDone || run.Settings["allow-undocumented-api"].From != "answer" || run.Settings["sync"].Value != "connect" {
		t.Errorf("%s: %+v", run.State, run.Settings)
	}
	for _, secret := range b.secret {
		if strings.Contains(h.screen(), secret) {
			t.Error("a token is on the screen")
		}
	}
}

// A sign-in to the tenant that is refused is asked for again; without one, a
// person is told what to do there.
func TestSetupWithoutTheTenant(t *testing.T) {
	b := newCloudBench(t, tenant.Options{SignIn: "declines"})
	p := b.without("--auth")
	h := p.talks()
	h.begins("Everything")
	h.hears("tenant is it?")
	h.replies(domainOfTenant+", the connector account's description", "")
	h.replies("How to sign in to the tenant?", "device-code")
	h.replies("Which product syncs", "2")
	h.replies("How is the sync server reached?", "2")
	h.hears("Problem: for Cloud Sync it is switched on by hand")
	h.replies("Which product syncs", "1")
	h.replies("How is the sync server reached?", "manual")
	h.hears("enter the code")
	h.hears("Problem: sign in with device-code")
	b.tenant.Change(func(o *tenant.Options) { o.SignIn = "" })
	h.replies("tenant is it?", "")
	h.replies("How to sign in to the tenant?", "2")
	h.hears("enter the code")
	h.hears(question)
	h.types("\x03")
	h.leaves(exitCancelled)

	h = p.talks()
	h.begins("1")
	h.replies("tenant is it?", "-")
	h.replies("How to sign in to the tenant?", "none")
	h.replies("Which product syncs", "1")
	h.replies("How is the sync server reached?", "handoff")
	h.replies("Where is the script to be left?", "ask.ps1")
	h.approves(b.bench)
	h.ends(exitManual)
	if _, err := os.Stat(filepath.Join(p.dir, "ask.ps1")); err != nil {
		t.Error(err)
	}
	if got := b.tenant.Policy().Writeback(); got == cloudconfig.On || b.server.Enabled() {
		t.Error("something was changed by itself")
	}
	if !slices.ContainsFunc(b.latest().Made, func(o steps.Owned) bool { return o.Step == "delegate" }) {
		t.Error("the rights were not granted")
	}
}
