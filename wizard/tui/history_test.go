package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

// From the list and from a run there is a way to each thing that can be done, and
// to nothing else.
func TestBrowse(t *testing.T) {
	for name, c := range map[string]struct {
		keys      []string
		run, what string
		answered  bool
	}{
		"goes back":           {keys: []string{"esc"}, answered: true},
		"goes back from both": {keys: []string{"enter", "esc", "q"}, answered: true},
		"resumes":             {keys: []string{"enter", "r"}, run: "20261123T133000Z-91c0", what: wizard.Resume, answered: true},
		"undoes":              {keys: []string{"down", "enter", "u"}, run: "20261122T120000Z-4f2a", what: wizard.TakeBack, answered: true},
		"undoes the last one": {keys: []string{"end", "up", "up", "up", "enter", "u"}, run: "20261123T133000Z-91c0", what: wizard.TakeBack, answered: true},
		"not resumable":       {keys: []string{"down", "enter", "r"}},
		"a word":              {keys: []string{"down", "down", "enter", "u", "r"}},
		"damaged":             {keys: []string{"end", "enter", "u", "r"}},
		"keys of the run":     {keys: []string{"u", "r"}},
		"details, and back":   {keys: []string{"enter", "down", "enter", "esc"}},
	} {
		s := newStand(t, 80, 24, false)
		s.prompt(newHistory(someHistory()), stay)
		s.press(c.keys...)
		if answered := s.m.reply == nil; answered != c.answered {
			t.Errorf("%s: answered %t:\n%s", name, answered, s.m.View())
			continue
		}
		if !c.answered {
			continue
		}
		if o := <-s.replies; o.run != c.run || o.text != c.what || o.err != nil {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// A run of another place than the command line names can be looked at, and no
// more.
func TestBrowseElsewhere(t *testing.T) {
	p := someHistory()
	p.Runs[0].Elsewhere = true
	s := newStand(t, 80, 24, false)
	s.prompt(newHistory(p), stay)
	s.press("enter", "u", "r")
	if s.m.reply == nil {
		t.Errorf("it was answered: %+v", <-s.replies)
	}
}

// The time of a record is told with its day, where that is not the run's first.
func TestBrowseLaterDays(t *testing.T) {
	r := someHistory().Runs[1]
	last := &r.Run.Records[len(r.Run.Records)-1]
	last.Time = last.Time.Add(24 * time.Hour)
	s := newStand(t, 80, 24, false)
	s.prompt(newHistoryRun(wizard.History{Now: noon}, r), stay)
	first := stripped(s.m.View())
	s.press("end")
	if end := stripped(s.m.View()); !strings.Contains(first, " 12:00:00Z opened") || !strings.Contains(end, "2026-11-23 12:10:00Z closed done") {
		t.Errorf("%s\n%s", first, end)
	}
}

// A stray enter at the end leaves, unless a manual step waits.
func TestMenuTakesNothingByAccident(t *testing.T) {
	manual := endingOf(resultOf(steps.ResultManual, 4), nil)
	for want, e := range map[string]wizard.Ending{
		"done sspr":  withMenu(manual),
		wizard.Leave: withMenu(checkedEnding(true)),
	} {
		s := newStand(t, 80, 24, false)
		s.prompt(newEnd(e), ending)
		s.press("enter")
		if o := <-s.replies; o.text != want {
			t.Errorf("enter takes %q, want %q", o.text, want)
		}
		s.prompt(newEnd(e), ending)
		s.press("q")
		if o := <-s.replies; o.text != wizard.Leave {
			t.Errorf("q takes %q", o.text)
		}
	}
	s := newStand(t, 80, 24, false)
	s.prompt(newEnd(withMenu(manual)), ending)
	s.press("down", "down", "down", "down", "up", "enter")
	if o := <-s.replies; o.text != wizard.Earlier {
		t.Errorf("it takes %q", o.text)
	}
}

// Where nothing is filled in nothing is marked, and nothing is answered.
func TestUnmarkedChoice(t *testing.T) {
	s := newStand(t, 80, 24, false)
	s.prompt(newAsk(unmarked()), questions)
	s.press("enter", "enter")
	if s.m.reply == nil {
		t.Fatalf("answered %+v", <-s.replies)
	}
	s.press("down", "enter")
	if o := <-s.replies; o.answers["connector"] != connectorDN {
		t.Errorf("answered %+v", o)
	}
	s.prompt(newAsk(unmarked()), questions)
	s.press("up", "up", "enter")
	if o := <-s.replies; o.answers["connector"] != unmarked().Questions[0].Options[1].Value {
		t.Errorf("answered %+v", o)
	}
	g := unmarked()
	g.Questions[0].Value = "none of them"
	s.prompt(newAsk(g), questions)
	s.press("enter")
	if s.m.reply == nil {
		t.Errorf("answered %+v", <-s.replies)
	}
}

// The whole way through the menu on the screen: checked, undone, begun anew, and
// the journals looked through.
func TestFlowThroughTheMenu(t *testing.T) {
	dir := t.TempDir()
	var ended wizard.Ending
	d := newDesk(t, setup(dir, nil, &ended))
	approves := func() {
		d.press("c")
		d.until("To approve, type:")
		d.typed("corp.example")
		d.press("enter")
	}
	d.until("Which Active Directory domain?")
	d.press("enter")
	d.until("put apple")
	approves()
	d.until("Everything is as it should be.", "(•) Leave")
	d.press("up", "up", "up", "enter")
	d.until("Looked at again: everything is as it should be.")
	d.press("up", "up")
	d.until("(•) Undo what this run made")
	d.press("enter")
	d.until("Undo of run", "3 changes would be taken back")
	approves()
	d.until("Everything that the run made was taken back.", "(•) Leave")
	d.press("up", "enter")
	d.until("Earlier runs", "undone; 3 made, 3", "1 of 1")
	d.press("enter")
	d.until("undone", "made shelf: put apple")
	d.press("end", "up", "enter")
	d.until("Record of the journal", "undone")
	d.press("esc", "esc", "esc")
	d.until("Everything that the run made was taken back.")
	d.press("up", "up", "enter")
	d.until("Which Active Directory domain?")
	d.press("enter")
	d.until("put apple")
	approves()
	d.until("Everything is as it should be.", "(•) Leave")
	d.press("enter")
	if err := d.end(); err != nil || onShelf(t, dir) != 3 || ended.Undone != nil || ended.Result.State != steps.ResultDone {
		t.Errorf("%v, %d on the shelf, %+v", err, onShelf(t, dir), ended)
	}
}

// A person's word is given and withdrawn on the screen.
func TestAttestOnTheScreen(t *testing.T) {
	dir := t.TempDir()
	var ended wizard.Ending
	d := newDesk(t, func(ctx context.Context, f wizard.GuidedUI) (err error) {
		ended, err = wizard.Setup(ctx, &guide{dir: dir, ui: f, hand: true}, f)
		return err
	})
	d.until("Which Active Directory domain?")
	d.press("enter")
	d.until("put apple")
	d.press("c")
	d.until("To approve, type:")
	d.typed("corp.example")
	d.press("enter")
	d.until("Done what a program can do.", "1. Dust it.", "(•) I have done it: Dusting")
	d.press("enter")
	d.until("Who says that it is done?", "What should the journal say beside it?")
	d.press("enter")
	d.until("somebody has to say it")
	d.press("shift+tab")
	d.typed("Ann Admin")
	d.press("enter")
	d.typed("CHG-17")
	d.press("enter")
	d.until("Looked at again: everything is as it should", "(•) Leave", "Withdraw my attestation: Dusting")
	d.press("up", "up", "up", "up", "enter")
	d.until("Who withdraws the attestation?")
	d.typed("Bo Boss")
	d.press("enter", "enter")
	d.until("Looked at again: what is left is for a", "(•) I have done it: Dusting")
	d.press("q")
	if err := d.end(); err != nil || ended.Checked == nil || ended.Checked.OK {
		t.Errorf("%v, %+v", err, ended)
	}
}
