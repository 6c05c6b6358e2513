package plain

import (
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"

	"writeback/steps"
	"writeback/wizard"
)

// A plan in GitHub Flavored Markdown, for the summary of a workflow's run: what
// whoever approves it there has to see.

// Summary writes a plan as Markdown.
func (f *Renderer) Summary(r wizard.Review) error {
	_, err := f.Out.Write([]byte(Markdown(r)))
	return err
}

// Markdown is the text of a plan. What came from outside has no meaning in it
// beyond its letters: neither as Markdown nor as HTML.
func Markdown(r wizard.Review) string {
	var m markdown
	p := r.Plan
	_, balance := r.Balance()
	m.line("## Password writeback: plan for %s", md(p.Target.Domain))
	refused, accept := wizard.InTheWay(p.Steps)
	for _, f := range refused {
		m.line("")
		m.line("**Refused:** <code>%s</code>: %s", md(f.Code), md(f.Text))
	}
	for _, f := range accept {
		m.line("")
		m.line("**To be accepted:** <code>%s</code>: %s", md(f.Code), md(f.Text))
	}
	m.line("")
	m.line("**%s**", balance)
	for _, why := range wizard.Hindrances(p) {
		m.line("")
		m.line("**Not for this account to apply:** %s.", md(why))
	}
	m.line("")
	m.line("Forest %s, read from %s%s. Made %s.", md(p.Target.Forest), md(p.Target.DC), tenantOf(p.Target), p.Created.UTC().Format("2006-01-02 15:04Z"))
	m.line("")
	m.line("| Stage | State |")
	m.line("|---|---|")
	for _, s := range p.Steps {
		m.line("| %s | %s |", md(s.Title), md(stateWords(s)))
	}
	for _, s := range p.Steps {
		m.step(s)
	}
	m.coverage(p)
	m.settings(p.Settings)
	if p.Pending() > 0 {
		m.line("")
		m.line("Digest of what approval binds: <code>%s</code>", md(p.Digest()))
	}
	return m.String()
}

func tenantOf(t steps.Target) string {
	if t.Tenant == "" {
		return ""
	}
	return ", tenant " + md(t.Tenant)
}

type markdown struct{ strings.Builder }

// line adds one line; values have been through md.
func (m *markdown) line(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

// step adds the changes and findings of a step, where there are any.
func (m *markdown) step(s steps.StepPlan) {
	findings := pressing(s.Findings)
	if len(s.Changes)+len(findings) == 0 {
		return
	}
	m.line("")
	m.line("### %s", md(s.Title))
	if len(s.Changes) > 0 {
		m.line("")
		m.line("| | Object | Change | In detail |")
		m.line("|---|---|---|---|")
	}
	for _, c := range s.Changes {
		m.line("| %s | <code>%s</code> | %s | %s |", md(c.Verb), md(c.Target), md(c.Line), detailOf(c))
	}
	if len(findings) > 0 {
		m.line("")
	}
	for _, n := range findings {
		fix := ""
		if n.Fix != "" {
			fix = "<br>Fix: " + mdLines(n.Fix)
		}
		m.line("- **%s** <code>%s</code>: %s%s", md(string(n.Level)), md(n.Code), md(n.Text), fix)
	}
}

// detailOf is what a change does in the directory's or the tenant's own words.
func detailOf(c steps.Change) string {
	var parts []string
	for _, d := range []struct{ label, text string }{{"", c.SDDL}, {"before: ", c.Before}, {"after: ", c.After}} {
		if d.text != "" {
			parts = append(parts, d.label+"<code>"+md(d.text)+"</code>")
		}
	}
	return strings.Join(parts, "<br>")
}

// coverage adds what the plan means for users.
func (m *markdown) coverage(p steps.Plan) {
	c, ok := p.Coverage.Coverage()
	if !ok || c.Before == nil || c.After == nil {
		return
	}
	m.line("")
	m.line("### Users whose password can be written back")
	m.line("")
	m.line("Now %d of %s%s, after it %d%s.", *c.Before, plural(c.Users, "user"), share(*c.Before, c.Users), *c.After, share(*c.After, c.Users))
	if text := wizard.Headline(c); text != "" {
		m.line("")
		m.line("%s", md(text))
	}
	for _, b := range c.Notes {
		m.line("")
		m.line("%s can, <code>%s</code>: %s", plural(b.Count, "user"), md(b.Reason), md(b.Text))
	}
	if len(c.Blocked) == 0 {
		return
	}
	m.line("")
	m.line("| Cannot | Reason | |")
	m.line("|---:|---|---|")
	for _, b := range c.Blocked {
		m.line("| %d | <code>%s</code> | %s |", b.Count, md(b.Reason), md(b.Text))
	}
}

func (m *markdown) settings(all map[string]steps.Setting) {
	if len(all) == 0 {
		return
	}
	m.line("")
	m.line("<details><summary>Settings</summary>")
	m.line("")
	m.line("| Setting | Value | From |")
	m.line("|---|---|---|")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		m.line("| %s | %s | %s |", md(name), md(valueText(all[name].Value)), md(all[name].From))
	}
	m.line("")
	m.line("</details>")
}

// mdLines is md of a text of several lines.
func mdLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = md(l)
	}
	return strings.Join(lines, "<br>")
}

// md writes a text from outside. A character reference never has a meaning of its
// own (CommonMark 0.31, 2.5), so that every character that could begin some
// markup, a mention or a link becomes one.
func md(text string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(steps.Plain(text), "www.", "www\x00") {
		switch {
		case r == 0:
			b.WriteString("&#46;")
		case strings.ContainsRune("\\`*_{}[]#|~!@$:+", r):
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteString(html.EscapeString(string(r)))
		}
	}
	return b.String()
}
