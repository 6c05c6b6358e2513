package stages

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/steps"
)

const (
	invalid = "Password reset configuration may be in an invalid state. Try removing the configuration."
	removes = `Remove-ADSyncAADPasswordResetConfiguration -Connector "corp.onmicrosoft.com - AAD"`
	turns   = `Set-ADSyncAADPasswordResetConfiguration -Connector "corp.onmicrosoft.com - AAD" -Enable $false`
)

// switchTold is an outcome in the form in which an answer has it.
func switchTold(outcome string) *cloudconfig.SwitchTold {
	k := &cloudconfig.SwitchTold{Enable: true, Outcome: outcome, Connector: "corp.onmicrosoft.com - AAD"}
	switch outcome {
	case steps.ToldFailed:
		k.Says, k.Why = invalid, "the cmdlet failed on SYNC01: "+invalid
	case steps.ToldRefused:
		k.Reason, k.Why = "account", "SYNC01 did not switch: it signs in as another account"
	}
	return k
}

// What was handed over decides the next step, in the call that is given the answer and
// in the next one, which has the journal alone.
func TestToldDecides(t *testing.T) {
	off := &cloudconfig.ResetConfiguration{}
	on := &cloudconfig.ResetConfiguration{Enabled: true, ServiceStatus: "Started", OnboardingStatus: "NotRequired"}
	for _, c := range []struct {
		outcome   string
		reset     *cloudconfig.ResetConfiguration // as the answer has it
		now, then []string                        // what is said with the answer, and in the next call
		byHand    []string                        // in the next call of who wants no scripts; nil: the same
	}{
		{steps.ToldFailed, off, []string{invalid, turns, removes, "never runs this", "changes nothing", "--handoff-answer FILE --handoff-script SCRIPT"},
			[]string{invalid, turns, removes, "never runs this", "changes nothing", "--handoff-answer FILE --handoff-script SCRIPT"},
			[]string{invalid, "Tick Password writeback", "untick it first", removes, "never runs this", "at 2026-03-04T09:00:00Z"}},
		{steps.ToldRefused, off, []string{"signs in as another account", "Fix what the answer names", "changes nothing"}, []string{"signs in as another account", "Fix what the answer names", "changes nothing"},
			[]string{"signs in as another account", "Tick Password writeback"}},
		{steps.ToldMade, off, []string{"is off", "switches it on"}, []string{"SYNC01 answered at 2026-03-04T09:00:00Z that it switched password writeback on", "changes nothing", "audit log"}, nil},
		{steps.ToldMade, on, nil, []string{"that it switched password writeback on", "changes nothing"}, nil},
		{steps.ToldAlready, on, nil, []string{"that password writeback was on already", "changes nothing"}, nil},
	} {
		for _, method := range []Method{ByHandoff, ByHand} {
			f := healthy()
			f.server.Told, f.server.Switch, f.server.Reset = true, switchTold(c.outcome), c.reset
			w := &Writeback{Cloud: f.cloud(), Method: ByHandoff}
			w.Clock = func() time.Time { return morning }
			said := byHandOf(t, w)
			wantSaid(t, c.outcome+", with the answer", said, c.now)
			kept, worth, err := w.Answer(t.Context())
			if err != nil || !worth || kept.Outcome != c.outcome || kept.Host != "SYNC01" || !kept.At.Equal(f.server.At) || kept.Ignored != "" {
				t.Fatalf("%s: to be remembered is %+v, %t, %v", c.outcome, kept, worth, err)
			}
			if said := switchTold(c.outcome); kept.Says != said.Says || kept.Reason != said.Reason || kept.Text != said.Why {
				t.Errorf("%s: its words are not kept: %+v", c.outcome, kept)
			}
			then := append(c.then, "at 2026-03-04T09:00:00Z")
			if method == ByHand && c.byHand != nil {
				then = c.byHand
			}
			next := &Writeback{Cloud: &Cloud{Clock: w.Clock, Told: &kept}, Method: method}
			wantSaid(t, c.outcome+", "+string(method)+", in the next call", byHandOf(t, next), then)
			// With an older look at hand, which says that it is off.
			g := healthy()
			g.server.Told, g.server.At, g.server.Reset = true, morning.Add(-time.Minute), &cloudconfig.ResetConfiguration{}
			again := &Writeback{Cloud: g.cloud(), Method: ByHandoff}
			again.Told = &kept
			if _, may, err := again.HandOver(t.Context(), nil); err != nil || may {
				t.Errorf("%s: the script that switches is left: %t, %v", c.outcome, may, err)
			}
		}
	}
}

// byHandOf is what the stage has a person do; "": nothing.
func byHandOf(t *testing.T, w *Writeback) string {
	t.Helper()
	changes, findings := plan[Switch](t, w)
	if len(changes) > 0 {
		t.Errorf("%d changes", len(changes))
	}
	i := slices.IndexFunc(findings, func(f steps.Finding) bool { return f.Code == "writeback-by-hand" })
	if i < 0 {
		return ""
	}
	return findings[i].Text + "; " + findings[i].Fix
}

func wantSaid(t *testing.T, name, said string, parts []string) {
	t.Helper()
	if parts == nil && said != "" {
		t.Errorf("%s: something is left: %s", name, said)
	}
	for _, part := range parts {
		if !strings.Contains(said, part) {
			t.Errorf("%s: it does not say %q: %s", name, part, said)
		}
	}
}

// The newest of what is at hand and what is remembered decides, and with it whether a
// script that switches is handed over again.
func TestNewestAnswerDecides(t *testing.T) {
	told := func(outcome string, minutes int, change func(*steps.Told)) *steps.Told {
		k := switchTold(outcome)
		a := &steps.Told{Step: "writeback", Host: "SYNC01", At: morning.Add(time.Duration(minutes) * time.Minute), Object: k.Connector, After: "enabled", Outcome: outcome, Text: k.Why, Says: k.Says}
		if change != nil {
			change(a)
		}
		return a
	}
	inspects := func(*cloudconfig.Server) {}
	switches := func(outcome string) func(*cloudconfig.Server) {
		return func(s *cloudconfig.Server) { s.Switch = switchTold(outcome) }
	}
	for name, c := range map[string]struct {
		told   *steps.Told
		server func(*cloudconfig.Server)
		says   string
		may    bool // a script that switches is handed over
		worth  bool // the answer is remembered
	}{
		"a look, and nothing before":        {nil, inspects, "is off", true, false},
		"a look after a failure":            {told(steps.ToldFailed, -5, nil), inspects, "is off", true, true},
		"a look from before the failure":    {told(steps.ToldFailed, 5, nil), inspects, invalid, false, false},
		"a look after a look":               {told(steps.ToldInspected, -5, nil), inspects, "is off", true, false},
		"a staging server after a failure":  {told(steps.ToldFailed, -5, nil), func(s *cloudconfig.Server) { s.Staging = true }, "staging mode", false, false},
		"a failure after a refusal":         {told(steps.ToldRefused, -5, nil), switches(steps.ToldFailed), invalid, false, true},
		"a refusal after a failure":         {told(steps.ToldFailed, -5, nil), switches(steps.ToldRefused), "another account", false, true},
		"a failure from before it was made": {told(steps.ToldMade, 5, nil), switches(steps.ToldFailed), "that it switched password writeback on", false, true},
		"a failure to switch off":           {nil, func(s *cloudconfig.Server) { s.Switch = switchTold(steps.ToldFailed); s.Switch.Enable = false }, "is off", true, true},
		"a failure of another forest": {nil, func(s *cloudconfig.Server) {
			s.Switch = switchTold(steps.ToldFailed)
			s.Connectors[0].Forest = "x.example"
		}, "does not count", false, true},
		"a failure, and nothing shows since": {nil, func(s *cloudconfig.Server) { s.Switch, s.Reset = switchTold(steps.ToldFailed), nil }, invalid, false, true},
		"one remembered that does not count": {told(steps.ToldFailed, 5, func(a *steps.Told) { a.Ignored = "of another forest" }), inspects, "is off", true, false},
		"one remembered of a switch to off":  {told(steps.ToldFailed, 5, func(a *steps.Told) { a.After = "disabled" }), inspects, "is off", true, false},
		"a failure in a PowerShell too new": {nil, func(s *cloudconfig.Server) {
			s.Switch, s.Reset, s.PowerShell = switchTold(steps.ToldFailed), nil, "7.4.6"
		}, "Run the script that changes nothing there in Windows PowerShell", false, true},
		"a refusal for want of the cmdlets":   {nil, func(s *cloudconfig.Server) { s.Switch, s.Reset = switchTold(steps.ToldRefused), nil }, "run the script that changes nothing once more", false, true},
		"a failure whose connector is a trap": {nil, func(s *cloudconfig.Server) { s.Switch = switchTold(steps.ToldFailed); s.Switch.Connector = "x$(calc)" }, "these words (no command", false, true},
	} {
		f := healthy()
		f.server.Told = true
		f.server.At = morning
		c.server(&f.server)
		w := &Writeback{Cloud: f.cloud(), Method: ByHandoff}
		w.Told = c.told
		if said := byHandOf(t, w); !strings.Contains(said, c.says) || strings.Contains(said, "$(calc)") {
			t.Errorf("%s: it does not say %q: %s", name, c.says, said)
		}
		if _, may, err := w.HandOver(t.Context(), []string{"tenant-unproven"}); may != c.may || err != nil {
			t.Errorf("%s: a script that switches is handed over: %t, %v", name, may, err)
		}
		if got, worth, err := w.Answer(t.Context()); worth != c.worth || err != nil {
			t.Errorf("%s: it is remembered: %t, %v (%+v)", name, worth, err, got)
		}
	}
}

// A server that is asked by the program shows itself how it stands; that the last
// switch failed is told beside the next one, with what helps.
func TestToldBesideARunner(t *testing.T) {
	for outcome, want := range map[string]bool{"": false, steps.ToldFailed: true, steps.ToldRefused: false, steps.ToldMade: false, steps.ToldAlready: false, steps.ToldInspected: false} {
		f := healthy()
		w := &Writeback{Cloud: f.cloud(), Method: ByServer}
		if outcome != "" {
			w.Told = &steps.Told{Host: "SYNC01", At: morning.Add(-time.Hour), After: "enabled", Outcome: outcome, Text: invalid}
		}
		changes, findings := plan[Switch](t, w)
		i := slices.IndexFunc(findings, func(f steps.Finding) bool { return f.Code == "switch-failed" })
		if len(changes) != 1 || (i >= 0) != want {
			t.Errorf("%q: %d changes, findings %q", outcome, len(changes), codesOf(findings))
		}
		if want {
			wantSaid(t, outcome, findings[i].Text+findings[i].Fix, []string{invalid, turns, "a new plan: writeback apply", removes})
			if findings[i].Level != steps.LevelWarning || findings[i].Manual {
				t.Errorf("%+v", findings[i])
			}
		}
		f.alive()
		f.server.Reset = &cloudconfig.ResetConfiguration{Enabled: true, ServiceStatus: "Started", OnboardingStatus: "NotRequired"}
		w.Forget()
		if _, findings := plan[Switch](t, w); slices.Contains(codesOf(findings), "switch-failed") {
			t.Errorf("%q: what failed is told of a server on which writeback is on", outcome)
		}
	}
}

// A switch that the program makes itself, and that fails, is told with the same cures.
func TestFailedSwitchIsANotice(t *testing.T) {
	f := healthy()
	w := &Writeback{Cloud: f.cloud(), Method: ByServer}
	changes, _ := plan[Switch](t, w)
	failing := f.server
	failing.Switch = switchTold(steps.ToldFailed)
	w.Server = failingServer{f, failing}
	if _, err := w.Apply(t.Context(), changes[0]); err == nil {
		t.Fatal("it did not fail")
	}
	all := w.Notices()
	if len(all) != 1 || all[0].Code != "switch-failed" {
		t.Fatalf("%+v", all)
	}
	wantSaid(t, "the notice", all[0].Text+all[0].Fix, []string{invalid, turns, removes})
	if again := w.Notices(); len(again) != 0 {
		t.Errorf("it is told twice: %+v", again)
	}
}

// failingServer is a server whose cmdlet fails.
type failingServer struct {
	*fakeCloud
	says cloudconfig.Server
}

func (s failingServer) Enable(context.Context, cloudconfig.Bound, bool) (cloudconfig.Server, error) {
	return s.says, steps.Answered(errors.New(invalid))
}
