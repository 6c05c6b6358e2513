package tui

import (
	"fmt"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/wizard"
)

// history is the list of the journals: one line for each run, the run itself one key
// away.
type history struct {
	all  wizard.History
	list list
	what prose // said above the list
}

func newHistory(p wizard.History) *history {
	s := &history{all: p}
	bad := 0
	for _, r := range p.Runs {
		if r.Err != nil {
			bad++
		}
		s.list.items = append(s.list.items, runItem(r, p))
	}
	if bad > 0 {
		s.what.add(warn, "! ", plural(bad, "journal")+" cannot be trusted: nothing of them is undone.")
	}
	return s
}

// runItem is one run: when, what, where, how it ended, how much, and who.
func runItem(r wizard.HistoryRun, p wizard.History) item {
	if r.Err != nil {
		return item{kind: entry, mark: "✗ ", tone: bad, text: plain(r.ID + "  cannot be trusted: " + r.Err.Error())}
	}
	mark, t := "· ", bare
	switch {
	case p.MayResume(r):
		mark, t = "! ", warn
	case len(r.Run.Made) > 0:
		mark = "✓ "
	}
	return item{kind: entry, mark: mark, tone: t, text: plain(fmt.Sprintf("%s  %s: %s on %s, %s; %s; by %s", r.ID, wizard.Ago(r.Run.Started, p.Now),
		r.Verb(), r.Run.Target.Domain, r.Run.State, r.Outcome(), wizard.WhoText(r.Run.Who)))}
}

var (
	keyShow   = bind("enter", "show", "enter")
	keyGoBack = bind("esc", "go back", "esc", "q")
)

func (s *history) head(f frame) []string {
	out := []string{ends(f.look.paint(strong, "Earlier runs"), f.look.paint(faint, s.list.where()), f.w)}
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
