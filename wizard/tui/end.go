package tui

import (
	"errors"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/steps"
	"writeback/wizard"
)

// end shows how it ended: what was made, what proves it, what remains, and the
// commands to go on with.
type end struct {
	sheet
	clip string
	view scroll
}

func newEnd(e wizard.Ending) *end {
	return &end{sheet: sheet{text: endText(e)}, clip: plain(e.Command)}
}

var keyLeave = bind("enter", "leave", "enter", "q", "esc")

func (s *end) lines(f frame) []string {
	all := s.sheet.lines(f)
	s.view.fit(len(all), f.h)
	return s.view.window(all, f.h)
}

func (s *end) keys(f frame) []key.Binding {
	all := s.view.keys(len(s.sheet.lines(f)), f.h)
	all = append(all, opens(f, s.links())...)
	if f.copy && s.clip != "" {
		all = append(all, keyCopy)
	}
	return append(all, keyLeave)
}

func (s *end) press(f frame, k tea.KeyMsg) act {
	if url := opened(f, s.links(), k); url != "" {
		return act{open: url}
	}
	switch {
	case key.Matches(k, keyLeave):
		return act{answer: &outcome{}}
	case f.copy && s.clip != "" && key.Matches(k, keyCopy):
		return act{copy: s.clip}
	}
	s.view.press(k, len(s.sheet.lines(f)), f.h)
	return act{}
}

// endText is what there is to read at the end, on the screen and after it.
func endText(e wizard.Ending) (p prose) {
	p.verdict(e)
	for _, s := range e.Result.Steps {
		p.gap()
		p.add(strong, "", s.Title+": "+endWords(s))
		for _, c := range s.Made[:min(len(s.Made), maxListed)] {
			mark, t := sign(c.Verb)
			p.add(t, "  "+mark, c.Line+" on "+c.Target)
		}
		p.more(len(s.Made), e.Result.Run)
		for _, v := range s.Evidence {
			it := evidenceItem(v)
			p.add(it.tone, "  "+it.mark, it.text+" ("+v.Source+", "+v.At.UTC().Format("2006-01-02 15:04Z")+")")
		}
		for _, n := range s.Findings {
			if n.Manual || n.Level != steps.LevelInfo {
				p.gap()
				p.finding(n)
			}
		}
	}
	p.takenBack(e.Undone)
	for _, x := range []struct{ name, text string }{
		{"Journal", e.Journal}, {"To take it back", e.Undo}, {"The same without the wizard", e.Command},
	} {
		if x.text != "" {
			p.gap()
			p.add(strong, "", x.name)
			p.add(bare, "  ", x.text)
		}
	}
	return p
}

// maxListed is how many changes are named at the end, where they have been seen
// twice already. The journal has them all.
const maxListed = 50

func (p *prose) more(n int, run string) {
	if n > maxListed {
		p.add(faint, "    ", "and "+grouped(n-maxListed)+" more: writeback runs show "+run)
	}
}

// verdict says in one line how it ended, and why it ended early.
func (p *prose) verdict(e wizard.Ending) {
	var cancelled *steps.CancelledError
	switch {
	case errors.Is(e.Err, wizard.ErrAborted), errors.As(e.Err, &cancelled):
		p.add(warn, "! ", "You left. Nothing is half done: the same command goes on from here.")
	case errors.Is(e.Err, wizard.ErrDeclined):
		p.add(warn, "! ", "Not approved: nothing was written.")
	case e.Err != nil:
		p.add(bad, "✗ ", "It ended early.")
	case e.Undone != nil && e.Undone.State == steps.ResultUndone:
		p.add(good, "✓ ", "Everything that the run made was taken back.")
	case e.Undone != nil:
		p.add(warn, "! ", "Not all of it was taken back: undo again for the rest.")
	case e.Result.State == steps.ResultManual:
		p.add(warn, "! ", "Done what a program can do. What is left is for a person.")
	case e.Result.State == steps.ResultPartial:
		p.add(warn, "! ", "Something is left: the same command goes on from here.")
	case e.Result.FormatVersion != 0:
		p.add(good, "✓ ", "Everything is as it should be.")
	default:
		p.add(bare, "", "Nothing was written.")
	}
	if e.Err != nil && !errors.Is(e.Err, wizard.ErrDeclined) {
		p.add(faint, "  ", e.Err.Error())
	}
}

func endWords(s steps.StepResult) string {
	if s.State == steps.StateOK && len(s.Made) > 0 {
		return plural(len(s.Made), "change") + " made"
	}
	if s.State == steps.StateChange {
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
