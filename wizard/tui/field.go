package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"writeback/wizard"
)

// field is one question with the answer so far.
type field struct {
	q       wizard.Question
	in      input // of a text or a secret
	pick    int   // of a choice: the option; -1: none is marked
	touched bool  // what is wrong with it may be said
}

func newField(q wizard.Question) field {
	x := field{q: q, in: newInput(q.Value), touched: q.Value != "" && q.Kind == wizard.Text}
	if q.Kind == wizard.Secret {
		x.in = input{} // a secret is not filled in, whatever the question holds
	}
	if q.Kind == wizard.Choice {
		x.pick = picked(q.Options, q.Value)
	}
	return x
}

// picked is the option with a value; -1 for none. Nothing is filled in by an
// empty value, whatever the options are.
func picked(all []wizard.Option, value string) int {
	for i, o := range all {
		if value != "" && o.Value == value {
			return i
		}
	}
	return -1
}

// answer is what the setting gets. Spaces around a line were not meant; those
// of a secret were.
func (x *field) answer() string {
	switch x.q.Kind {
	case wizard.Choice:
		if x.pick < 0 {
			return ""
		}
		return x.q.Options[x.pick].Value
	case wizard.Secret:
		return x.in.String()
	}
	return strings.TrimSpace(x.in.String())
}

// wrong says what is wrong with the answer, "" for nothing.
func (x *field) wrong() string {
	if x.q.Kind == wizard.Choice && x.pick < 0 {
		return "one of them has to be chosen"
	}
	if x.q.Check == nil {
		return ""
	}
	if err := x.q.Check(x.answer()); err != nil {
		return err.Error()
	}
	return ""
}

// press edits the answer, and tells whether the key was one for it.
func (x *field) press(k tea.KeyMsg) bool {
	if x.q.Kind == wizard.Choice {
		switch k.String() {
		case "up", "k":
			if x.pick < 0 {
				x.pick = len(x.q.Options)
			}
			x.pick = max(0, x.pick-1)
		case "down", "j":
			x.pick = min(len(x.q.Options)-1, x.pick+1)
		default:
			return false
		}
		return true
	}
	was := x.in.String()
	ok := x.in.press(k)
	x.touched = x.touched || x.in.String() != was
	return ok
}

// lines draws the question: in full where it is the one being answered. The
// second result is the line that has to be in sight.
func (x *field) lines(f frame, at bool) ([]string, int) {
	if !at {
		return x.brief(f), 0
	}
	p := prose{}
	p.add(strong, "> ", x.q.Title)
	if x.q.Why != "" {
		p.add(faint, "  ", x.q.Why)
	}
	out := p.lines(f)
	eye := len(out)
	if x.q.Kind == wizard.Choice {
		options, line := optionLines(f, x.q.Options, x.pick)
		out = append(out, options...)
		if x.touched {
			out = append(out, x.verdict(f)...)
		}
		return out, eye + line
	}
	typed, row := x.in.lines(f.w-4, x.q.Kind == wizard.Secret)
	for i, l := range typed {
		mark := "  : "
		if i > 0 {
			mark = "    "
		}
		out = append(out, f.style.paint(note, mark)+l)
	}
	return append(out, x.verdict(f)...), eye + row
}

// verdict is the line below an answer: what is wrong with it, or where it comes
// from.
func (x *field) verdict(f frame) []string {
	p := prose{}
	wrong := x.wrong()
	switch {
	case wrong != "" && x.touched:
		p.add(bad, "  ✗ ", wrong)
	case x.q.From != "" && x.q.Kind != wizard.Choice && x.in.String() == x.q.Value:
		p.add(good, "    ", x.q.From)
	}
	return p.lines(f)
}

// brief is a question that is not being answered now.
func (x *field) brief(f frame) []string {
	p := prose{}
	p.add(bare, "  ", x.q.Title)
	wrong := x.wrong()
	switch {
	case wrong != "" && x.touched:
		p.add(bad, "  ✗ ", wrong)
	case x.q.Kind == wizard.Secret && len(x.in.text) > 0:
		p.add(faint, "    ", "(hidden)")
	case x.q.Kind == wizard.Choice && x.pick >= 0:
		p.add(faint, "    ", x.q.Options[x.pick].Label)
	case x.answer() != "" && x.q.Kind == wizard.Text:
		p.add(faint, "    ", x.answer())
	}
	return p.lines(f)
}

// optionLines draws the options of a choice with their notes. The second result
// is the line of the one that is picked.
func optionLines(f frame, all []wizard.Option, pick int) (out []string, eye int) {
	for i, o := range all {
		mark, t := "  ( ) ", bare
		if i == pick {
			mark, t, eye = "  (•) ", strong, len(out)
		}
		p := prose{}
		p.add(t, mark, o.Label)
		if o.Note != "" {
			p.add(faint, "      ", o.Note)
		}
		out = append(out, p.lines(f)...)
	}
	return out, eye
}
