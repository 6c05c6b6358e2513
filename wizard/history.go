package wizard

import (
	"fmt"
	"time"

	"writeback/steps"
)

// History is what the journals say of earlier runs.
type History struct {
	Runs []HistoryRun // all of them, the latest first
	// Open are the runs that were interrupted, the latest first: of each place
	// the one that would be continued. Places that the command line rules out are
	// left out of it, and of Last.
	Open []steps.Run
	Last []steps.Run // of each place the latest run that did something
	Now  time.Time   // when it was read
}

// HistoryRun is one journal.
type HistoryRun struct {
	ID   string
	File string
	Run  steps.Run // zero where Err is not nil
	Err  error     // why the journal cannot be trusted: it is shown, and nothing of it is undone
	// Elsewhere says that the command line speaks of another place: the run can
	// be looked at from this flow, and no more.
	Elsewhere bool
}

// Run gives the journal with an ID.
func (p History) Run(id string) (HistoryRun, bool) {
	for _, r := range p.Runs {
		if r.ID == id {
			return r, true
		}
	}
	return HistoryRun{}, false
}

// damaged counts the journals that cannot be trusted.
func (p History) damaged() (n int) {
	for _, r := range p.Runs {
		if r.Err != nil {
			n++
		}
	}
	return n
}

// MayResume says that a run was interrupted, and can be continued from here.
func (p History) MayResume(r HistoryRun) bool {
	for _, open := range p.Open {
		if open.ID == r.ID {
			return r.Err == nil && !r.Elsewhere
		}
	}
	return false
}

// MayUndo says that something of a run is left to be taken back from here.
func (r HistoryRun) MayUndo() bool { return r.Err == nil && !r.Elsewhere && r.Run.Undoable() }

// Ago is how long before now something was, as people say it.
func Ago(at, now time.Time) string {
	d := now.Sub(at)
	for _, unit := range []struct {
		name string
		long time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		switch n := int(d / unit.long); {
		case n == 1:
			return "1 " + unit.name + " ago"
		case n > 1:
			return fmt.Sprintf("%d %ss ago", n, unit.name)
		}
	}
	if d < -time.Minute {
		return "in the future" // another clock
	}
	return "just now"
}
