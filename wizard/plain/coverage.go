package plain

import (
	"fmt"
	"strings"

	"writeback/steps"
	"writeback/wizard"
)

// What is named of each reason on a page; the document has more.
const (
	maxPlaces   = 3
	maxExamples = 2
)

// coverage adds whose passwords can be written back; nothing where nobody has
// looked, or a later program has written it otherwise.
func (p *page) coverage(m *steps.Measured) {
	c, ok := m.Coverage()
	if !ok {
		return
	}
	p.line("")
	p.painted(bold, "Users whose password can be written back")
	for _, x := range []struct {
		when string
		n    *int
	}{{"now:   ", c.Before}, {"after: ", c.After}, {"", c.Writable}} {
		if x.n != nil {
			p.line("  %s%d of %s%s", x.when, *x.n, plural(c.Users, "user"), share(*x.n, c.Users))
		}
	}
	if text := wizard.Headline(c); text != "" {
		p.line("  %s", text)
	}
	told := func(b steps.OutOfReach, can string) {
		p.painted(yellow, "  %d %s, %s: %s", b.Count, can, b.Reason, b.Text)
		for _, w := range b.Where[:min(len(b.Where), maxPlaces)] {
			p.line("      %d in %s", w.Count, w.DN)
		}
		if n := len(b.Examples); n > 0 {
			p.painted(faint, "      for example %s", strings.Join(b.Examples[:min(n, maxExamples)], "; "))
		}
		if b.Fix != "" {
			p.line("      fix: %s", b.Fix)
		}
	}
	for _, b := range c.Blocked {
		told(b, "cannot")
	}
	for _, b := range c.Notes {
		told(b, "can")
	}
	if len(c.Blocked)+len(c.Notes) > 0 {
		p.painted(faint, "  writeback explain USER tells it of one user; --users-out FILE lists all")
	}
}

func share(n, of int) string {
	if of == 0 {
		return ""
	}
	percent := n * 100 / of
	if percent == 100 && n < of {
		percent = 99
	}
	return fmt.Sprintf(" (%d %%)", percent)
}
