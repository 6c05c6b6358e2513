package screen

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Of a picture, in user units: a cell is as wide as a character of a monospace
// font at this size, which each text is told to keep to, whatever font the
// reader has.
const (
	fontSize   = 14.0
	cellWidth  = 8.4
	cellHeight = 18.0
	baseline   = 13.5 // of a text, below the top of its cell
	margin     = 16.0
)

// palette are colours of a picture, by their classes in it: b background, t text,
// f faint, and 1 to 7 as ECMA-48 numbers them from 0.
type palette struct{ b, t, f, c1, c2, c3, c4, c5, c6, c7 string }

// Each is readable on its background (WCAG 2.2, 1.4.3: contrast 4.5 to 1).
var (
	light = palette{b: "#ffffff", t: "#1f2328", f: "#59636e", c1: "#1f2328", c2: "#cf222e", c3: "#116329", c4: "#7d4e00", c5: "#0550ae", c6: "#8250df", c7: "#1b6e75"}
	dark  = palette{b: "#0d1117", t: "#e6edf3", f: "#9198a1", c1: "#9198a1", c2: "#ff7b72", c3: "#3fb950", c4: "#d29922", c5: "#58a6ff", c6: "#bc8cff", c7: "#39c5cf"}
)

func (p palette) css() string {
	return fmt.Sprintf(".b{fill:%s}.e{stroke:%s;stroke-opacity:.4}.t{fill:%s}.f{fill:%s}.c1{fill:%s}.c2{fill:%s}.c3{fill:%s}.c4{fill:%s}.c5{fill:%s}.c6{fill:%s}.c7{fill:%s}",
		p.b, p.f, p.t, p.f, p.c1, p.c2, p.c3, p.c4, p.c5, p.c6, p.c7)
}

// SVG draws cells as an SVG 1.1 document with text as text, for light and dark
// pages. The same cells give the same bytes.
func SVG(title string, rows [][]Cell) string {
	w, h := 2*margin, 2*margin+cellHeight*float64(len(rows))
	if len(rows) > 0 {
		w += cellWidth * float64(len(rows[0]))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" role="img" viewBox="0 0 %s %s" width="%s" height="%s">`+"\n",
		units(w), units(h), units(w), units(h))
	fmt.Fprintf(&b, "<title>%s</title>\n", escaped(title))
	fmt.Fprintf(&b, "<style>text{font:%spx ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",\"Liberation Mono\",monospace;white-space:pre}.s{font-weight:bold}.u{text-decoration:underline}\n",
		units(fontSize))
	fmt.Fprintf(&b, "%s\n@media(prefers-color-scheme:dark){%s}</style>\n", light.css(), dark.css())
	fmt.Fprintf(&b, `<rect class="b e" x="0.5" y="0.5" width="%s" height="%s" rx="8"/>`+"\n", units(w-1), units(h-1))
	for y, row := range rows {
		drawRow(&b, margin+float64(y)*cellHeight, row)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// drawRow draws what looks alike at once.
func drawRow(b *strings.Builder, top float64, row []Cell) {
	for from := 0; from < len(row); {
		to := from + 1
		for to < len(row) && row[to].Style == row[from].Style && isLine(row[to].Rune) == isLine(row[from].Rune) {
			to++
		}
		drawRun(b, margin+float64(from)*cellWidth, top, row[from:to])
		from = to
	}
}

func isLine(r rune) rune {
	if r == '─' || r == '│' {
		return r
	}
	return 0
}

// drawRun draws cells of one style. Lines are drawn as such: those of a font do
// not meet where rows are as far apart as they are here.
func drawRun(b *strings.Builder, x, top float64, run []Cell) {
	style, w := run[0].Style, cellWidth*float64(len(run))
	switch run[0].Rune {
	case '─':
		fmt.Fprintf(b, `<rect class="%s" x="%s" y="%s" width="%s" height="1"/>`+"\n", fill(style), units(x), units(top+cellHeight/2), units(w))
		return
	case '│':
		fmt.Fprintf(b, `<rect class="%s" x="%s" y="%s" width="1" height="%s"/>`+"\n", fill(style), units(x+cellWidth/2), units(top), units(cellHeight))
		return
	}
	class := fill(style)
	if style.Reverse {
		fmt.Fprintf(b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`+"\n", class, units(x), units(top), units(w), units(cellHeight))
		class = "b"
	}
	text := strings.TrimRight(rowText(run), " ")
	bare := strings.TrimLeft(text, " ")
	if bare == "" {
		return
	}
	x += cellWidth * float64(len(text)-len(bare))
	if style.Bold {
		class += " s"
	}
	if style.Underlined {
		class += " u"
	}
	fmt.Fprintf(b, `<text class="%s" x="%s" y="%s" textLength="%s">%s</text>`+"\n",
		class, units(x), units(top+baseline), units(cellWidth*float64(utf8.RuneCountInString(bare))), escaped(bare))
}

// fill is the class of a style's colour. The bright ones are the others: both
// palettes are chosen to be read.
func fill(s Style) string {
	switch {
	case s.Colour > 0 && s.Colour != 8 && s.Colour != 16:
		return fmt.Sprintf("c%d", (s.Colour-1)%8+1)
	case s.Faint:
		return "f"
	}
	return "t"
}

// units are as short as they can be, to a tenth.
func units(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // to memory
	return b.String()
}
