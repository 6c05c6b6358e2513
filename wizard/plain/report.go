package plain

import (
	"strings"

	"writeback/internal/shell"
	"writeback/steps"
	"writeback/wizard"
)

// Applied shows the end of an apply; nothing where it never came to a result.
func (f *Renderer) Applied(r steps.Result) error {
	switch {
	case r.FormatVersion == 0:
		return nil
	case f.JSON:
		return f.document(r)
	case r.Run == "":
		return nil // the review has said it
	}
	undo, evidence := shell.Words("writeback undo %s", r.Run), shell.Words("writeback report %s -o report.html", r.Run)
	return f.applied(r, append(undo, f.Place...).String(), append(evidence, f.Place...).String())
}

// applied shows the result of a run, which the command undo takes back, and the
// command report writes down.
func (f *Renderer) applied(r steps.Result, undo, report string) error {
	p := f.page()
	p.line("")
	made := 0
	var out []string
	for _, s := range r.Steps {
		made += len(s.Made)
		p.findings(pressing(s.Findings))
		if s.State == steps.StateSkipped {
			out = append(out, s.Title)
		}
	}
	switch r.State {
	case steps.ResultDone:
		p.painted(green, "Done: run %s made %s.", r.Run, plural(made, "change"))
	case steps.ResultManual:
		p.painted(yellow, "Done what a program can do: run %s made %s. A manual step waits.", r.Run, plural(made, "change"))
	default:
		p.painted(red, "Stopped: run %s made %s so far. Apply again to continue it, or undo it.", r.Run, plural(made, "change"))
	}
	if r.State == steps.ResultDone && len(out) == 0 {
		p.painted(green, "Everything is set up as it should be.")
	} else if len(out) > 0 {
		p.painted(yellow, "Skipped, and not checked: %s.", strings.Join(out, "; "))
	}
	if r.State != steps.ResultPartial && !p.reach(f.planned, true) {
		p.line("To count the people it reaches, run writeback verify.")
	}
	if made > 0 {
		if report != "" {
			p.line("Evidence for the record of the change: %s", report)
		}
		p.line("To take back what it made: %s", undo)
	}
	return p.flush()
}

// ReviewUndo prints what an undo would take back, the last change first.
func (f *Renderer) ReviewUndo(r steps.Run) error {
	p := f.preview()
	p.line("Run %s on %s, begun %s by %s: %s", r.ID, r.Target.Domain, stamp(r.Started), wizard.WhoText(r.Who), r.State)
	switch {
	case len(r.Made) > 0:
		p.line("To be taken back, where it is still there; nothing else is touched:")
		p.changes(backwards(r.Made), func(c steps.Change) {
			if c.Verb == steps.VerbRemove {
				p.painted(green, "    + comes back: %s", c.Line)
			} else {
				p.painted(red, "    - %s", c.Line)
			}
			if c.SDDL != "" {
				p.painted(faint, "        %s", c.SDDL)
			}
		})
	case !r.Undoable():
		p.line("Nothing of it is left to take back.")
	}
	if doubtful := r.Doubtful(); len(doubtful) > 0 {
		p.line("Not known to have been made; taken back, too, if it took place or still does:")
		p.changes(backwards(doubtful), func(c steps.Change) {
			p.painted(yellow, "    ? %s", c.Line)
			if c.SDDL != "" {
				p.painted(faint, "        %s", c.SDDL)
			}
		})
	} else if r.State == steps.RunInDoubt {
		p.line("An undo of it was interrupted, and is looked at first.")
	}
	return p.flush()
}

func backwards(made []steps.Owned) []steps.Change {
	out := make([]steps.Change, 0, len(made))
	for i := len(made) - 1; i >= 0; i-- {
		out = append(out, made[i].Change)
	}
	return out
}

// Undone shows the end of an undo.
func (f *Renderer) Undone(r steps.UndoResult) error {
	if f.JSON {
		return f.document(r)
	}
	p := f.page()
	p.findings(pressing(r.Findings))
	switch {
	case len(r.Undone)+len(r.Left) == 0: // the review has said it
	case len(r.Undone) == 0 && r.State != steps.ResultUndone:
		p.line("")
		p.painted(red, "Nothing was taken back: run %s still has %s.", r.Run, plural(len(r.Left), "change"))
	case r.State == steps.ResultUndone:
		p.line("")
		p.painted(green, "Undone: %s of run %s taken back.", plural(len(r.Undone), "change"), r.Run)
	default:
		p.line("")
		rest := ""
		if len(r.Left) > 0 {
			rest = " Run the same undo again to take back the rest."
		}
		p.painted(red, "%s of run %s taken back, %d left.%s", plural(len(r.Undone), "change"), r.Run, len(r.Left), rest)
	}
	return p.flush()
}

// Verified shows what verify found. The findings that only inform say again
// what the evidence says.
func (f *Renderer) Verified(t steps.Target, v steps.Verification) error {
	enough, _ := wizard.Enough(v, f.Least)
	if f.JSON {
		v.OK = v.OK && enough
		return f.document(v)
	}
	p := f.page()
	f.verdict(p, v, enough)
	p.line("")
	p.line("%s, read from %s", t.Domain, t.DC)
	for _, s := range v.Steps {
		p.step(s)
		below := pressing(s.Findings)
		if len(below)+len(s.Evidence) > 0 {
			p.line("")
		}
		p.findings(below)
		p.evidence(s.Evidence)
	}
	p.coverage(v.Coverage)
	return p.flush()
}

func (f *Renderer) verdict(p *page, v steps.Verification, enough bool) {
	p.inTheWay(v.Steps)
	left := steps.Plan{Steps: v.Steps}
	switch {
	case !v.Looked():
		p.painted(yellow, wizard.NothingLooked)
	case v.OK:
		p.painted(green, "Everything looked at is set up as it should be.")
	case left.Has(steps.StateBlocked):
		p.painted(red, "Not ready: fix the errors above first.")
	case left.Has(steps.StateChange):
		p.painted(yellow, "Not as it should be: writeback plan shows what is needed.")
	default:
		p.painted(yellow, "A manual step is left: its steps are below.")
	}
	p.reach(v.Coverage, false)
	if !enough {
		p.painted(red, "Too few: --min-coverage requires %v %% of them.", f.Least)
	}
}

// reach says whom it reaches, which is another thing than being set up; told is false
// where that was not counted.
func (p *page) reach(m *steps.Measured, planned bool) (told bool) {
	c, ok := m.Coverage()
	if r, counted := wizard.ReachOf(c, planned); ok && counted {
		tone := green
		if r.Reached < r.InScope {
			tone = yellow
		}
		p.painted(tone, "%s", r.Sentence())
		return true
	}
	return false
}

// pressing are the findings that somebody has to look at, or to act on.
func pressing(all []steps.Finding) (out []steps.Finding) {
	for _, n := range all {
		if n.Level != steps.LevelInfo || n.Manual {
			out = append(out, n)
		}
	}
	return out
}
