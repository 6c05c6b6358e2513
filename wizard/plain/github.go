package plain

import (
	"fmt"
	"strings"

	"writeback/internal/markdown"
	"writeback/steps"
	"writeback/wizard"
	"writeback/wizard/tell"
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
	var m summary
	p := r.Plan
	m.line("## %s", md(tell.PlanTitle(p)))
	m.show(tell.Barriers(p.Steps))
	m.show(tell.Verdict(r, tell.Summary))
	m.line("")
	m.line("%s", md(tell.PlanMade(p)))
	m.line("")
	m.line("| Stage | State |")
	m.line("|---|---|")
	for _, s := range p.Steps {
		m.line("| %s | %s |", md(s.Title), md(tell.StateWords(s)))
	}
	for _, s := range p.Steps {
		m.stage(s)
	}
	m.show(tell.Users(p.Coverage, tell.Summary))
	m.settings(tell.Settings(p.Settings, tell.Summary))
	if p.Pending() > 0 {
		m.show([]tell.Block{tell.Digest(p)})
	}
	return m.String()
}

type summary struct{ strings.Builder }

// line adds one line; values have been through md.
func (m *summary) line(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

// show adds blocks, each with an empty line before it.
func (m *summary) show(all []tell.Block) {
	for _, b := range all {
		m.line("")
		switch {
		case b.Para != nil:
			m.para(*b.Para)
		case b.Heading != nil:
			m.line("### %s", md(b.Heading.Text))
		case b.Named != nil:
			m.line("%s: <code>%s</code>", md(b.Named.Name), md(b.Named.Text))
		case b.Table != nil:
			m.table(*b.Table)
		}
	}
}

// para sets the verdict, or the head of a paragraph, in bold.
func (m *summary) para(p tell.Para) {
	text := md(p.Text)
	if p.Code != "" {
		text = "<code>" + md(p.Code) + "</code>: " + text
	}
	switch {
	case p.Head != "":
		m.line("**%s** %s", md(p.Head), text)
	case p.Verdict:
		m.line("**%s**", text)
	default:
		m.line("%s", text)
	}
}

func (m *summary) table(t tell.Table) {
	rule := "|"
	for i := range t.Head {
		if len(t.Rows) > 0 && t.Rows[0][i].Number {
			rule += "---:|"
		} else {
			rule += "---|"
		}
	}
	m.line("| %s |", strings.TrimSuffix(strings.Join(t.Head, " | "), " "))
	m.line("%s", rule)
	for _, r := range t.Rows {
		var row []string
		for _, c := range r {
			if c.Code {
				row = append(row, "<code>"+md(c.Text)+"</code>")
			} else {
				row = append(row, md(c.Text))
			}
		}
		m.line("| %s |", strings.Join(row, " | "))
	}
}

// stage adds the changes and findings of a stage, where there are any.
func (m *summary) stage(s steps.StepPlan) {
	findings := tell.Findings(tell.Pressing(s.Findings))
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
	for _, c := range tell.Changes(s.Changes, tell.Summary) {
		m.line("| %s | <code>%s</code> | %s | %s |", md(c.Label), md(c.On), md(c.Text), below(c))
	}
	if len(findings) > 0 {
		m.line("")
	}
	for _, n := range findings {
		fix := ""
		if n.Fix != "" {
			fix = "<br>Fix: " + mdLines(n.Fix)
		}
		m.line("- **%s** <code>%s</code>: %s%s", md(n.Label), md(n.Code), md(n.Text), fix)
	}
}

// below is what a change does in the directory's or the tenant's own words.
func below(c tell.Entry) string {
	var parts []string
	for _, d := range c.Below {
		parts = append(parts, joined(": ", d.Name, "<code>"+md(d.Text)+"</code>"))
	}
	return strings.Join(parts, "<br>")
}

// settings adds them where they are out of the way.
func (m *summary) settings(all []tell.Block) {
	for _, b := range all {
		m.line("")
		m.line("<details><summary>%s</summary>", md(b.Table.Caption))
		m.line("")
		m.table(*b.Table)
		m.line("")
		m.line("</details>")
	}
}

// mdLines is md of a text of several lines.
func mdLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = md(l)
	}
	return strings.Join(lines, "<br>")
}

// md writes a text from outside.
func md(text string) string { return markdown.Text(steps.Plain(text)) }
