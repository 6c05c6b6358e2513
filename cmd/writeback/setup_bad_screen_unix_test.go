//go:build linux || darwin

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/ldapproxy"
	"writeback/internal/tier"
	"writeback/steps"
)

// A terminal that is too small says so, takes no answers, and shows what was
// there when it is large enough again: nothing that was typed is lost.
func TestTooSmallATerminal(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	h := p.watches(60, 20, "practice")
	h.until("This terminal is 60×20. The wizard needs 80×24")
	h.blind("\r\r", 61)
	h.resize(80, 24)
	h.picks("Begin")
	h.rehearses()
	h.answers("continue to approval", "c")
	h.answers("To approve, type:", "corp.con")
	h.typed("corp.con")
	h.resize(79, 24)
	h.until("This terminal is 79×24.")
	h.blind("never seen\r", 78)
	h.resize(120, 40)
	h.typed("corp.con")
	h.types("toso.com\r")
	h.ends(exitDone, "Everything is as it should be.")
}

// blind presses keys on a screen that is too small, where they go nowhere, for
// nobody sees what is asked. Another size that is too small is drawn after them.
func (h *watcher) blind(keys string, cols int) {
	h.t.Helper()
	h.types(keys)
	h.resize(cols, 20)
	h.until(fmt.Sprintf("This terminal is %d×20.", cols))
}

// typed waits for what stands in the line that is edited.
func (h *watcher) typed(text string) {
	h.t.Helper()
	h.when(func(now string) bool { return strings.Contains(now, ": "+text+"\n") }, "the line "+text)
}

// Two rehearsals at once: the second is told who has the world, and changes
// nothing.
func TestTwoRehearsals(t *testing.T) {
	p := newProgram(t)
	first := p.watches(80, 24, "practice")
	first.until("A rehearsal")
	second := p.watches(80, 24, "practice")
	second.leaves(exitError)
	second.until("in use: practice by")
	second.until("wait until it has ended")
	first.types("\x03")
	first.leaves(exitCancelled)
	third := p.watches(80, 24, "practice")
	third.picks("Leave")
	third.leaves(exitCancelled)
}

// Journals of a later program: they are shown as what they are, and no run is
// begun beside them.
func TestJournalsOfALaterProgram(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.practised().want(exitDone, "apply", "--yes", "--only", "delegate")
	was := p.latestPractice()
	runs := filepath.Join(p.state, "practice", "runs")
	raw, err := os.ReadFile(filepath.Join(runs, was.ID+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	later := strings.Replace(string(raw), `"formatVersion":1`, `"formatVersion":7`, 1)
	if err := os.WriteFile(filepath.Join(runs, was.ID+".jsonl"), []byte(later), 0o600); err != nil {
		t.Fatal(err)
	}
	h := p.watches(80, 24, "practice")
	h.until("not all of them can be trusted")
	h.picks("Earlier runs")
	h.until("format version 7, this program knows up to 1: use the program that wrote it, or a later one")
	h.types("\x1b")
	h.picks("Set up")
	h.rehearses()
	h.until("That did not work")
	h.until("format version 7, this program knows up to 1: use the program that wrote it, or a later one")
	h.picks("Leave")
	h.leaves(exitError)
	if all, err := os.ReadDir(runs); err != nil || len(all) != 1 {
		t.Errorf("%d journals, %v", len(all), err)
	}
}

// The DC goes away during a write: the screen says so, and goes on when it is
// back. What was approved is not asked for again.
func TestTheScreenLosesTheDC(t *testing.T) {
	b := newBench(t)
	b.stripUnexpire() // so that there are two writes: the first one is lost
	first := b.dacl(b.dc.BaseDN)
	b.proxy.After(ldapproxy.At(1, ldapproxy.ModifyResponse, ldapproxy.Cut))
	h := b.watches(80, 24, "setup", "--only", "delegate", "--scope", b.dc.OU(t))
	h.until("Which account")
	h.picks(b.connector.Name)
	h.approvesOf(domainOf(b.dc))
	h.until("it is not known whether the DC made this change")
	b.proxy.After(nil)
	h.picks("Try again")
	h.answers("All of it was approved in this sitting", "c")
	h.ends(exitDone, "Everything is as it should be.")
	if run := b.latest(); run.State != steps.RunDone || len(run.Made) != 4 || b.runs() != 1 {
		t.Errorf("run %q, %d made, %d runs", run.State, len(run.Made), b.runs())
	}
	b.muchLater(func() { b.want(exitDone, "undo", "--yes") })
	b.wantDACL(b.dc.BaseDN, first, "undone")
}
