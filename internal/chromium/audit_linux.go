package chromium

import (
	_ "embed"
	"fmt"
	"testing"
)

//go:embed audit.js
var audit string

// Fault is something in a page that a reader would stumble over.
type Fault struct {
	Rule  string `json:"rule"`  // "cut", "contrast", …
	Where string `json:"where"` // path of the element
	What  string `json:"what"`
}

func (f Fault) String() string { return fmt.Sprintf("%s: %s: %s", f.Rule, f.Where, f.What) }

// Faults measures the page as it is looked at now: text that is cut or out of the page;
// contrast below 4.5 (WCAG 2.2, 1.4.3, for every size); errors of the console; and every
// request but that of the page. What HTML itself says needs no browser.
func (p *Page) Faults(t testing.TB) []Fault {
	t.Helper()
	var all []Fault
	p.Evaluate(t, audit, &all)
	for _, text := range p.complaints() {
		all = append(all, Fault{"console", "page", text})
	}
	for i, url := range p.Asked() {
		if i > 0 {
			all = append(all, Fault{"request", "page", url})
		}
	}
	return all
}
