package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/wizard"
)

// review shows what would be done before anybody approves it: a plan, or what
// an undo would take back. It is left by going on, and read again from the
// approval.
type review struct {
	title   string
	balance prose  // what it comes to
	consent prose  // the same for the approval
	goes    string // what going on leads to
	list    list
	again   bool // it lies on top of the approval
	undo    bool // it is left without going on, too: what is shown stays as it is

	filter    input
	filtering bool
	low       []string // the items' texts in lower case
}

// with gives the review its items.
func (s *review) with(items []item) *review {
	s.list.items = items
	s.low = make([]string, 0, len(items))
	for i := range items {
		s.low = append(s.low, strings.ToLower(items[i].text))
	}
	s.list.rest()
	return s
}

var (
	keyFilter   = bind("/", "filter", "/")
	keyNoFilter = bind("esc", "show all", "esc")
	keyFiltered = bind("enter", "keep filter", "enter")
	keyKeep     = bind("esc", "leave it as it is", "esc")
)

func (s *review) onward() key.Binding { return bind("c", s.goes, "c") }

// head is what stands above the list.
func (s *review) head(f frame) []string {
	at := f.style.paint(faint, s.list.where())
	out := append([]string{ends(f.style.paint(strong, pad(s.title, min(width(s.title), f.w))), at, f.w)}, s.balance.lines(f)...)
	if s.filtering {
		typed, row := s.filter.lines(f.w-2, false)
		out = append(out, "/ "+typed[row])
	} else if text := s.filter.String(); text != "" {
		out = append(out, "/ "+chop(text, f.w-2)[0])
	}
	return append(out, "")
}

func (s *review) room(f frame, head int) frame {
	f.h -= head
	return f
}

func (s *review) lines(f frame) []string {
	head := s.head(f)
	out := append(head, s.list.lines(s.room(f, len(head)))...)
	if s.list.len() == 0 {
		out = append(out, f.style.paint(faint, "  nothing here has that in it"))
	}
	return out
}

func (s *review) keys(f frame) []key.Binding {
	if s.filtering {
		return []key.Binding{keyFiltered, keyNoFilter}
	}
	all := s.list.keys(s.room(f, len(s.head(f))))
	all = append(all, keyFilter)
	switch {
	case s.filter.String() != "":
		all = append(all, keyNoFilter)
	case s.again:
		all = append(all, bind("esc", "back to approval", "esc"))
	case s.undo:
		all = append(all, keyKeep)
	}
	if !s.again {
		all = append(all, s.onward())
	}
	return all
}

func (s *review) press(f frame, k tea.KeyMsg) act {
	if s.filtering {
		s.edit(k)
		return act{}
	}
	switch {
	case key.Matches(k, keyFilter):
		s.filtering = true
	case k.String() == "esc" && s.filter.String() != "":
		s.filter = input{}
		s.refine()
	case k.String() == "esc" && s.again:
		return act{back: true}
	case key.Matches(k, keyKeep) && s.undo:
		return act{answer: &outcome{err: wizard.ErrDeclined}}
	case key.Matches(k, s.onward()) && !s.again && !k.Paste:
		return act{answer: &outcome{}}
	default:
		a, _ := s.list.press(s.room(f, len(s.head(f))), k)
		return a
	}
	return act{}
}

func (s *review) edit(k tea.KeyMsg) {
	switch k.String() {
	case "esc":
		s.filter, s.filtering = input{}, false
	case "enter":
		s.filtering = false
	default:
		was := s.filter.String()
		s.filter.press(k)
		if s.filter.String() == was {
			return
		}
	}
	s.refine()
}

// refine shows the items that have the filter in them, each below its heading
// and its object, and keeps the cursor where it was if that is still shown.
func (s *review) refine() {
	l := &s.list
	at := -1
	if l.cur < l.len() {
		if at = l.cur; l.shown != nil {
			at = l.shown[l.cur]
		}
	}
	l.shown = s.matching(strings.ToLower(strings.TrimSpace(s.filter.String())))
	l.cur, l.top = 0, 0
	for i := range l.len() {
		if l.shown == nil && i == at || l.shown != nil && l.shown[i] == at {
			l.cur = i
			break
		}
	}
	l.rest()
}

// matching lists the items that have something in them, and what stands above
// them. What has no match below it is left out.
func (s *review) matching(what string) []int {
	if what == "" {
		return nil
	}
	out := make([]int, 0, len(s.list.items))
	above, on, all := -1, -1, false // the heading and the object that are not shown yet; all that is on the object is
	for i := range s.list.items {
		switch s.list.items[i].kind {
		case heading:
			above, on, all = i, -1, false
		case object:
			on, all = i, strings.Contains(s.low[i], what)
		case spacer:
			on, all = -1, false
		case entry:
			if !all && !strings.Contains(s.low[i], what) {
				continue
			}
			for _, j := range []int{above, on} {
				if j >= 0 {
					out = append(out, j)
				}
			}
			out, above, on = append(out, i), -1, -1
		}
	}
	return out
}
