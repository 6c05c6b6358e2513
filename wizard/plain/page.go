package plain

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"writeback/steps"
)

// page collects text that was made safe for a terminal, and writes it at once.
type page struct {
	to     io.Writer
	colour bool
	text   strings.Builder
}

// page begins a text for people: under JSON the document has Out for itself.
func (f *Renderer) page() *page {
	if f.JSON {
		return &page{to: f.Err}
	}
	return &page{to: f.Out, colour: f.Colour}
}

// preview begins a text that is to be approved.
func (f *Renderer) preview() *page {
	if f.Elsewhere {
		return &page{to: f.Err}
	}
	return f.page()
}

func (p *page) flush() error {
	_, err := io.WriteString(p.to, p.text.String())
	return err
}

// line adds one line; control characters in it become visible escapes.
func (p *page) line(format string, args ...any) {
	p.text.WriteString(strings.TrimRight(steps.Plain(fmt.Sprintf(format, args...)), " ") + "\n")
}

// painted is line in a colour: an SGR parameter of ECMA-48 8.3.117.
func (p *page) painted(sgr, format string, args ...any) {
	text := steps.Plain(fmt.Sprintf(format, args...))
	if p.colour {
		text = "\x1b[" + sgr + "m" + text + "\x1b[0m"
	}
	p.text.WriteString(text + "\n")
}

const (
	bold   = "1"
	faint  = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// settings lists values with where they came from, by name.
func (p *page) settings(all map[string]steps.Setting) {
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		rows = append(rows, []string{name, valueText(all[name].Value), all[name].From})
	}
	p.table("  ", rows)
}

// valueText is a value on one line. DNs have commas in them, so that a list of
// them needs another mark.
func valueText(v any) string {
	list, ok := v.([]any)
	if !ok {
		return fmt.Sprint(v)
	}
	mark := ", "
	parts := make([]string, 0, len(list))
	for _, x := range list {
		text := fmt.Sprint(x)
		if strings.Contains(text, ",") {
			mark = "; "
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, mark)
}

// widest is how wide a column of a table gets; a longer text sticks out.
const widest = 48

// table adds rows whose columns begin under each other, two spaces apart.
func (p *page) table(indent string, rows [][]string) {
	var width []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], min(widest, utf8.RuneCountInString(cell)))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			if i > 0 {
				b.WriteString("  ")
			}
			fmt.Fprintf(&b, "%-*s", width[i], cell)
		}
		p.line("%s%s", indent, b.String())
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
