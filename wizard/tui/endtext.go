package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"writeback/steps"
	"writeback/wizard"
)

// endText is what there is to read at the end, on the screen and after it.
func endText(e wizard.Ending) (p prose) {
	p.verdict(e)
	for _, s := range waitingFirst(e.Stages()) {
		p.gap()
		p.add(strong, "", s.Title+": "+endWords(s, e.Checked != nil))
		for _, c := range s.Made[:min(len(s.Made), maxListed)] {
			mark, t := sign(c.Verb)
			p.add(t, "  "+mark, c.Line+" on "+c.Target)
		}
		p.more(len(s.Made), e.Result.Run)
		for _, v := range s.Evidence {
			it := evidenceItem(v)
			p.add(it.tone, "  "+it.mark, it.text+" ("+strings.TrimPrefix(v.Source, scheme)+", "+v.At.UTC().Format("2006-01-02 15:04Z")+")")
		}
		for _, n := range s.Findings {
			if n.Manual || n.Level != steps.LevelInfo {
				p.gap()
				p.finding(n)
			}
		}
	}
	if e.Checked != nil {
		p.covered(e.Checked.Coverage)
	}
	p.takenBack(e.Undone)
	p.advice(e.Advice)
	for _, x := range []struct{ name, text string }{
		{"Journal", e.Journal}, {"Evidence for the record of the change", e.Report}, {"To take it back", e.Undo}, {"The same without the wizard", e.Command},
	} {
		if x.text != "" {
			p.gap()
			p.add(strong, "", x.name)
			p.add(bare, "  ", x.text)
		}
	}
	return p
}

// advice says what is not written back whatever is set up, and how to test what is.
func (p *prose) advice(a wizard.Advice) {
	if len(a.Limits) > 0 {
		p.gap()
		p.add(strong, "", "Not written back, whatever is set up")
	}
	for _, l := range a.Limits {
		text := l.What
		if l.Note != "" {
			text += " (" + l.Note + ")"
		}
		switch l.Written {
		case "yes":
			continue
		case "no":
		default:
			text = l.Written + ": " + text
		}
		p.add(bare, "  - ", text)
	}
	if len(a.Test) > 0 {
		p.gap()
		p.add(strong, "", "How to test it with a pilot user")
	}
	for i, t := range a.Test {
		p.add(bare, fmt.Sprintf("  %d. ", i+1), t)
	}
}

// waitingFirst puts the stages at which something is left to do before the others.
func waitingFirst(all []steps.StepResult) []steps.StepResult {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b steps.StepResult) int { return rank(a.State) - rank(b.State) })
	return out
}

func rank(s steps.State) int {
	switch s {
	case steps.StateBlocked, steps.StateManual, steps.StateChange:
		return 0
	}
	return 1
}

// maxListed is how many changes are named at the end, where they have been seen
// twice already. The journal has them all.
const maxListed = 50

func (p *prose) more(n int, run string) {
	if n > maxListed {
		p.add(faint, "    ", "and "+grouped(n-maxListed)+" more: writeback runs show "+run)
	}
}

// verdict says in one line how it ended, and why it ended early; and what went
// wrong since.
func (p *prose) verdict(e wizard.Ending) {
	if e.Problem != nil {
		p.add(bad, "✗ ", "That did not work. What is below is as it was.")
		p.add(faint, "  ", steps.ErrorText(e.Problem))
		p.gap()
	}
	t, mark, text := sentence(e)
	p.add(t, mark, text)
	if e.Err != nil && !errors.Is(e.Err, wizard.ErrDeclined) {
		p.add(faint, "  ", steps.ErrorText(e.Err))
	}
}

func sentence(e wizard.Ending) (t tone, mark, text string) {
	var cancelled *steps.CancelledError
	switch {
	case errors.Is(e.Err, wizard.ErrAborted), errors.As(e.Err, &cancelled):
		return warn, "! ", "You left. Nothing is half done: the same command goes on from here."
	case errors.Is(e.Err, wizard.ErrDeclined):
		return warn, "! ", "Not approved: nothing was written."
	case e.Err != nil:
		return bad, "✗ ", "It ended early."
	case e.Checked != nil:
		return checked(e)
	case e.Undone != nil && e.Undone.State == steps.ResultUndone:
		return good, "✓ ", "Everything that the run made was taken back."
	case e.Undone != nil:
		return warn, "! ", "Some changes are still there: undo the run again to take them back."
	case e.Result.State == steps.ResultManual:
		return warn, "! ", "Done what a program can do. What is left is for a person."
	case e.Result.State == steps.ResultPartial:
		return warn, "! ", "Something is left: the same command goes on from here."
	case e.Result.FormatVersion != 0:
		return good, "✓ ", "Everything is as it should be."
	}
	return bare, "", "Nothing was written."
}

// checked is what the last look has shown.
func checked(e wizard.Ending) (tone, string, string) {
	switch {
	case !e.Checked.Looked():
		return warn, "! ", wizard.NothingLooked
	case e.Checked.OK:
		return good, "✓ ", "Looked at again: everything is as it should be."
	case e.Has(steps.StateBlocked):
		return bad, "✗ ", "Looked at again: something stands in the way."
	case e.Has(steps.StateChange):
		return warn, "! ", "Looked at again: changes are needed."
	}
	return warn, "! ", "Looked at again: what is left is for a person."
}

func endWords(s steps.StepResult, again bool) string {
	if s.State == steps.StateOK && len(s.Made) > 0 {
		return plural(len(s.Made), "change") + " made"
	}
	if s.State == steps.StateChange && !again {
		return "not finished"
	}
	return stateWords(s.StepPlan)
}

// takenBack lists what an undo did, and what it left.
func (p *prose) takenBack(u *steps.UndoResult) {
	if u == nil {
		return
	}
	for _, x := range []struct {
		name string
		all  []steps.Change
		mark string
		tone tone
	}{{"Taken back", u.Undone, "✓ ", good}, {"Still there", u.Left, "✗ ", bad}} {
		if len(x.all) == 0 {
			continue
		}
		p.gap()
		p.add(strong, "", x.name+": "+plural(len(x.all), "change"))
		for _, c := range x.all[:min(len(x.all), maxListed)] {
			p.add(x.tone, "  "+x.mark, c.Line+" on "+c.Target)
		}
		p.more(len(x.all), u.Run)
	}
	for _, n := range u.Findings {
		p.gap()
		p.finding(n)
	}
}
