package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"writeback/internal/practice/tenant"
	"writeback/internal/tier"
)

// An account that somebody mistyped is granted nothing by --yes, and by its name
// alone when it is what was meant.
func TestDoubtfulConnectorIsAccepted(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	only := []string{"--practice", "--only", "delegate", "--sync", "none", "--coverage=false", "--connector", "ada.abel"}
	for _, verb := range [][]string{{"plan"}, {"apply", "--yes"}} {
		p.ends(exitRefused, []string{"nothing was written", "looks like a person's account", "--accept connector-unproven"}, append(verb, only...)...)
	}
	// The sync server that is asked says that it uses another one.
	p.ends(exitRefused, []string{"is not the account that the sync server signs in with", "MSOL_4f0c9d2a7b31", "--sync none"},
		"apply", "--yes", "--accept", "connector-unproven", "--practice", "--only", "delegate", "--coverage=false", "--connector", "ada.abel")
	if o := p.want(exitDone, "runs", "--practice"); !strings.Contains(o.out, "No runs yet.") {
		t.Errorf("a run was begun: %s", o.out)
	}
	p.ends(exitUsage, []string{"takes no value"}, append([]string{"apply", "--yes", "--accept", "connector-unproven=ada.abel"}, only...)...)
	p.want(exitDone, append([]string{"apply", "--yes", "--accept", "connector-unproven"}, only...)...)
	p.want(exitDone, append([]string{"verify"}, only...)...) // nothing is granted any more: a warning
	p.want(exitDone, "undo", "--practice", "--yes")
	p.ends(exitRefused, []string{"Domain Admins", "Tier 0", "--skip delegate"}, "apply", "--yes", "--practice", "--only", "delegate", "--coverage=false", "--connector", "adm-maren")
	p.ends(exitError, []string{"does not parse as a DN", `CN=Lee\, Ann`}, "plan", "--practice", "--connector", "CN=Abel, Ada,OU=EMEA")
}

// A server of another forest, tenant or account is neither believed nor switched,
// whatever consent is given.
func TestAnotherSyncServer(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*tenant.SyncOptions)
		code   string
		says   string
	}{
		"another company": {func(o *tenant.SyncOptions) {
			o.Connectors[0].Forest, o.Connectors[0].Account, o.Cloud = "fabrikam.com", "MSOL_fedcba987654", "fabrikam.onmicrosoft.com - AAD"
		}, "wrong-server", "fabrikam.com"},
		"another tenant":  {func(o *tenant.SyncOptions) { o.Cloud = "fabrikam.onmicrosoft.com - AAD" }, "wrong-tenant", "fabrikam.onmicrosoft.com"},
		"another account": {func(o *tenant.SyncOptions) { o.Connectors[0].Account = "MSOL_fedcba987654" }, "connector-mismatch", "MSOL_fedcba987654"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newCloudBench(t, tenant.Options{})
			b.server.Change(c.change)
			for _, verb := range [][]string{{"plan"}, {"apply", "--yes"}} {
				b.ends(exitRefused, []string{"nothing was written", c.says}, verb...)
			}
			b.server.Set(true) // it is on, there
			o := b.run("verify", "--output", "json")
			var v struct {
				OK    bool
				Steps []struct {
					ID       string
					Findings []struct{ Code string }
					Evidence []struct{ State, Source string }
				}
			}
			if err := json.Unmarshal([]byte(o.out), &v); err != nil {
				t.Fatal(err)
			}
			s := v.Steps[1]
			if v.OK || s.ID != "writeback" || !slices.ContainsFunc(s.Findings, func(f struct{ Code string }) bool { return f.Code == c.code }) {
				t.Errorf("it does not say %s: %s", c.code, o.out)
			}
			for _, e := range s.Evidence {
				if strings.Contains(e.Source, "SYNC01") {
					t.Errorf("it is believed: %+v", e)
				}
			}
			if asked := b.shell.asked(); slices.Contains(asked, "enable") {
				t.Errorf("it was asked to switch: %v", asked)
			}
		})
	}
}

// The server itself compares what it is switched for: one that was exchanged
// between the plan and the switch does nothing.
func TestServerComparesItself(t *testing.T) {
	b := newCloudBench(t, tenant.Options{})
	b.shell.between(func(script string, carryOut func()) bool {
		if script == "enable" {
			b.server.Change(func(o *tenant.SyncOptions) { o.Connectors[0].Account = "MSOL_fedcba987654" })
		}
		carryOut()
		return false
	})
	b.ends(exitError, []string{"SYNC01 did not switch", "another account"}, "apply", "--yes", "--only", "writeback")
	if b.server.Enabled() {
		t.Error("it was switched")
	}
}

// Where another account has what writeback takes, explain says so: the permissions
// look right.
func TestNearMissIsTold(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	only := []string{"--practice", "--only", "delegate"}
	if o := p.want(exitDone, append([]string{"explain", "ada.abel"}, only...)...); strings.Contains(o.out, "near miss") {
		t.Errorf("a near miss, where there is none: %s", o.out)
	}
	p.want(exitDone, append([]string{"apply", "--yes", "--coverage=false", "--sync", "none", "--connector", "svc-backup"}, only...)...)
	if o := p.want(exitDone, append([]string{"explain", "ada.abel"}, only...)...); !strings.Contains(o.out, "other-account: near miss: Reset password, Write lockoutTime, Write pwdLastSet of DC=corp,DC=contoso,DC=com for CONTOSO\\svc-backup") {
		t.Errorf("the other account is not told: %s", o.out)
	}

	p = newProgram(t)
	const sales = "OU=Sales,OU=People,OU=Contoso,DC=corp,DC=contoso,DC=com"
	p.want(exitDone, append([]string{"apply", "--yes", "--coverage=false", "--scope", sales}, only...)...)
	for user, told := range map[string]bool{"ada.abel": false, "sami.jansen": true} {
		o := p.want(exitDone, append([]string{"explain", user}, only...)...)
		if strings.Contains(o.out, "other-scope: near miss: earlier runs granted the rights elsewhere, on "+sales) != told {
			t.Errorf("%s: the rights of the run are told wrongly: %s", user, o.out)
		}
	}
}
