package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice/tenant"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
)

const invalidState = "Password reset configuration may be in an invalid state. Try removing the configuration."

// handOffBench is a bench whose sync server only a person reaches. Nobody is signed in
// to the tenant, so that nothing but the answer tells how it stands.
func handOffBench(t *testing.T) *cloudBench {
	b := newCloudBench(t, tenant.Options{})
	b.giveTokens("", "")
	b.flags = slices.DeleteFunc(b.flags, func(f string) bool {
		return f == "--auth" || f == "token" || f == "--powershell" || f == b.shell.file
	})
	return b.with("--only", "writeback", "--tenant", domainOfTenant)
}

// switchAnswer leaves the answer of a script that switches, as the server gives it after
// change; the script was left from the program's state directory.
func (b *cloudBench) switchAnswer(file string, change func(*syncserver.Document)) {
	b.t.Helper()
	forest := strings.ToLower(b.dc.Realm)
	ask := syncserver.NewAsk(time.Now().Add(-time.Hour))
	ask.Connector, ask.Forest, ask.Account, ask.Domain, ask.Enable = domainOfTenant+" - AAD", forest, b.connector.Name, forest, true
	h := syncserver.Handoff{Script: syncserver.EnableConnect, Ask: ask}
	in := new(settings.Settings)
	settings.StateDir.Put(in, b.stateDir(), settings.FromFlag)
	if err := (&session.Caller{Settings: in}).KeepHandoff(h); err != nil {
		b.t.Fatal(err)
	}
	raw, err := b.server.Run(b.t.Context(), h.Script, h.Ask)
	if err != nil {
		b.t.Fatal(err)
	}
	var d syncserver.Document
	if err := json.Unmarshal(raw, &d); err != nil {
		b.t.Fatal(err)
	}
	if change != nil {
		change(&d)
	}
	if raw, err = json.Marshal(d); err != nil {
		b.t.Fatal(err)
	}
	write(b.t, filepath.Join(b.dir, file), raw)
}

// stateDir is where the program keeps its state: of a flag given twice the last counts.
func (b *cloudBench) stateDir() (dir string) {
	for i, f := range b.flags {
		if f == "--state-dir" {
			dir = b.flags[i+1]
		}
	}
	return dir
}

// Outcome by verb: what a person brings back is shown, is in the journal, and decides
// the next step of every verb that is not given it again.
func TestCloudToldOutcomes(t *testing.T) {
	b := handOffBench(t)
	removal := `Remove-ADSyncAADPasswordResetConfiguration -Connector "` + domainOfTenant + ` - AAD"`
	for _, c := range []struct {
		outcome string
		code    int // of the call that is given the answer
		set     func(*tenant.SyncOptions)
		on      bool     // before the script runs
		now     []string // that call says
		then    []string // the next one says
		reason  string
	}{
		{"failed", exitManual, func(o *tenant.SyncOptions) { o.Fails = invalidState }, false,
			[]string{invalidState, "-Enable $false", removal, "never runs this"}, []string{invalidState, "-Enable $false", removal, "never runs this"}, ""},
		{"refused", exitManual, func(o *tenant.SyncOptions) { o.Staging = true }, false,
			[]string{"in staging mode"}, []string{"SYNC01 did not switch: the server is in staging mode", "Copy next.ps1", "it changes nothing"}, "staging"},
		{"already", exitManual, nil, true, []string{"events-unread"}, []string{"SYNC01 answered at", "that password writeback was on already"}, ""},
		{"made", exitDone, nil, false, nil, []string{"SYNC01 answered at", "that it switched password writeback on"}, ""},
	} {
		b.server.Change(func(o *tenant.SyncOptions) { o.Fails, o.Staging = "", false })
		for _, verb := range [][]string{{"plan"}, {"apply", "--yes"}, {"verify"}} {
			b.server.Set(c.on)
			if c.set != nil {
				b.server.Change(c.set)
			}
			at := b.with("--state-dir", filepath.Join(b.dir, c.outcome+"-"+verb[0]))
			at.switchAnswer("answer.json", nil)
			code := c.code
			if verb[0] == "plan" {
				code = exitDone
			}
			o := at.ends(code, nil, slices.Concat(verb, []string{"--handoff-answer", "answer.json"})...)
			saysAll(t, c.outcome+", "+verb[0], o.out, c.now)
			if !strings.Contains(o.err, "remembered: what SYNC01 answered ("+c.outcome+"), in run ") {
				t.Errorf("%s, %s: that it is remembered is not said: %s", c.outcome, verb[0], o.err)
			}
			at.wantTold(c.outcome, c.reason, 1)
			for _, next := range [][]string{{"plan"}, {"apply", "--yes"}, {"verify"}} {
				code := exitManual
				if next[0] == "plan" {
					code = exitDone
				}
				o := at.ends(code, nil, slices.Concat(next, []string{"--handoff-script", "next.ps1"})...)
				saysAll(t, c.outcome+", "+verb[0]+", then "+next[0], o.out, c.then)
			}
			if script, _ := handed(t, read(t, filepath.Join(b.dir, "next.ps1"))); script != syncserver.Inspect {
				t.Errorf("%s, %s: the script %v is left", c.outcome, verb[0], script)
			}
			at.ends(code, nil, slices.Concat(verb, []string{"--handoff-answer", "answer.json"})...)
			at.wantTold(c.outcome, c.reason, 1) // it is the same one
		}
	}
}

func saysAll(t *testing.T, name, text string, parts []string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s: it does not say %q:\n%s", name, part, text)
		}
	}
}

// wantTold says how many runs hold an answer, and what the latest of them tells, in the
// list and in the journal.
func (b *cloudBench) wantTold(outcome, reason string, n int) {
	b.t.Helper()
	type told struct {
		Runs []struct {
			Run, State string
			Told       []steps.Told
		}
	}
	all := decode[told](b.t, b.want(exitDone, "runs", "--output", "json"))
	if len(all.Runs) != n {
		b.t.Fatalf("%d runs, want %d", len(all.Runs), n)
	}
	r := all.Runs[0]
	if r.State != steps.RunTold || len(r.Told) != 1 || r.Told[0].Outcome != outcome || r.Told[0].Reason != reason || r.Told[0].Host != "SYNC01" {
		b.t.Errorf("the journal holds %+v", r)
	}
	if o := b.want(exitDone, "runs", "show", r.Run); !strings.Contains(o.out, "SYNC01 answered for writeback at ") || !strings.Contains(o.out, ": "+outcome) {
		b.t.Errorf("runs show says:\n%s", o.out)
	}
}

// A second answer, an older one, one for another change and one of a stranger.
func TestCloudToldInTurn(t *testing.T) {
	b := handOffBench(t)
	b.server.Change(func(o *tenant.SyncOptions) { o.Fails = invalidState })
	b.want(exitDone, "plan", "--writeback-method", "handoff", "--handoff-script", "ask.ps1")
	b.carry("ask.ps1", "before.json")
	b.switchAnswer("failed.json", nil)
	b.want(exitManual, "verify", "--handoff-answer", "failed.json")
	b.wantTold("failed", "", 1)

	// What was brought before is older: the script that switches is not left again.
	o := b.want(exitManual, "verify", "--handoff-answer", "before.json", "--handoff-script", "next.ps1")
	saysAll(t, "an older answer", o.out, []string{invalidState})
	if script, _ := handed(t, read(t, filepath.Join(b.dir, "next.ps1"))); script != syncserver.Inspect {
		t.Errorf("after an older answer the script %v is left", script)
	}
	b.wantTold("failed", "", 1)

	b.switchAnswer("stranger.json", func(d *syncserver.Document) {
		d.Host, d.Connect.Connectors[0].Forest = "SYNC09", "fabrikam.example"
	})
	o = b.run("verify", "--handoff-answer", "stranger.json")
	saysAll(t, "a stranger", o.out, []string{"does not count", "wrong-server"})
	b.switchAnswer("other.json", func(d *syncserver.Document) { d.Change.Enable = false })
	b.ends(exitError, []string{"it is about another change"}, "verify", "--handoff-answer", "other.json")
	if n := len(decode[struct{ Runs []any }](t, b.want(exitDone, "runs", "--output", "json")).Runs); n != 2 {
		t.Errorf("%d answers are remembered, want that of the failure and that of the stranger", n)
	}

	// Once it is cured and inspected, the way is free again.
	b.server.Change(func(o *tenant.SyncOptions) { o.Fails = "" })
	b.carry("ask.ps1", "after.json")
	o = b.want(exitDone, "plan", "--handoff-answer", "after.json", "--handoff-script", "next.ps1")
	saysAll(t, "a look after the cure", o.out, []string{"it switches password writeback on", "undocumented-api", "documented by Microsoft in 2016"})
	if script, _ := handed(t, read(t, filepath.Join(b.dir, "next.ps1"))); script != syncserver.EnableConnect {
		t.Errorf("after the cure the script %v is left", script)
	}
	b.carry("next.ps1", "made.json")
	b.want(exitDone, "verify", "--handoff-answer", "made.json")
	o = b.want(exitManual, "verify")
	saysAll(t, "made", o.out, []string{"that it switched password writeback on"})
}

// An inspection of the server after a failure is remembered: the failure is not told of again.
func TestCloudInspectionEndsAFailure(t *testing.T) {
	b := handOffBench(t)
	b.server.Change(func(o *tenant.SyncOptions) { o.Fails = invalidState })
	b.switchAnswer("failed.json", nil)
	b.want(exitManual, "verify", "--handoff-answer", "failed.json")
	b.want(exitManual, "verify", "--handoff-script", "ask.ps1")
	b.carry("ask.ps1", "look.json")
	b.want(exitManual, "verify", "--handoff-answer", "look.json")
	b.wantTold("looked", "", 2)
	if o := b.want(exitManual, "verify"); strings.Contains(o.out, invalidState) {
		t.Errorf("the failure is told of again:\n%s", o.out)
	}
}

// Where the program reaches the server itself, the last failure stands beside the next
// switch, whoever ran it; and once it is made nothing is told of it.
func TestCloudToldBesideARunner(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--only", "writeback")
	b.server.Change(func(o *tenant.SyncOptions) { o.Fails = invalidState })
	b.switchAnswer("failed.json", nil)
	b.want(exitManual, "verify", "--handoff-answer", "failed.json")
	failure := func(when string) {
		t.Helper()
		s := stepOf(t, decode[steps.Plan](t, b.want(exitDone, "plan", "--output", "json")).Steps, "writeback")
		f, told := finding(s, "switch-failed")
		if !told || !strings.Contains(f.Text, invalidState) || !strings.Contains(f.Fix, "writeback apply") || len(s.Changes) != 1 {
			t.Errorf("%s the plan says %+v", when, s.Findings)
		}
		if f, told := finding(s, "undocumented-api"); !told || f.Level != steps.LevelInfo {
			t.Errorf("%s what is known of the cmdlet is not said: %+v", when, s.Findings)
		}
	}
	failure("after a hand-off")
	o := b.want(exitError, "apply", "--yes")
	saysAll(t, "a failed apply", o.out+o.err, []string{invalidState, "Remove-ADSyncAADPasswordResetConfiguration", "-Enable $false"})
	failure("after a try of our own")
	b.server.Change(func(o *tenant.SyncOptions) { o.Fails = "" })
	b.want(exitDone, "apply", "--yes")
	b.want(exitDone, "undo", "--yes")
	s := stepOf(t, decode[steps.Plan](t, b.want(exitDone, "plan", "--output", "json")).Steps, "writeback")
	if f, told := finding(s, "switch-failed"); told {
		t.Errorf("after it was made: %+v", f)
	}
}

// The report of a run on the same place has what came back, and so has its JSON.
func TestCloudToldInTheReport(t *testing.T) {
	b := handOffBench(t)
	all := b.with("--only", "delegate,writeback", "--writeback-method", "handoff")
	all.want(exitManual, "apply", "--yes")
	b.server.Change(func(o *tenant.SyncOptions) { o.Fails = invalidState })
	b.switchAnswer("failed.json", nil)
	all.want(exitManual, "verify", "--handoff-answer", "failed.json")
	b.want(exitDone, "report", "-o", "run.md")
	text := read(t, filepath.Join(b.dir, "run.md"))
	saysAll(t, "the report", text, []string{"Handed over", "SYNC01", "failed", "invalid state"})
	b.want(exitDone, "report", "-o", "run.json")
	var doc struct{ Told []steps.Answer }
	if err := json.Unmarshal([]byte(read(t, filepath.Join(b.dir, "run.json"))), &doc); err != nil || len(doc.Told) != 1 || doc.Told[0].Says != invalidState || doc.Told[0].Run == "" {
		t.Errorf("%+v, %v", doc, err)
	}
}

// Where the journal cannot be written, the call goes on and says so.
func TestCloudToldWithoutAJournal(t *testing.T) {
	b := handOffBench(t)
	b.server.Change(func(o *tenant.SyncOptions) { o.Fails = invalidState })
	b.switchAnswer("failed.json", nil)
	goesOn := func(why string) {
		t.Helper()
		o := b.want(exitManual, "verify", "--handoff-answer", "failed.json")
		saysAll(t, why, o.out, []string{invalidState, "Remove-ADSyncAADPasswordResetConfiguration"})
		saysAll(t, why, o.err, []string{"the answer of SYNC01 was not put into the journal", why})
	}
	dir, err := statedir.Open(b.state)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := dir.Lock("another apply")
	if err != nil {
		t.Fatal(err)
	}
	goesOn("another apply")
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	write(t, dir.Runs(), nil)
	goesOn("it is not a directory")
}
