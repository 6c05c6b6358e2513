package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// approve asks for consent to what was reviewed: nothing is written before the
// phrase is typed, and nothing but the phrase will do.
type approve struct {
	phrase string
	what   prose   // what would be done, in short
	review *review // what was shown, to be read again; nil: nothing was
	in     input
	wrong  bool // enter was pressed with something else typed
}

func newApprove(phrase string, r *review) *approve {
	s := &approve{phrase: phrase, review: r}
	if r != nil {
		s.what = r.consent
	}
	return s
}

var (
	keyApprove = bind("enter", "approve", "enter")
	keyAgain   = bind("esc", "read again", "esc")
)

func (s *approve) matches() bool {
	return strings.EqualFold(strings.TrimSpace(s.in.String()), s.phrase)
}

func (s *approve) lines(f frame) []string {
	p := prose{}
	p.add(strong, "", "Approval")
	p.gap()
	p = append(p, s.what...)
	p.gap()
	p.add(bare, "", "To approve, type:")
	p.add(strong, "    ", s.phrase)
	p.gap()
	out := p.lines(f)
	typed, _ := s.in.lines(f.w-2, false)
	for _, l := range typed {
		out = append(out, f.style.paint(note, ": ")+l)
	}
	verdict := prose{}
	switch {
	case s.matches():
		verdict.add(good, "✓ ", "that is it: enter approves")
	case s.wrong:
		verdict.add(bad, "✗ ", "that is something else; nothing was approved")
	}
	out = append(out, verdict.lines(f)...)
	return out[max(0, len(out)-f.h):]
}

func (s *approve) keys(frame) (all []key.Binding) {
	if s.matches() {
		all = append(all, keyApprove)
	}
	if s.review != nil {
		all = append(all, keyAgain)
	}
	return all
}

func (s *approve) press(_ frame, k tea.KeyMsg) act {
	switch {
	case key.Matches(k, keyApprove) && !k.Paste:
		if s.matches() {
			return act{answer: &outcome{yes: true}}
		}
		s.wrong = true
	case key.Matches(k, keyAgain) && s.review != nil:
		s.review.again = true
		return act{show: s.review}
	default:
		if s.in.press(k) {
			s.wrong = false
		}
	}
	return act{}
}
