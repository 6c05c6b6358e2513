package tell

import (
	"fmt"

	"writeback/steps"
)

// Event is what the engine tells, on one line; "" for what lines leave out.
func Event(e steps.Event) string {
	switch e := e.(type) {
	case steps.StepInspecting:
		return "reading: " + e.Info.Title
	case steps.RunOpened:
		what := "run"
		if e.Undo {
			what = "undo of run"
		}
		if e.Target.DC == "" {
			return fmt.Sprintf("%s %s on %s", what, e.Run, e.Target.Name())
		}
		return fmt.Sprintf("%s %s on %s (%s)", what, e.Run, e.Target.Domain, e.Target.DC)
	case steps.ChangeResolved:
		return fmt.Sprintf("%s: %s on %s", resolved(e), e.Change.Line, e.Change.Target)
	case steps.ChangeStarted:
		what := "writing"
		if e.Undo {
			what = "taking back"
		}
		return fmt.Sprintf("[%d/%d] %s: %s on %s", e.N, e.Of, what, e.Change.Line, e.Change.Target)
	case steps.ChangeMade:
		return "      made"
	case steps.ChangeUndone:
		return "      taken back"
	case steps.ChangeFailed:
		return fmt.Sprintf("      failed: %v", e.Err)
	}
	return ""
}

func resolved(e steps.ChangeResolved) string {
	if e.There {
		return "was made before the interruption"
	}
	return "was not made before the interruption"
}

// Progress is how a change stands while a run is made; the entry's detail is all about it.
// ok is false for what is no news of a change.
func Progress(e steps.Event) (step string, c steps.Change, entry Entry, ok bool) {
	put := func(id string, change steps.Change, mark Mark, tone Tone, what string) {
		step, c, entry, ok = id, change, changed(change), true
		entry.Mark, entry.Tone, entry.Text = mark, tone, what+entry.Text
	}
	switch e := e.(type) {
	case steps.ChangeStarted:
		put(e.Step, e.Change, Working, Note, "")
	case steps.ChangeMade:
		put(e.Step, e.Change, Done, Good, "")
	case steps.ChangeUndone:
		put(e.Step, e.Change, Done, Good, "taken back: ")
	case steps.ChangeResolved:
		if e.There {
			put(e.Step, e.Change, Done, Good, resolved(e)+": ")
		} else {
			put(e.Step, e.Change, Pending, Faint, resolved(e)+": ")
		}
	case steps.ChangeFailed:
		put(e.Step, e.Change, Wrong, Alarm, "failed: ")
		entry.Detail = func() Detail { return failedDetail(e.Change, e.Err) }
	}
	return step, c, entry, ok
}

// Awaiting is a change that is about to be made.
func Awaiting(c steps.Change) Entry {
	e := changed(c)
	e.Mark, e.Tone = Pending, Faint
	return e
}
