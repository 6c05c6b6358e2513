package report

import (
	"io"
	"strings"
	"unicode"
)

// Markdown writes the report as GitHub Flavored Markdown, without raw HTML.
func Markdown(w io.Writer, r Report) error {
	m := &markdown{}
	p := tell(r)
	m.line("# " + prose(p.Title))
	m.blocks(p.Lead, 2)
	for _, s := range p.Sections {
		m.line("## " + prose(s.Title))
		m.blocks(s.Blocks, 3)
	}
	m.line("---")
	m.line(prose(p.Foot))
	_, err := io.WriteString(w, strings.TrimSuffix(m.text.String(), "\n"))
	return err
}

type markdown struct{ text strings.Builder }

// line adds a block of one line.
func (m *markdown) line(s string) { m.text.WriteString(s + "\n\n") }

// blocks adds blocks whose own headings are of a level.
func (m *markdown) blocks(all []block, level int) {
	for _, b := range all {
		switch {
		case b.Para != nil:
			m.para(*b.Para)
		case b.Figures != nil:
			for _, f := range b.Figures {
				m.text.WriteString("- **" + prose(f.Value) + "** " + prose(f.Label) + "\n")
			}
			m.text.WriteString("\n")
		case b.Pairs != nil:
			for _, p := range b.Pairs {
				m.text.WriteString("- " + prose(p.Name) + ": " + inline(p.Text, p.Code) + "\n")
			}
			m.text.WriteString("\n")
		case b.Table != nil:
			m.table(*b.Table)
		case b.Code != nil:
			m.line(prose(b.Code.Title) + ":")
			fence := strings.Repeat("`", max(3, longest(b.Code.Text)+1))
			m.line(fence + "text\n" + b.Code.Text + "\n" + fence)
		case b.Bars != nil:
			m.bars(*b.Bars)
		case b.Sub != nil:
			state := ""
			if b.Sub.State != "" {
				state = " (" + prose(b.Sub.State) + ")"
			}
			m.line(strings.Repeat("#", level) + " " + prose(b.Sub.Title) + state)
			m.blocks(b.Sub.Blocks, level+1)
		}
	}
}

func (m *markdown) para(p para) {
	text := prose(p.Text)
	if p.Head != "" {
		text = strings.TrimSpace("**" + prose(p.Head) + "** " + text)
	}
	if p.Tone == alarmTone {
		text = "> " + text
	}
	m.line(text)
}

func (m *markdown) table(t table) {
	m.line(prose(t.Caption) + ":")
	row := func(cells []string) { m.text.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	var head, rule []string
	for _, h := range t.Head {
		head, rule = append(head, prose(h)), append(rule, "---")
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
func (m *markdown) bars(b bars) {
	m.line(prose(b.Title) + ". " + prose(b.Note))
	for _, r := range b.Rows {
		n := int(r.Percent/5 + 0.5)
		m.text.WriteString("- " + inline(r.Label, r.Code) + ": " + strings.Repeat("█", n) + strings.Repeat("░", 20-n) + " " + prose(r.Text) + "\n")
	}
	m.text.WriteString("\n")
}

// inline is a text of one line, as words or as code.
func inline(text string, isCode bool) string {
	if !isCode {
		return prose(text)
	}
	var out []string
	for _, l := range strings.Split(text, "\n") {
		if l != "" {
			out = append(out, span(l))
		}
	}
	return strings.Join(out, " / ")
}

// special are the characters that mean something in Markdown, wherever they stand
// in a text that does not begin a line: emphasis, code, links, HTML, entities,
// tables, strikethrough, formulas, and what makes an address of a text (GFM 6.9).
const special = "\\`*_[]<>&|~$@#"

// prose is a text as words, on one line.
func prose(text string) string {
	var b strings.Builder
	all := []rune(strings.ReplaceAll(text, "\n", " / "))
	for i, r := range all {
		if strings.ContainsRune(special, r) || r == ':' && scheme(all[i+1:]) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return strings.ReplaceAll(b.String(), "www.", `www\.`)
}

// scheme says that what follows a colon could make an address, or a picture, of
// the text before it. A time and the end of a phrase are neither.
func scheme(rest []rune) bool {
	return len(rest) > 0 && rest[0] != ' ' && !unicode.IsDigit(rest[0])
}

// span is a code span that its text cannot end (CommonMark 6.1).
func span(text string) string {
	ticks := strings.Repeat("`", longest(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.HasPrefix(text, " ") && strings.HasSuffix(text, " ") {
		text = " " + text + " "
	}
	return ticks + text + ticks
}

// longest is the longest run of backticks in a text.
func longest(text string) int {
	most, n := 0, 0
	for _, r := range text {
		n++
		if r != '`' {
			n = 0
		}
		most = max(most, n)
	}
	return most
}
