package tui

import (
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/spinner"
	tea "github.com/charmbracelet/bubbletea"
)

// idle is what is shown while nobody is asked: what the program is about. What
// is under way is a stack, for one thing may be done for the sake of another.
type idle struct {
	doing []doing
	last  string // what an event told, "" for nothing
}

type doing struct {
	id   int
	what string
}

// pulse is the spinner's shape and pace.
var pulse = spinner.MiniDot

func (s *idle) begin(id int, what string) {
	s.doing, s.last = append(s.doing, doing{id, plain(what)}), ""
}

func (s *idle) end(id int) {
	for i, d := range s.doing {
		if d.id == id {
			s.doing = append(s.doing[:i:i], s.doing[i+1:]...)
			break
		}
	}
	s.last = ""
}

// text is what is under way: a code to be entered on a page has its link in it.
func (s *idle) text() (p prose) {
	what := "One moment"
	if n := len(s.doing); n > 0 {
		what = s.doing[n-1].what
	}
	p.add(strong, "", what)
	if s.last != "" {
		p.gap()
		p.add(faint, "", s.last)
	}
	return p
}

func (s *idle) lines(f frame) []string {
	inner := f
	inner.w -= 2
	out := s.text().lines(inner)
	for i := range out {
		mark := "  "
		if i == 0 {
			mark = f.style.paint(note, f.spin) + " "
		}
		out[i] = mark + out[i]
	}
	return out[:min(len(out), f.h)]
}

func (s *idle) keys(f frame) []key.Binding { return opens(f, s.text().links()) }

func (s *idle) press(f frame, k tea.KeyMsg) act {
	return act{open: opened(f, s.text().links(), k)}
}
