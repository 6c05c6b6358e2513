package tui

import (
	"fmt"
	"strings"

	"writeback/steps"
	"writeback/wizard"
)

// coverageItems says what a plan does for users, with numbers and bars; nothing
// where the plan does not say.
func coverageItems(m *steps.Measured) []item {
	c, ok := m.Coverage()
	if !ok {
		return nil
	}
	all := []item{{kind: heading, tone: strong, text: "Users whose password can be written back"}}
	for _, x := range []struct {
		when string
		n    *int
		tone tone
	}{{"now  ", c.Before, warn}, {"after", c.After, good}, {"now  ", c.Writable, good}} {
		if x.n != nil {
			all = append(all, item{kind: entry, tone: x.tone, mark: x.when + " " + bar(*x.n, c.Users, 20) + " ",
				text: fmt.Sprintf("%s of %s", grouped(*x.n), plural(c.Users, "user"))})
		}
	}
	if text := wizard.Headline(c); text != "" {
		all = append(all, item{kind: entry, text: plain(text)})
	}
	told := func(b steps.OutOfReach, how, title, what string) {
		why := b.Text
		if why == "" {
			why = b.Reason
		}
		all = append(all, item{kind: entry, mark: "! ", tone: warn, text: fmt.Sprintf("%s %s: %s", plural(b.Count, "user"), how, plain(why)),
			detail: func() *page { return reasonPage(b, title, what) }})
	}
	for _, b := range c.Blocked {
		told(b, "out of reach", "Out of reach", "whose password cannot be written back")
	}
	for _, b := range c.Notes {
		told(b, "in reach", "In reach", "whose password can be written back")
	}
	return append(all, item{kind: spacer})
}

// covered adds the same to a text.
func (p *prose) covered(m *steps.Measured) {
	for _, it := range coverageItems(m) {
		switch it.kind {
		case heading:
			p.gap()
			p.add(strong, "", it.text)
		case entry:
			p.add(it.tone, "  "+it.mark, it.text)
		}
	}
}

func reasonPage(b steps.OutOfReach, title, what string) *page {
	p := &page{title: title, clip: plain(b.Fix)}
	p.text.add(warn, "! ", plural(b.Count, "user")+" "+what+": "+b.Reason)
	if b.Text != "" {
		p.text.add(bare, "  ", b.Text)
	}
	for i, w := range b.Where {
		if i == 0 {
			p.text.gap()
			p.text.add(faint, "", "Where")
		}
		p.text.add(bare, "  ", grouped(w.Count)+" in "+w.DN)
	}
	for i, dn := range b.Examples {
		if i == 0 {
			p.text.gap()
			p.text.add(faint, "", "For example")
		}
		p.text.add(bare, "  ", dn)
	}
	if b.Fix != "" {
		p.text.gap()
		p.text.add(strong, "", "What to do")
		p.text.manual("  ", b.Fix)
	}
	p.text.gap()
	p.text.add(faint, "", "writeback explain USER tells it of one user; --users-out FILE lists all.")
	return p
}

// bar is a share of w cells.
func bar(n, of, w int) string {
	full := 0
	if of > 0 {
		full = max(0, min(w, n*w/of))
	}
	return strings.Repeat("█", full) + strings.Repeat("░", w-full)
}
