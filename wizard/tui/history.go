package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/wizard"
	"writeback/wizard/tell"
)

// history is the list of the journals: one line for each run, the run itself one key
// away.
type history struct {
	all  wizard.History
	list list
	what prose // said above the list
}

func newHistory(h wizard.History) *history {
	s := &history{all: h}
	for _, e := range tell.Earlier(h, tell.Screen) {
		s.list.items = append(s.list.items, entryItem(e))
	}
	s.what.show(tell.Untrusted(h))
	return s
}

var (
	keyShow   = bind("enter", "show", "enter")
	keyGoBack = bind("esc", "go back", "esc", "q")
)

func (s *history) head(f frame) []string {
	out := []string{ends(f.style.paint(strong, tell.EarlierTitle), f.style.paint(faint, s.list.where()), f.w)}
	return append(append(out, s.what.lines(f)...), "")
}

func (s *history) room(f frame) frame {
	f.h -= len(s.head(f))
	return f
}

func (s *history) lines(f frame) []string {
	return append(s.head(f), s.list.lines(s.room(f))...)
}

func (s *history) keys(f frame) []key.Binding {
	all := s.list.keys(s.room(f))
	if s.list.len() > 0 {
		all = append(all, keyShow)
	}
	return append(all, keyGoBack)
}

func (s *history) press(f frame, k tea.KeyMsg) act {
	switch {
	case key.Matches(k, keyGoBack):
		return act{answer: &outcome{}}
	case key.Matches(k, keyShow) && s.list.len() > 0:
		return act{show: newHistoryRun(s.all, s.all.Runs[s.list.cur])}
	}
	a, _ := s.list.press(s.room(f), k)
	return a
}
