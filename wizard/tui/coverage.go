package tui

import (
	"encoding/json"
	"fmt"
	"strings"
)

// coverage is the document COVERAGE of the contract, as far as it is drawn.
type coverage struct {
	Users   int  `json:"users"`
	Before  *int `json:"before"`
	After   *int `json:"after"`
	Blocked []struct {
		Reason   string   `json:"reason"`
		Count    int      `json:"count"`
		Examples []string `json:"examples"`
	} `json:"blocked"`
}

// coverageItems says what a plan does for users, with numbers and bars; nothing
// where the plan does not say.
func coverageItems(raw json.RawMessage) []item {
	var c coverage
	if len(raw) == 0 || json.Unmarshal(raw, &c) != nil || c.Users <= 0 {
		return nil
	}
	all := []item{{kind: heading, tone: strong, text: "Users whose password can be written back"}}
	for _, x := range []struct {
		when string
		n    *int
		tone tone
	}{{"now  ", c.Before, warn}, {"after", c.After, good}} {
		if x.n != nil {
			all = append(all, item{kind: entry, tone: x.tone, mark: x.when + " " + bar(*x.n, c.Users, 20) + " ",
				text: fmt.Sprintf("%s of %s", grouped(*x.n), plural(c.Users, "user"))})
		}
	}
	for _, b := range c.Blocked {
		all = append(all, item{kind: entry, mark: "! ", tone: warn, text: fmt.Sprintf("%s stay out of reach: %s", plural(b.Count, "user"), plain(b.Reason)),
			detail: func() *page { return blockedPage(b.Reason, b.Count, b.Examples) }})
	}
	return append(all, item{kind: spacer})
}

func blockedPage(reason string, n int, examples []string) *page {
	p := &page{title: "Out of reach"}
	p.text.add(warn, "! ", plural(n, "user")+" whose password cannot be written back: "+reason)
	if len(examples) > 0 {
		p.text.gap()
		p.text.add(faint, "", "For example")
	}
	for _, dn := range examples {
		p.text.add(bare, "  ", dn)
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
