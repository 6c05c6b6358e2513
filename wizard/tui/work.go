package tui

import (
	"fmt"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/steps"
	"writeback/wizard/tell"
)

// work is a run while it is made: every change ticks over as the engine tells
// of it. The list follows what is under way until somebody moves the cursor.
type work struct {
	title   string
	undo    bool
	list    list
	row     map[string]int // by key of the change: its item
	ended   map[string]bool
	step    string // the one under way
	n, of   int    // changes ended, of those that are known, in the step or the undo
	made    int    // of the whole run
	failed  int
	moved   bool // the cursor was moved by hand
	started bool // an amount is known
}

func newWork(e steps.RunOpened) *work {
	s := &work{title: "Run " + plain(e.Run), undo: e.Undo, row: map[string]int{}, ended: map[string]bool{}}
	if e.Undo {
		s.title = "Undo of run " + plain(e.Run)
	}
	return s
}

// observe takes one event of the engine in.
func (s *work) observe(e steps.Event) {
	switch e := e.(type) {
	case steps.StepInspecting:
		s.step = plain(e.Info.Title)
	case steps.StepStarted:
		s.step, s.n, s.of, s.started = plain(e.Info.Title), 0, len(e.Changes), true
		s.heading(s.step)
		for _, c := range e.Changes {
			s.put(e.Info.ID, c, tell.Awaiting(c))
		}
	case steps.ChangeStarted:
		s.of, s.started = e.Of, true
	case steps.ChangeMade:
		s.ends(e.Step, e.Change, true)
	case steps.ChangeUndone:
		s.ends(e.Step, e.Change, true)
	case steps.ChangeFailed:
		s.ends(e.Step, e.Change, false)
	}
	if step, c, entry, ok := tell.Progress(e); ok {
		s.put(step, c, entry)
	}
}

// ends counts a change once: one that failed may turn out to be made, or gone, all the same.
func (s *work) ends(step string, c steps.Change, well bool) {
	key := c.Key(step)
	if s.ended[key] {
		if well {
			s.failed--
			s.made++
		}
		return
	}
	s.ended[key] = true
	s.n++
	if well {
		s.made++
	} else {
		s.failed++
	}
}

func (s *work) heading(title string) {
	if len(s.list.items) > 0 {
		s.list.items = append(s.list.items, item{kind: spacer})
	}
	s.list.items = append(s.list.items, item{kind: heading, tone: strong, text: title})
}

// put marks a change, and adds it where it was not listed yet: in an undo
// nothing is listed before it begins.
func (s *work) put(step string, c steps.Change, e tell.Entry) {
	k := c.Key(step)
	i, ok := s.row[k]
	if !ok {
		i = len(s.list.items)
		s.row[k] = i
		s.list.items = append(s.list.items, item{})
	}
	s.list.items[i] = entryItem(e)
	if !s.moved {
		s.list.cur = i
	}
}

func (s *work) head(f frame) []string {
	out := []string{ends(f.style.paint(strong, s.title), f.style.paint(faint, s.list.where()), f.w)}
	line := f.spin + " " + "looking"
	if s.step != "" {
		line = f.spin + " " + s.step
	}
	out = append(out, wrap(line, f.w)...)
	switch {
	case s.started && s.of > 0:
		w := min(40, f.w-24)
		out = append(out, f.style.paint(good, cells(max(0, min(w, s.n*w/s.of)), w))+" "+fmt.Sprintf("%s of %s", tell.Grouped(s.n), tell.Grouped(s.of)))
	default:
		out = append(out, f.style.paint(faint, plural(s.made, "change")+" so far"))
	}
	if s.failed > 0 {
		out = append(out, f.style.paint(bad, "✗ "+plural(s.failed, "change")+" failed"))
	}
	return append(out, "")
}

func (s *work) lines(f frame) []string {
	head := s.head(f)
	f.h -= len(head)
	return append(head, s.list.lines(f)...)
}

var keyFollow = bind("f", "follow", "f")

func (s *work) keys(f frame) []key.Binding {
	f.h -= len(s.head(f))
	all := s.list.keys(f)
	if s.moved {
		all = append(all, keyFollow)
	}
	return all
}

func (s *work) press(f frame, k tea.KeyMsg) act {
	if key.Matches(k, keyFollow) {
		s.moved = false
		return act{}
	}
	f.h -= len(s.head(f))
	a, ok := s.list.press(f, k)
	if ok && a.show == nil {
		s.moved = true
	}
	return a
}
