package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/wizard"
)

// ask shows the questions of a group, one below the other. The one that is
// being answered is open; enter goes on, and from the last one it sends all.
type ask struct {
	title   string
	problem string
	fields  []field
	at      int
	view    scroll
}

func newAsk(g wizard.Group) *ask {
	s := &ask{title: plain(g.Title), problem: g.Problem}
	for _, q := range g.Questions {
		s.fields = append(s.fields, newField(q))
	}
	return s
}

var (
	keyNext   = bind("enter", "next", "enter")
	keySend   = bind("enter", "go on", "enter")
	keyBefore = bind("shift+tab", "question before", "shift+tab")
	keyHelp   = bind("?", "help", "?", "f1")
	keyHelpF1 = bind("f1", "help", "f1")
)

func (s *ask) field() *field { return &s.fields[s.at] }

// lines draws the group. The question being answered stays in sight: its answer
// first, and as much around it as fits.
func (s *ask) lines(f frame) []string {
	var out []string
	head := prose{}
	head.add(strong, "", s.title)
	if s.problem != "" {
		head.gap()
		head.add(bad, "✗ ", s.problem)
	}
	out = head.lines(f)
	from, eye, to := 0, 0, 0
	for i := range s.fields {
		out = append(out, "")
		one, line := s.fields[i].lines(f, i == s.at)
		if i == s.at {
			from, eye, to = len(out), len(out)+line, len(out)+len(one)
		}
		out = append(out, one...)
	}
	if s.at == 0 {
		from = 0
	}
	s.view.see(from, to, f.h)
	s.view.see(eye, eye+2, f.h)
	s.view.fit(len(out), f.h)
	return s.view.window(out, f.h)
}

func (s *ask) keys(frame) (all []key.Binding) {
	x := s.field()
	if x.q.Kind == wizard.Choice {
		all = pair(keyUp, keyDown, x.pick != 0, x.pick < len(x.q.Options)-1, "choose")
	}
	switch {
	case s.at < len(s.fields)-1:
		all = append(all, keyNext)
	case x.q.Kind != wizard.Choice || x.pick >= 0:
		all = append(all, keySend)
	}
	if s.at > 0 {
		all = append(all, keyBefore)
	}
	if x.q.Help != "" {
		all = append(all, s.helpKey())
	}
	return all
}

// helpKey: a question mark may be part of a secret, and never is of a name.
func (s *ask) helpKey() key.Binding {
	if s.field().q.Kind == wizard.Secret {
		return keyHelpF1
	}
	return keyHelp
}

func (s *ask) press(_ frame, k tea.KeyMsg) act {
	x := s.field()
	switch {
	case k.Paste:
		x.press(k)
	case x.q.Help != "" && key.Matches(k, s.helpKey()):
		return act{show: s.help()}
	case k.String() == "enter" || k.String() == "tab":
		return s.next(k.String() == "enter")
	case key.Matches(k, keyBefore):
		s.at = max(0, s.at-1)
	default:
		x.press(k)
	}
	return act{}
}

// next goes to the question after this one; from the last one it sends the
// answers, or goes to the first that is wrong.
func (s *ask) next(send bool) act {
	s.field().touched = true
	if s.at < len(s.fields)-1 {
		s.at++
		return act{}
	}
	if !send {
		return act{}
	}
	answers := map[string]string{}
	for i := range s.fields {
		x := &s.fields[i]
		if x.wrong() != "" {
			x.touched = true
			s.at = i
			return act{}
		}
		answers[x.q.Key] = x.answer()
	}
	return act{answer: &outcome{answers: answers}}
}

func (s *ask) help() *page {
	x := s.field()
	p := &page{title: plain(x.q.Title)}
	if x.q.Why != "" {
		p.text.add(faint, "", x.q.Why)
		p.text.gap()
	}
	p.text.add(bare, "", x.q.Help)
	if x.q.From != "" {
		p.text.gap()
		p.text.add(faint, "", "Filled in: "+x.q.From)
	}
	return p
}
