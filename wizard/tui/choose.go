package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/wizard"
)

// choose lets a person decide how to go on.
type choose struct {
	title string
	sheet
	options []wizard.Option
	pick    int
	view    scroll
	reading bool // the text was moved by hand: the options need not be in sight
}

func newChoose(title, text string, options []wizard.Option) *choose {
	s := &choose{title: plain(title), options: options}
	if text != "" {
		s.text.below("", text, false)
	}
	return s
}

var keyTake = bind("enter", "do this", "enter")

// draw is all of it, and the lines of the option that is picked.
func (s *choose) draw(f frame) (out []string, from, to int) {
	head := prose{}
	head.add(strong, "", s.title)
	out = append(head.lines(f), "")
	if len(s.text) > 0 {
		out = append(append(out, s.sheet.lines(f)...), "")
	}
	options, eye := optionLines(f, s.options, s.pick)
	_, after := optionLines(f, s.options, min(s.pick+1, len(s.options)-1))
	from, to = len(out)+eye, len(out)+after
	if s.pick >= len(s.options)-1 {
		to = len(out) + len(options)
	}
	return append(out, options...), from, to
}

func (s *choose) lines(f frame) []string {
	out, from, to := s.draw(f)
	if !s.reading {
		if s.pick == 0 && to <= f.h {
			from = 0
		}
		s.view.see(from, to, f.h)
	}
	s.view.fit(len(out), f.h)
	return s.view.window(out, f.h)
}

var (
	keyReadUp   = bind("pgup", "read", "pgup")
	keyReadDown = bind("pgdn", "read", "pgdown")
)

// extent is how many lines there are, and which is the first in sight.
func (s *choose) extent(f frame) (n, top int) {
	out, _, _ := s.draw(f)
	s.lines(f)
	return len(out), s.view.top
}

func (s *choose) keys(f frame) (all []key.Binding) {
	all = pair(keyUp, keyDown, s.pick > 0, s.pick < len(s.options)-1, "choose")
	n, top := s.extent(f)
	all = append(all, pair(keyReadUp, keyReadDown, top > 0, top < n-f.h, "read")...)
	all = append(all, opens(f, s.links())...)
	return append(all, keyTake)
}

func (s *choose) press(f frame, k tea.KeyMsg) act {
	if url := opened(f, s.links(), k); url != "" {
		return act{open: url}
	}
	switch {
	case k.String() == "up" || k.String() == "k":
		s.pick, s.reading = max(0, s.pick-1), false
	case k.String() == "down" || k.String() == "j":
		s.pick, s.reading = min(len(s.options)-1, s.pick+1), false
	case key.Matches(k, keyReadUp, keyReadDown):
		n, _ := s.extent(f)
		s.reading = true
		s.view.press(k, n, f.h)
	case key.Matches(k, keyTake) && len(s.options) > 0:
		return act{answer: &outcome{text: s.options[s.pick].Value}}
	}
	return act{}
}
