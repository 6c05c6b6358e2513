package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/wizard"
	"writeback/wizard/tell"
)

// historyRun is one journal, record by record, and what can be done with its run.
type historyRun struct {
	run    wizard.HistoryRun
	resume bool
	what   prose // what there is of the run, above its records
	list   list
}

func newHistoryRun(p wizard.History, r wizard.HistoryRun) *historyRun {
	s := &historyRun{run: r, resume: p.MayResume(r)}
	s.what.show(tell.EarlierRun(r, p, tell.Screen))
	if r.Err == nil {
		s.list.items = items([]tell.Block{{Entries: tell.Records(r.Run)}})
	}
	return s
}

var (
	keyResume   = bind("r", "resume it", "r")
	keyTakeBack = bind("u", "undo it", "u")
	keyRunBack  = bind("esc", "back", "esc", "q")
)

func (s *historyRun) head(f frame) []string {
	title := plain("Run " + s.run.ID)
	out := []string{ends(f.style.paint(strong, title), f.style.paint(faint, s.list.where()), f.w)}
	return append(append(out, s.what.lines(f)...), "")
}

func (s *historyRun) room(f frame) frame {
	f.h = max(3, f.h-len(s.head(f)))
	return f
}

func (s *historyRun) lines(f frame) []string {
	out := append(s.head(f), s.list.lines(s.room(f))...)
	return out[:min(len(out), f.h)]
}

func (s *historyRun) keys(f frame) []key.Binding {
	all := s.list.keys(s.room(f))
	if s.resume {
		all = append(all, keyResume)
	}
	if s.run.MayUndo() {
		all = append(all, keyTakeBack)
	}
	return append(all, keyRunBack)
}

func (s *historyRun) press(f frame, k tea.KeyMsg) act {
	switch {
	case key.Matches(k, keyRunBack):
		return act{back: true}
	case s.resume && key.Matches(k, keyResume) && !k.Paste:
		return act{answer: &outcome{run: s.run.ID, text: wizard.Resume}}
	case s.run.MayUndo() && key.Matches(k, keyTakeBack) && !k.Paste:
		return act{answer: &outcome{run: s.run.ID, text: wizard.TakeBack}}
	}
	a, _ := s.list.press(s.room(f), k)
	return a
}
