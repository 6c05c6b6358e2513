package stages

import (
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/steps"
)

// What comes after an answer follows from it, and is never the step that was just
// taken: to have a script left, and to run it as it was run.
func TestHandOffGoesOn(t *testing.T) {
	yes, no := true, false
	off, on := &cloudconfig.ResetConfiguration{}, &cloudconfig.ResetConfiguration{Enabled: true, ServiceStatus: "Stopped"}
	server := func(change func(*cloudconfig.Server)) *cloudconfig.Server {
		s := &cloudconfig.Server{Host: "SYNC01", Product: "connect", PowerShell: "5.1.20348.1", Elevated: &yes, Told: true, Reset: off}
		change(s)
		return s
	}
	nothing := func(*cloudconfig.Server) {}
	for _, c := range []struct {
		name     string
		server   *cloudconfig.Server
		script   string
		switches bool
		wrong    []cloudconfig.Mismatch
		says     []string
		not      []string
	}{
		{"nobody asked yet", nil, "", false, nil, []string{"--handoff-script FILE", "bring its answer back"}, nil},
		{"a script is left", nil, "ask.ps1", false, nil, []string{"1. Copy ask.ps1 to the sync server", "changes nothing"}, nil},
		{"off", server(nothing), "", false, nil, []string{"is off", "switches it on", "--handoff-answer FILE --handoff-script SCRIPT"}, []string{"--writeback-method handoff"}},
		{"off, and the script to switch it is left", server(nothing), "switch.ps1", true, nil, []string{"Copy switch.ps1 to SYNC01", "switches password writeback on"}, []string{"--handoff-script"}},
		{"a staging server", server(func(s *cloudconfig.Server) { s.Staging = true }), "", false, nil, []string{"the active sync server", "staging mode"}, []string{"SYNC01 in an", "--handoff-script"}},
		{"a staging server, and a script is left", server(func(s *cloudconfig.Server) { s.Staging = true }), "ask.ps1", false, nil, []string{"Copy ask.ps1 to that server", "the active sync server"}, []string{"to SYNC01"}},
		{"no rights", server(func(s *cloudconfig.Server) { s.Reset = nil }), "", false, nil, []string{"ADSyncAdmins"}, []string{"--handoff-script", "elevated Windows PowerShell"}},
		{"not elevated", server(func(s *cloudconfig.Server) { s.Reset, s.Elevated = nil, &no }), "", false, nil, []string{"Run as administrator"}, []string{"--handoff-script", "ADSyncAdmins"}},
		{"PowerShell 7", server(func(s *cloudconfig.Server) { s.Reset, s.PowerShell = nil, "7.4.6" }), "", false, nil, []string{"powershell.exe, not pwsh.exe", "PowerShell 7.4.6"}, []string{"--handoff-script"}},
		{"a switch that failed, and a script is left", server(func(s *cloudconfig.Server) {
			s.Switch = &cloudconfig.SwitchTold{Enable: true, Outcome: steps.ToldFailed, Why: "the cmdlet failed on SYNC01: invalid state"}
		}), "ask.ps1", false, nil, []string{"invalid state", "Remove-ADSyncAADPasswordResetConfiguration", "Copy ask.ps1", "changes nothing"}, []string{"switches it on", "--writeback-method handoff"}},
		{"a switch that was refused", server(func(s *cloudconfig.Server) {
			s.Switch = &cloudconfig.SwitchTold{Enable: true, Outcome: steps.ToldRefused, Why: "SYNC01 did not switch: it signs in as another account"}
		}), "", false, nil, []string{"another account", "changes nothing"}, []string{"switches it on"}},
		{"a switch that was made and does not show", server(func(s *cloudconfig.Server) { s.Switch = &cloudconfig.SwitchTold{Enable: true, Outcome: steps.ToldMade} }), "", false, nil, []string{"is off"}, nil},
		{"registered no more", server(func(s *cloudconfig.Server) {
			s.Reset = &cloudconfig.ResetConfiguration{Enabled: true, ServiceStatus: "Started", OnboardingStatus: "Required"}
		}), "", false, nil, []string{"its service runs", "not registered", "enable it again"}, []string{"restart"}},
		{"not running", server(func(s *cloudconfig.Server) { s.Reset = on }), "", false, nil, []string{"restart the service"}, []string{"--handoff-script"}},
		{"another forest's", server(nothing), "", false, []cloudconfig.Mismatch{{Code: cloudconfig.WrongServer}}, []string{"does not count", "the right server"}, []string{"--handoff-script", "Look again"}},
		{"Cloud Sync", server(func(s *cloudconfig.Server) { s.Product, s.Reset = "cloud", nil }), "", false, nil, []string{"Microsoft Entra Connect cloud sync"}, []string{"Run "}},
	} {
		w := &Writeback{Cloud: &Cloud{}, Method: ByHandoff, Script: c.script, Switches: c.switches}
		f := w.byHand(Observation{Server: c.server, Mismatches: c.wrong})
		all := f.Text + "; " + f.Fix
		if i := slices.IndexFunc(c.says, func(part string) bool { return !strings.Contains(all, part) }); i >= 0 {
			t.Errorf("%s: it does not say %q: %s", c.name, c.says[i], all)
		}
		if i := slices.IndexFunc(c.not, func(part string) bool { return strings.Contains(all, part) }); i >= 0 {
			t.Errorf("%s: it says %q: %s", c.name, c.not[i], all)
		}
	}
}

// Who may set the page is said in one place.
func TestPageByHandNamesItsRoles(t *testing.T) {
	s := &SSPR{Cloud: &Cloud{}, Method: ByHand}
	f := s.byHand(cloudconfig.Verdict{}, cloudconfig.Verdict{}, Observation{})
	if first, _, _ := strings.Cut(f.Fix, "\n"); !strings.Contains(first, cloudconfig.PolicyRoles()) || !strings.Contains(first, "Hybrid Identity Administrator") {
		t.Errorf("%q does not name %s", first, cloudconfig.PolicyRoles())
	}
	// The switch of Cloud Sync is on that page alone.
	for product, named := range map[string]bool{"": false, "connect": false, "cloud": true} {
		s.Expected.Product = product
		if f := s.byHand(cloudconfig.Verdict{}, cloudconfig.Verdict{}, Observation{}); strings.Contains(f.Fix, "4. "+cloudTitle+": yes") != named {
			t.Errorf("%q: %s", product, f.Fix)
		}
	}
}
