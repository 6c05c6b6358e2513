package report

import (
	"io"
	"strconv"
	"strings"

	"writeback/internal/markdown"
	"writeback/wizard/tell"
)

// Markdown writes the report as GitHub Flavored Markdown, without raw HTML.
func Markdown(w io.Writer, r tell.Report) error { return MarkdownPage(w, r.Page()) }

// MarkdownPage writes any page so.
func MarkdownPage(w io.Writer, p tell.Page) error {
	m := &page{}
	m.line("# " + markdown.Text(p.Title))
	m.blocks(p.Lead, 2)
	for _, s := range p.Sections {
		m.line("## " + markdown.Text(s.Title))
		m.blocks(s.Blocks, 3)
	}
	m.line("---")
	m.line(markdown.Text(p.Foot))
	_, err := io.WriteString(w, strings.TrimSuffix(m.text.String(), "\n"))
	return err
}

type page struct{ text strings.Builder }

// line adds a block of one line.
func (m *page) line(s string) { m.text.WriteString(s + "\n\n") }

// blocks adds blocks whose own headings are of a level.
func (m *page) blocks(all []tell.Block, level int) {
	for _, b := range all {
		switch {
		case b.Para != nil:
			m.para(*b.Para)
		case b.Figures != nil:
			for _, f := range b.Figures {
				m.text.WriteString("- **" + markdown.Text(f.Value) + "** " + markdown.Text(f.Label) + "\n")
			}
			m.text.WriteString("\n")
		case b.Pairs != nil:
			for _, p := range b.Pairs {
				m.text.WriteString("- " + markdown.Text(p.Name) + ": " + inline(p.Text, p.Code) + "\n")
			}
			m.text.WriteString("\n")
		case b.List != nil:
			m.list(*b.List)
		case b.Table != nil:
			m.table(*b.Table)
		case b.Code != nil:
			m.line(markdown.Text(b.Code.Title) + ":")
			fence := markdown.Fence(b.Code.Text)
			m.line(fence + "text\n" + b.Code.Text + "\n" + fence)
		case b.Bars != nil:
			m.bars(*b.Bars)
		case b.Sub != nil:
			state := ""
			if b.Sub.State != "" {
				state = " (" + markdown.Text(b.Sub.State) + ")"
			}
			m.line(strings.Repeat("#", level) + " " + markdown.Text(b.Sub.Title) + state)
			m.blocks(b.Sub.Blocks, level+1)
		}
	}
}

func (m *page) para(p tell.Para) {
	text := markdown.Text(p.Text)
	if p.Head != "" {
		text = strings.TrimSpace("**" + markdown.Text(p.Head) + "** " + text)
	}
	if p.Tone == tell.Alarm {
		text = "> " + text
	}
	m.line(text)
}

func (m *page) list(l tell.List) {
	for i, point := range l.Points {
		mark := "- "
		if l.Numbered {
			mark = strconv.Itoa(i+1) + ". "
		}
		m.text.WriteString(mark + addresses(point) + "\n")
	}
	m.text.WriteString("\n")
}

// addresses is a text in which addresses are code, so that they can be copied from the
// file as it is.
func addresses(text string) string {
	before, rest, found := strings.Cut(text, "https://")
	if !found {
		return markdown.Text(text)
	}
	address, after, _ := strings.Cut(rest, " ")
	return strings.TrimSpace(markdown.Text(before) + markdown.Span("https://"+address) + " " + addresses(after))
}

func (m *page) table(t tell.Table) {
	m.line(markdown.Text(t.Caption) + ":")
	row := func(cells []string) { m.text.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	var head, rule []string
	for _, h := range t.Head {
		head, rule = append(head, markdown.Text(h)), append(rule, "---")
	}
	row(head)
	row(rule)
	for _, r := range t.Rows {
		var cells []string
		for _, c := range r {
			// A bar ends a cell, in code as well (GFM 4.10), and a code span has no
			// escape that holds behind a backslash.
			cells = append(cells, inline(c.Text, c.Code && !strings.Contains(c.Text, "|")))
		}
		row(cells)
	}
	m.text.WriteString("\n")
}

// bars draws with full blocks, five percent each.
func (m *page) bars(b tell.Bars) {
	m.line(markdown.Text(b.Title) + ". " + markdown.Text(b.Note))
	for _, r := range b.Rows {
		n := int(r.Percent()/5 + 0.5)
		m.text.WriteString("- " + inline(r.Label, r.Code) + ": " + strings.Repeat("█", n) + strings.Repeat("░", 20-n) + " " + markdown.Text(r.Text) + "\n")
	}
	m.text.WriteString("\n")
}

// inline is a text of one line, as words or as code.
func inline(text string, isCode bool) string {
	if !isCode {
		return markdown.Text(text)
	}
	var out []string
	for _, l := range strings.Split(text, "\n") {
		if l != "" {
			out = append(out, markdown.Span(l))
		}
	}
	return strings.Join(out, " / ")
}
