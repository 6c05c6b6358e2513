package plain

import (
	"errors"
	"strings"
	"testing"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

// someHistory has a run that was interrupted, a person's word, and a journal that
// was changed.
func someHistory() wizard.History {
	me := steps.Who{User: "ann", Host: "admin01", Identity: `CORP\ann`}
	target := steps.Target{Forest: "corp.example", Domain: "corp.example", DC: "dc1"}
	change := steps.Change{Verb: steps.VerbAdd, Target: "DC=x", Line: "one\x1b[2J", SDDL: "(A;;;;;)"}
	opened := func(verb string) steps.Record {
		return steps.Record{Seq: 1, Time: noon, Kind: steps.KindOpened, Opening: &steps.Opening{Verb: verb, Program: "1.0", Target: target, Who: me}}
	}
	run := steps.Run{ID: "20261122T120000Z-0001", State: steps.RunPartial, Target: target, Started: noon, Who: me, Program: "1.0",
		Made: []steps.Owned{{Seq: 3, Step: "s", Change: change, At: noon}},
		Records: []steps.Record{opened("apply"), {Seq: 2, Time: noon, Kind: steps.KindIntent, Step: "s", Target: "DC=x", Change: &change},
			{Seq: 3, Time: noon, Kind: steps.KindMade, Step: "s", Of: 2, Change: &change}}}
	word := steps.Attestation{Step: "sspr", Says: steps.SaysDone, By: "Bo", Note: "CHG-17"}
	said := steps.Run{ID: "20261122T110000Z-0002", State: steps.RunAttested, Target: target, Started: noon.Add(-time.Hour), Who: me, Program: "1.0",
		Attested: []steps.Attestation{word}, Records: []steps.Record{opened("attest"), {Seq: 2, Time: noon, Kind: steps.KindAttested, Step: "sspr", Attestation: &word}}}
	return wizard.History{Now: noon.Add(time.Hour), Open: []steps.Run{run}, Runs: []wizard.HistoryRun{
		{ID: run.ID, File: "/j/1", Run: run}, {ID: said.ID, File: "/j/2", Run: said},
		{ID: "20261122T100000Z-0003", File: "/j/3", Err: errors.New("journal /j/3, line 4: its sum is wrong\x07")},
	}}
}

const browseText = `
Earlier runs, the latest first:
  1. 20261122T120000Z-0001, 1 hour ago: apply on corp.example, partial; 1 made, 0 taken back; by ann on admin01, signed in as CORP\ann
  2. 20261122T110000Z-0002, 2 hours ago: attest on corp.example, attested; Bo says that sspr is done; by ann on admin01, signed in as CORP\ann
  3. 20261122T100000Z-0003: its journal cannot be trusted: journal /j/3, line 4: its sum is wrong\u0007

Which run is to be shown?
  Each line of its journal is shown then, and what can be done with it. Type its number; an empty line goes back.
Answer (empty: none; ?: help):   That will not do: type a number from 1 to 3, or nothing
Answer (empty: none; ?: help): 
Run 20261122T100000Z-0003
Problem: journal /j/3, line 4: its sum is wrong\u0007
Nothing of it can be undone from here. Journal: /j/3

Which run is to be shown?
  Each line of its journal is shown then, and what can be done with it. Type its number; an empty line goes back.
Answer (empty: none; ?: help): 
Run 20261122T110000Z-0002: attested
  target   corp.example (forest corp.example), DC dc1
  by       ann on admin01, signed in as CORP\ann
  program  1.0


  1. 2026-11-22 12:00:00.000Z  opened    attest by ann on admin01, signed in as CORP\ann
  2. 2026-11-22 12:00:00.000Z  attested  Bo says that the manual step of sspr is done

0 changes of this run in the world now. Journal: /j/2

What is to be done with it?
  Nothing is written before it was shown and approved.
  1. Show a line whole
  2. Go back
Answer (empty: 2, Go back; ?: help): 
Which line is to be shown whole?
  All that the journal holds of it. Type its number; an empty line goes back.
Answer (empty: none; ?: help): 
  Line: 2 of the journal, attested
  At: 2026-11-22 12:00:00.000Z
  Stage: sspr
  Said: done
  By: Bo
  Note: CHG-17

What is to be done with it?
  Nothing is written before it was shown and approved.
  1. Show a line whole
  2. Go back
Answer (empty: 2, Go back; ?: help): 
Which run is to be shown?
  Each line of its journal is shown then, and what can be done with it. Type its number; an empty line goes back.
Answer (empty: none; ?: help): 
Run 20261122T120000Z-0001: partial
  target   corp.example (forest corp.example), DC dc1
  by       ann on admin01, signed in as CORP\ann
  program  1.0


  1. 2026-11-22 12:00:00.000Z  opened    apply by ann on admin01, signed in as CORP\ann
  2. 2026-11-22 12:00:00.000Z  intent    DC=x: one\u001b[2J
  3. 2026-11-22 12:00:00.000Z  made      DC=x: one\u001b[2J

1 change of this run in the world now. Journal: /j/1

What is to be done with it?
  Nothing is written before it was shown and approved.
  1. Resume it: what is left is shown and approved first
  2. Undo it: what is taken back is shown and approved first
  3. Show a line whole
  4. Go back
Answer (empty: 4, Go back; ?: help): `

// The journals are looked through by numbers, and nothing moves the cursor.
func TestBrowse(t *testing.T) {
	g, said := typing("4\n3\n2\n1\n2\n\n1\n2\n")
	run, what, err := g.Browse(t.Context(), someHistory())
	if err != nil || run != "20261122T120000Z-0001" || what != wizard.TakeBack {
		t.Errorf("%q, %q, %v", run, what, err)
	}
	if said.String() != browseText {
		t.Errorf("%s\nwant\n%s", said, browseText)
	}
	if strings.ContainsAny(said.String(), "\x1b\x07") {
		t.Error("something reaches the terminal")
	}
}

// Going back does nothing; leaving leaves.
func TestBrowseBack(t *testing.T) {
	for _, c := range []struct {
		typed, run, what string
		err              error
	}{
		{typed: "\n"}, {typed: "1\n\n\n"}, {typed: "1\n3\n\n4\n\n"},
		{typed: "1\nresume\n", run: "20261122T120000Z-0001", what: wizard.Resume},
		{typed: "", err: wizard.ErrAborted}, {typed: "1\n", err: wizard.ErrAborted}, {typed: "1\n3\n", err: wizard.ErrAborted},
	} {
		g, said := typing(c.typed)
		run, what, err := g.Browse(t.Context(), someHistory())
		if !errors.Is(err, c.err) || err != nil && c.err == nil || c.err == nil && (what != c.what || what != "" && run != c.run) {
			t.Errorf("%q: %q, %q, %v\n%s", c.typed, run, what, err, said)
		}
	}
	// What is of another place cannot be chosen.
	p := someHistory()
	p.Runs[0].Elsewhere = true
	g, said := typing("1\nundo\nresume\n2\n\n")
	if _, what, err := g.Browse(t.Context(), p); err != nil || what != "" || !strings.Contains(said.String(), "The command line names another place") {
		t.Errorf("%q, %v\n%s", what, err, said)
	}
}
