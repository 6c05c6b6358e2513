//go:build linux || darwin

package main

import (
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
)

// The guide asks first what its person may do, and nothing of the rest: at a desk that holds
// one key, no domain controller is there, and DNS answers nothing. Active Directory alone is
// in TestSetupByLines.

func TestSetupOfTheTenantAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, tenant.Options{})
	d.without("--only")
	before, id := d.tenant.Policy(), d.tenant.ID()
	h := d.talks()
	h.replies("What may you do here?", "The tenant")
	h.replies("May the program change the tenant's settings", "Yes, through the undocumented service")
	h.hears("~ Enable password write back")
	h.hears(question)
	h.types(id + "\n")
	h.hears("Done: run ")
	h.replies("How to go on from here?", "Check again")
	h.hears("Everything looked at is set up as it should be.")
	h.ends(exitDone)
	if got := d.tenant.Policy(); got.Writeback() != cloudconfig.On {
		t.Errorf("the policy is %+v", got)
	}
	h.saysNothingOf("domain controller", "Which account", "sync server is", "delegate:")

	h = d.talks()
	h.replies("How to go on?", "Earlier runs")
	h.replies("Which run is to be shown?", "1")
	h.replies("What is to be done with it?", "Undo it")
	h.hears(question)
	h.types(id + "\n")
	h.hears("Undone: ")
	h.ends(exitDone)
	if got := d.tenant.Policy(); got != before {
		t.Errorf("after undo the policy is %+v, it was %+v", got, before)
	}
}

func TestSetupOfTheServerAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, tenant.Options{Domains: []string{"corp.example", domainOfTenant}})
	d.without("--only")
	d.without("--auth")
	server := d.tenant.Join(tenant.SyncOptions{Cloud: domainOfTenant + " - AAD",
		Connectors: []cloudconfig.ServerConnector{{Name: "corp.example", Forest: "corp.example", Domain: "corp.example", Account: `CORP\MSOL_0a1b2c3d4e5f`}}})
	d.flags = append(d.flags, "--powershell", powershell(t, server).file)
	h := d.talks()
	h.replies("What may you do here?", "The sync server")
	h.replies("tenant is it?", domainOfTenant)
	h.replies("How to sign in to the tenant?", "Not at all")
	h.replies("Which product syncs", "1")
	h.replies("How is the sync server reached?", "It is this computer")
	h.hears("connector-unproven")
	h.replies("How to go on?", "Accept by name")
	h.replies("Type connector-unproven to accept it", "connector-unproven")
	h.hears(question)
	h.types("sync server\n")
	h.hears("Done: run ")
	h.ends(exitDone)
	if !server.Enabled() || len(d.writes()) > 0 {
		t.Errorf("the server is on: %v; written to the tenant: %v", server.Enabled(), d.writes())
	}
	h.saysNothingOf("domain controller", "Which account", "Name another account")
}

// A domain that the environment names is no part of the tenant's desk: nobody signs in to it.
func TestSetupLeavesTheDomainAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, tenant.Options{})
	d.without("--only")
	d.without("--auth")
	d.without("--graph-endpoint")
	d.without("--portal-endpoint")
	d.env = append(d.env, "WRITEBACK_DOMAIN=corp.example", "WRITEBACK_DC=ldaps://127.0.0.1:1")
	h := d.talks()
	h.replies("What may you do here?", "The tenant")
	h.replies("tenant is it?", "")
	h.replies("How to sign in to the tenant?", "Not at all")
	h.hears("A manual step waits.")
	h.ends(exitManual)
	h.saysNothingOf("corp.example", "127.0.0.1:1")
}

// without leaves a flag out, with its value.
func (d *desk) without(flag string) {
	i := slices.Index(d.flags, flag)
	d.flags = slices.Delete(d.flags, i, i+2)
}

// saysNothingOf fails where the screen speaks of what is no part of this desk.
func (h *talk) saysNothingOf(texts ...string) {
	h.t.Helper()
	for _, text := range texts {
		if strings.Contains(h.screen(), text) {
			h.t.Errorf("the screen speaks of %q:\n%s", text, h.screen())
		}
	}
}

// In a rehearsal of the tenant alone, too, what its administrator says is done is done.
func TestPracticeOfTheTenantAlone(t *testing.T) {
	t.Parallel()
	h := newProgram(t).talks("--practice")
	h.replies("How to go on?", "Begin")
	h.replies("What may you do here?", "The tenant")
	h.replies("May the program change the tenant's settings", "")
	h.replies("How to go on from here?", "1") // I have done it
	h.replies("Who says that it is done?", "")
	h.replies("What should the journal say beside it?", "")
	h.hears("Everything looked at is set up as it should be.")
	h.ends(exitDone)
	h.saysNothingOf("ldaps://", "Administrator@")
}
