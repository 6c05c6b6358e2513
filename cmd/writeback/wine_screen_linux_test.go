package main

import (
	"testing"

	"golang.org/x/sys/unix"

	"writeback/steps"
)

// The Windows build before a person at a terminal. Keys go through Wine's console
// as key events, which is how a Windows program gets them; what is drawn goes to
// the terminal as it is.

// All by keyboard: the questions, the review, the domain's name, the work, the
// end, and the undo from there; and a second run that undo takes back by name.
func wineWizard(t *testing.T, w *wine) {
	p := w.runner(t, "wizard")
	h := p.watches(80, 24, "practice")
	h.picks("Begin")
	h.rehearses()
	h.approvesOf(practiceDomain)
	h.until("Everything is as it should be.")
	h.picks("Undo what this run made")
	h.approvesOf(practiceDomain)
	h.until("Everything that the run made was taken back.")
	h.picks("Earlier runs")
	h.until("6 made, 6 taken back")
	h.types("\x1b")
	h.ends(exitDone, "Everything that the run made was taken back.")
	if run := p.latestPractice(); run.State != steps.RunUndone {
		t.Errorf("the run is %s", run.State)
	}
	p.practised().wantUntouched()
}

// Ctrl-C in the middle of the work on the screen; whoever comes back goes on.
func wineLeaving(t *testing.T, w *wine) {
	p := w.runner(t, "leaving")
	q, meeting := w.interruptible(p).meets("after intent 6")
	h := q.watches(100, 30, "practice") // Wine asks the terminal for its size once
	h.picks("Begin")
	h.rehearses()
	h.approvesOf(practiceDomain)
	release := meeting.there()
	h.until("0 of 3") // a person presses it when the work is on the screen
	h.types("\x03")
	h.until("stopping: the change under way is finished first")
	release()
	h.leaves(exitCancelled)
	run := p.latestPractice()
	if run.State != steps.RunPartial || len(run.Made) != 3 {
		t.Fatalf("the run is %s, %d made", run.State, len(run.Made))
	}
	h = p.watches(80, 24, "practice")
	h.until("A run was interrupted")
	h.picks("Resume it")
	h.approvesOf(practiceDomain)
	h.ends(exitDone, "Everything is as it should be.")
}

// atConsole is a person at Wine's console, which takes the terminal's keys as they
// are from its first read on: here they are so from the beginning, so that nobody
// has to wait for that.
func (p *program) atConsole(args ...string) *person {
	p.t.Helper()
	h := p.sitsDown(args...)
	fd := int(h.tty.Fd())
	mode, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	mode.Iflag &^= unix.ICRNL
	mode.Lflag &^= unix.ICANON | unix.ECHO // ISIG stays: it is how Wine hears of Ctrl-C
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, mode); err != nil {
		p.t.Fatal(err)
	}
	return h.start()
}

// Lines instead of a screen: the domain's name is typed in the console, and
// Ctrl-C is the console's event, at the question and in the middle of a write.
func wineLines(t *testing.T, w *wine) {
	p := w.runner(t, "lines").practised()
	h := p.atConsole("apply")
	h.sees("to approve")
	h.types("\x03")
	h.leaves(exitCancelled)

	q, meeting := w.interruptible(p).meets("after intent 4")
	h = q.atConsole("apply")
	h.sees("to approve")
	h.types(practiceDomain + "\r")
	release := meeting.there()
	h.types("\x03")
	h.sees("a write that has begun is finished first")
	release()
	h.leaves(exitCancelled)
	if run := p.latestPractice(); run.State != steps.RunPartial || len(run.Made) != 3 {
		t.Fatalf("the run is %s, %d made", run.State, len(run.Made))
	}
	p.want(exitDone, "undo", "--yes")
	p.wantUntouched()
}
