package chromium

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
)

//go:embed audit.js
var audit string

// Fault is something in a page that a reader would stumble over.
type Fault struct {
	Rule  string `json:"rule"`  // "cut", "overlap", "contrast", …
	Where string `json:"where"` // path of the element
	What  string `json:"what"`
}

func (f Fault) String() string { return fmt.Sprintf("%s: %s: %s", f.Rule, f.Where, f.What) }

// Faults measures the page as it is looked at now: text that is cut, covered by
// other text or out of reach; contrast below 4.5 (WCAG 2.2, 1.4.3, for every size);
// pictures, tables and regions without a name; headings out of order; what else a
// screen reader needs; and every request but that of the page.
func (p *Page) Faults(t testing.TB) []Fault {
	t.Helper()
	var all []Fault
	p.Evaluate(t, audit, &all)
	all = append(all, p.unnamed(t)...)
	for i, url := range p.Asked() {
		if i > 0 {
			all = append(all, Fault{"request", "page", url})
		}
	}
	return all
}

// named are the roles that mean nothing to a listener without a name (WAI-ARIA 1.2,
// section 5.2.8.4, and img, table, group).
var named = []string{"image", "img", "figure", "table", "region", "navigation", "group", "link", "RootWebArea"}

// unnamed are the elements that the browser hands to a screen reader without a name.
func (p *Page) unnamed(t testing.TB) (all []Fault) {
	t.Helper()
	tree, err := chromedp.Call(p.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil || len(tree.Nodes) < 2 {
		t.Fatalf("read what a screen reader is told: %d nodes, %v", len(tree.Nodes), err)
	}
	for _, n := range tree.Nodes {
		if role := word(n.Role); !n.Ignored && slices.Contains(named, role) && word(n.Name) == "" {
			all = append(all, Fault{"unnamed", role, fmt.Sprintf("node %s has no name", n.NodeID)})
		}
	}
	return all
}

// word is the text that a property of the tree holds, "" for none.
func word(v *accessibility.Value) string {
	var text string
	if v == nil || json.Unmarshal(v.Value, &text) != nil {
		return ""
	}
	return strings.TrimSpace(text)
}
