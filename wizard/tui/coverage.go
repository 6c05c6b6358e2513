package tui

import (
	"encoding/json"
	"fmt"
	"strings"

	"writeback/wizard"
)

// coverageItems says what a plan does for users, with numbers and bars; nothing
// where the plan does not say.
func coverageItems(raw json.RawMessage) []item {
	c, ok := wizard.ReadCoverage(raw)
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
	if c.Disabled > 0 {
		all = append(all, item{kind: entry, mark: "  ", tone: faint, text: grouped(c.Disabled) + " of them are disabled"})
	}
	for _, b := range c.Blocked {
		why := b.Text
		if why == "" {
			why = b.Reason
		}
		all = append(all, item{kind: entry, mark: "! ", tone: warn, text: fmt.Sprintf("%s out of reach: %s", plural(b.Count, "user"), plain(why)),
			detail: func() *page { return blockedPage(b) }})
	}
	return append(all, item{kind: spacer})
}

// covered adds the same to a text.
func (p *prose) covered(raw json.RawMessage) {
	for _, it := range coverageItems(raw) {
		switch it.kind {
		case heading:
			p.gap()
			p.add(strong, "", it.text)
		case entry:
			p.add(it.tone, "  "+it.mark, it.text)
		}
	}
}

func blockedPage(b wizard.OutOfReach) *page {
	p := &page{title: "Out of reach", clip: plain(b.Fix)}
	p.text.add(warn, "! ", plural(b.Count, "user")+" whose password cannot be written back: "+b.Reason)
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
