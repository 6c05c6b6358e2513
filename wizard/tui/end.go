package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/wizard"
	"writeback/wizard/tell"
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
	var text prose
	text.show(tell.Ending(e))
	return &end{sheet: sheet{text: text}, clip: plain(e.Command), options: e.Next, pick: max(0, picked(e.Next, e.Pick))}
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
	out := []string{f.style.paint(faint, strings.Repeat("─", f.w))}
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
		ways[0] = f.style.paint(faint, strings.Repeat("─", max(0, f.w-width(at)-4))+" "+at+" ──")
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
