package tell

import (
	"fmt"
	"slices"
	"strings"

	"writeback/steps"
)

// Applied is the end of an apply, whose run the command undo takes back, and the command
// report writes down. Reached is the coverage of the plan that was reviewed, count the
// command that counts whom it reaches; "": there are no users to count.
func Applied(r steps.Result, reached *steps.Measured, undo, report, count string) []Block {
	out := []Block{gap}
	made := 0
	var skipped []string
	for _, s := range r.Steps {
		made += len(s.Made)
		out = append(out, Block{Entries: Findings(Pressing(s.Findings))})
		if !s.Planned() {
			skipped = append(skipped, s.Title)
		}
	}
	changes := plural(made, "change")
	switch r.State {
	case steps.ResultDone:
		out = append(out, line(Good, "Done: run "+r.Run+" made "+changes+"."))
	case steps.ResultManual:
		out = append(out, line(Warn, "Done what a program can do: run "+r.Run+" made "+changes+". A manual step waits."))
	default:
		out = append(out, line(Alarm, "Stopped: run "+r.Run+" made "+changes+" so far. Apply again to continue it, or undo it."))
	}
	switch aside := !ofSetup(r.Steps); {
	case r.State == steps.ResultDone && aside:
		out, count = append(out, line(Good, "What was planned is in place.")), ""
	case r.State == steps.ResultDone && len(skipped) == 0:
		out = append(out, line(Good, "Everything is set up as it should be."))
	case len(skipped) > 0:
		out = append(out, line(Warn, "Skipped, and not checked: "+strings.Join(skipped, "; ")+"."))
	}
	if r.State != steps.ResultPartial {
		if reach := whomItReaches(reached, true); reach != nil {
			out = append(out, reach...)
		} else if count != "" {
			out = append(out, line(Bare, "To count the people it reaches, run "+count+"."))
		}
	}
	if made > 0 {
		if report != "" {
			out = append(out, line(Bare, "Evidence for the record of the change: "+report))
		}
		out = append(out, line(Bare, "To take back what it made: "+undo))
	}
	return out
}

// ofSetup says that a run was one of the set-up, which is about users.
func ofSetup(all []steps.StepResult) bool {
	return len(all) == 0 || !slices.ContainsFunc(all, func(s steps.StepResult) bool { return s.ID == "harden" })
}

// whomItReaches says whom it reaches, which is another thing than being set up; nil where that
// was not counted.
func whomItReaches(m *steps.Measured, planned bool) []Block {
	c, ok := m.Coverage()
	r, counted := ReachOf(c, planned)
	if !ok || !counted {
		return nil
	}
	tone := Good
	if r.Reached < r.InScope {
		tone = Warn
	}
	return []Block{line(tone, r.Sentence())}
}

// Undone is the end of an undo.
func Undone(r steps.UndoResult) []Block {
	out := []Block{{Entries: Findings(Pressing(r.Findings))}}
	switch {
	case len(r.Undone)+len(r.Left) == 0: // the review has said it
		return out
	case len(r.Undone) == 0 && r.State != steps.ResultUndone:
		return append(out, gap, line(Alarm, "Nothing was taken back: run "+r.Run+" still has "+plural(len(r.Left), "change")+"."))
	case r.State == steps.ResultUndone:
		return append(out, gap, line(Good, "Undone: "+plural(len(r.Undone), "change")+" of run "+r.Run+" taken back."))
	}
	rest := ""
	if len(r.Left) > 0 {
		rest = " Run the same undo again to take back the rest."
	}
	return append(out, gap, line(Alarm, fmt.Sprintf("%s of run %s taken back, %d left.%s", plural(len(r.Undone), "change"), r.Run, len(r.Left), rest)))
}
