package tui

import (
	"errors"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/steps"
	"writeback/wizard"
)

// end shows how it ended: what was made, what proves it, what remains, and the
// commands to go on with. Below it are the ways to go on, which stay in sight
// while it is read.
type end struct {
	sheet
	clip    string
	view    scroll
	options []wizard.Option
	pick    int
}

func newEnd(e wizard.Ending) *end {
	return &end{sheet: sheet{text: endText(e)}, clip: plain(e.Command), options: e.Next, pick: max(0, picked(e.Next, e.Pick))}
}

var (
	keyLeave  = bind("enter", "leave", "enter", "q", "esc")
	keyLeave2 = bind("q", "leave", "q", "esc")
)

// ways draws the ways to go on: the note of the one alone that is picked, so that
// there is room to read.
func (s *end) ways(f frame) []string {
	if len(s.options) == 0 {
		return nil
	}
	out := []string{f.look.paint(faint, strings.Repeat("─", f.w))}
	for i, o := range s.options {
		mark, t := "( ) ", bare
		if i == s.pick {
			mark, t = "(•) ", strong
		}
		p := prose{}
		p.add(t, mark, o.Label)
		if i == s.pick && o.Note != "" {
			p.add(faint, "    ", o.Note)
		}
		out = append(out, p.lines(f)...)
	}
	return out
}

// room is how many lines there are to read in.
func (s *end) room(f frame) int { return max(3, f.h-len(s.ways(f))) }

func (s *end) lines(f frame) []string {
	all, h := s.sheet.lines(f), s.room(f)
	s.view.fit(len(all), h)
	out := s.view.window(all, h)
	if len(s.options) == 0 {
		return out
	}
	for len(out) < h {
		out = append(out, "")
	}
	ways := s.ways(f)
	if at := s.view.where(len(all), h); at != "" {
		ways[0] = f.look.paint(faint, strings.Repeat("─", max(0, f.w-width(at)-4))+" "+at+" ──")
	}
	out = append(out[:h:h], ways...)
	return out[:min(len(out), f.h)]
}

func (s *end) keys(f frame) (all []key.Binding) {
	n, h := len(s.sheet.lines(f)), s.room(f)
	s.view.fit(n, h)
	if len(s.options) == 0 {
		all = s.view.keys(n, h)
	} else {
		all = pair(keyUp, keyDown, s.pick > 0, s.pick < len(s.options)-1, "choose")
		all = append(all, pair(keyReadUp, keyReadDown, s.view.top > 0, s.view.top < n-h, "read")...)
	}
	all = append(all, opens(f, s.links())...)
	if f.copy && s.clip != "" {
		all = append(all, keyCopy)
	}
	if len(s.options) == 0 || s.options[s.pick].Value == wizard.Leave {
		return append(all, keyLeave)
	}
	return append(all, keyTake, keyLeave2)
}

func (s *end) press(f frame, k tea.KeyMsg) act {
	if url := opened(f, s.links(), k); url != "" {
		return act{open: url}
	}
	switch {
	case key.Matches(k, keyTake) && len(s.options) > 0:
		return act{answer: &outcome{text: s.options[s.pick].Value}}
	case key.Matches(k, keyLeave):
		return act{answer: &outcome{text: wizard.Leave}}
	case f.copy && s.clip != "" && key.Matches(k, keyCopy):
		return act{copy: s.clip}
	case len(s.options) > 0 && key.Matches(k, keyUp):
		s.pick = max(0, s.pick-1)
	case len(s.options) > 0 && key.Matches(k, keyDown):
		s.pick = min(len(s.options)-1, s.pick+1)
	default:
		s.view.press(k, len(s.sheet.lines(f)), s.room(f))
	}
	return act{}
}

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
			p.add(it.tone, "  "+it.mark, it.text+" ("+v.Source+", "+v.At.UTC().Format("2006-01-02 15:04Z")+")")
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
		p.add(faint, "  ", e.Problem.Error())
		p.gap()
	}
	t, mark, text := sentence(e)
	p.add(t, mark, text)
	if e.Err != nil && !errors.Is(e.Err, wizard.ErrDeclined) {
		p.add(faint, "  ", e.Err.Error())
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
		return warn, "! ", "Not all of it was taken back: undo again for the rest."
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
