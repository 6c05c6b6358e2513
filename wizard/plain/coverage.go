package plain

import (
	"encoding/json"
	"fmt"
	"strings"
)

// coverage is the document COVERAGE of the contract: whose passwords can be
// written back.
type coverage struct {
	Users    int  `json:"users"`
	Disabled int  `json:"disabled"`
	Before   *int `json:"before"`
	After    *int `json:"after"`
	Writable *int `json:"writable"`
	Blocked  []struct {
		Reason   string   `json:"reason"`
		Text     string   `json:"text"`
		Count    int      `json:"count"`
		Examples []string `json:"examples"`
		Where    []struct {
			DN    string `json:"dn"`
			Count int    `json:"count"`
		} `json:"where"`
		Fix string `json:"fix"`
	} `json:"blocked"`
}

// What is named of each reason on a page; the document has more.
const (
	maxPlaces   = 3
	maxExamples = 2
)

// coverage adds whose passwords can be written back; nothing where nobody has
// looked, or a later program has written it otherwise.
func (p *page) coverage(raw json.RawMessage) {
	var c coverage
	if len(raw) == 0 || json.Unmarshal(raw, &c) != nil {
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
	if c.Disabled > 0 {
		p.painted(faint, "  %d of them are disabled", c.Disabled)
	}
	for _, b := range c.Blocked {
		p.painted(yellow, "  %d cannot, %s: %s", b.Count, b.Reason, b.Text)
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
	if len(c.Blocked) > 0 {
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
