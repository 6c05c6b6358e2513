package wizard

import (
	"slices"

	"writeback/steps"
)

// Consent binds lines. Where something goes wrong in between and it is tried
// again in the same flow, the lines that are left were approved a moment ago,
// and the person does not have to type the phrase again; one line more, and they
// have to.

// grant is a set of lines that a person has approved.
type grant struct{ lines map[string]bool }

func granting(lines []string) *grant {
	g := &grant{lines: map[string]bool{}}
	for _, l := range lines {
		g.lines[l] = true
	}
	return g
}

// covers says that there are lines, and that all of them were approved.
func (g *grant) covers(lines []string) bool {
	if g == nil || len(lines) == 0 {
		return false
	}
	for _, l := range lines {
		if !g.lines[l] {
			return false
		}
	}
	return true
}

// linesOf are the lines of a plan that approval binds, each under its place and
// its step.
func linesOf(p steps.Plan) (out []string) {
	for _, s := range p.Steps {
		if s.State != steps.StateChange {
			continue
		}
		for _, c := range s.Changes {
			out = append(out, p.Target.String()+"\n"+c.Key(s.ID))
		}
	}
	return out
}

// linesBack are the lines of an undo: one for each change of the run, and for each
// that was announced and may have been made.
func linesBack(r steps.Run) (out []string) {
	for _, o := range slices.Concat(r.Made, r.Doubtful()) {
		out = append(out, "undo of run "+r.ID+"\n"+o.Change.Key(o.Step))
	}
	if len(out) == 0 && r.Undoable() { // an undo of it that was interrupted
		out = append(out, "undo of run "+r.ID+"\nin doubt")
	}
	return out
}
