package tell

import (
	"fmt"

	"writeback/steps"
)

// Events puts what the engine tells into lines, one after the other. Changes that are one
// write begin one after the other and end together: their ending is said once.
type Events struct {
	begun, well int             // of the write under way
	ended       map[string]bool // by key: it may fail, and be gone all the same
	failed      string          // what was said of it last
}

// Line is the next event on one line; "" for what lines leave out.
func (l *Events) Line(e steps.Event) string {
	switch e := e.(type) {
	case steps.StepInspecting:
		return "reading: " + e.Info.Title
	case steps.StepStarted:
		*l = Events{} // what began before, and did not end, is told of by its error
	case steps.RunOpened:
		*l = Events{}
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
		if len(l.ended) > 0 {
			*l = Events{}
		}
		l.begun++
		what := "writing"
		if e.Undo {
			what = "taking back"
		}
		return fmt.Sprintf("[%d/%d] %s: %s on %s", e.N, e.Of, what, e.Change.Line, e.Change.Target)
	case steps.ChangeMade:
		return l.ends(e.Step, e.Change, "made")
	case steps.ChangeUndone:
		return l.ends(e.Step, e.Change, "taken back")
	case steps.ChangeFailed:
		l.end(e.Change.Key(e.Step))
		text := fmt.Sprintf("      failed: %v", e.Err)
		if text == l.failed {
			return ""
		}
		l.failed = text
		return text
	}
	return ""
}

// ends counts one of the write under way that ended well, and speaks with the last one.
func (l *Events) ends(step string, c steps.Change, how string) string {
	if l.ended[c.Key(step)] {
		return fmt.Sprintf("      %s after all: %s", how, c.Line)
	}
	l.end(c.Key(step))
	l.well++
	switch {
	case len(l.ended) < l.begun:
		return ""
	case l.begun <= 1:
		return "      " + how
	case l.well == l.begun:
		return fmt.Sprintf("      %s: all %d, in one write", how, l.well)
	}
	return fmt.Sprintf("      %s: %d of %d", how, l.well, l.begun)
}

func (l *Events) end(key string) {
	if l.ended == nil {
		l.ended = map[string]bool{}
	}
	l.ended[key] = true
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
