package plain

import (
	"strings"

	"writeback/steps"
	"writeback/wizard/tell"
)

// How blocks are laid out in lines. What is below something stands two columns to the
// right of it.

// sgr are the tones' colors (ECMA-48 8.3.117).
var sgr = map[tell.Tone]string{tell.Good: "32", tell.Warn: "33", tell.Alarm: "31", tell.Note: "36", tell.Strong: "1", tell.Faint: "2"}

// marks are those of entries on an object.
var marks = map[tell.Mark]string{tell.Added: "+", tell.Removed: "-", tell.Changed: "~", tell.Unknown: "?"}

// show adds blocks, one after the other.
func (p *page) show(all []tell.Block) {
	for _, b := range all {
		switch {
		case b.Gap:
			p.line("")
		case b.Para != nil:
			p.para(*b.Para)
		case b.Heading != nil:
			p.painted(tell.Strong, "%s", joined(": ", b.Heading.Text, b.Heading.State))
		case b.Entries != nil:
			p.entries(b.Entries)
		case b.Check != nil:
			p.painted(b.Check.Tone, "%-12s %s", b.Check.State, b.Check.Title)
			if b.Check.Text != "" {
				p.line("             %s", b.Check.Text)
			}
		case b.Named != nil:
			p.painted(b.Named.Tone, "%s: %s", b.Named.Name, b.Named.Text)
		case b.List != nil:
			p.list(*b.List)
		case b.Pairs != nil:
			var rows [][]string
			for _, x := range b.Pairs {
				rows = append(rows, []string{x.Name, x.Text})
			}
			p.table("  ", rows)
		case b.Table != nil:
			p.rows(*b.Table)
		case b.Bars != nil:
			p.bars(*b.Bars)
		}
	}
}

// joined puts a mark between the texts that there are.
func joined(mark string, texts ...string) string {
	var some []string
	for _, t := range texts {
		if t != "" {
			some = append(some, t)
		}
	}
	return strings.Join(some, mark)
}

func (p *page) para(x tell.Para) {
	indent := strings.Repeat("  ", x.Level)
	p.painted(x.Tone, "%s%s", indent, joined(" ", x.Head, joined(": ", x.Code, x.Text)))
	p.fix(indent+"  ", x.Fix)
}

// entries adds what stands on an object below that, and what has a label behind it.
func (p *page) entries(all []tell.Entry) {
	on := ""
	for _, e := range all {
		if e.On != on {
			on = e.On
			p.line("")
			p.line("  %s", on)
		}
		below := "      "
		switch {
		case e.On != "":
			p.painted(e.Tone, "    %s %s", marks[e.Mark], e.Text)
			below = "        "
		case e.Label != "":
			p.painted(labeled(e), "  %-8s %s", e.Label, joined(": ", e.Code, e.Text))
			below = "           "
		default:
			p.painted(e.Tone, "  %s", e.Text)
		}
		for _, x := range e.Below {
			tone := tell.Bare
			if x.Code {
				tone = tell.Faint
			}
			if x.Name != "" {
				x.Text = x.Name + ": " + strings.Repeat(" ", max(0, 6-len(x.Name))) + x.Text
			}
			p.painted(tone, "%s%s", below, x.Text)
		}
		p.fix(below, e.Fix)
	}
}

// labeled is the tone of an entry with a label: evidence has none among lines, and a finding
// that says "info" is not colored as a warning, whoever has to do something.
func labeled(e tell.Entry) tell.Tone {
	switch {
	case e.Code == "":
		return tell.Bare
	case e.ByHand && e.Label == string(steps.LevelInfo):
		return tell.Note
	}
	return e.Tone
}

// fix adds what to do about something, behind an indent.
func (p *page) fix(indent, text string) {
	for i, l := range strings.Split(text, "\n") {
		switch {
		case text == "":
		case i == 0:
			p.line("%sfix: %s", indent, l)
		default:
			p.line("%s     %s", indent, l)
		}
	}
}

func (p *page) list(x tell.List) {
	for i, text := range x.Points {
		if x.Numbered {
			p.line("  %d. %s", i+1, text)
		} else {
			p.line("  - %s", text)
		}
	}
}

// rows adds a table: one with a heading as wide as the page, another below what is above
// it.
func (p *page) rows(t tell.Table) {
	var rows [][]string
	indent := "  "
	if len(t.Head) > 0 && t.Caption == "" {
		indent, rows = "", append(rows, t.Head)
	}
	for _, r := range t.Rows {
		var row []string
		for _, c := range r {
			row = append(row, c.Text)
		}
		rows = append(rows, row)
	}
	if indent == "" {
		rows = fit(rows, p.columns)
	}
	p.table(indent, rows)
}

// bars adds the numbers that a picture would show.
func (p *page) bars(x tell.Bars) {
	width := 0
	for _, r := range x.Rows {
		width = max(width, len(r.Label))
	}
	for _, r := range x.Rows {
		label := ""
		if r.Label != "" {
			label = r.Label + ": " + strings.Repeat(" ", width-len(r.Label))
		}
		p.line("  %s%s", label, r.Text)
	}
}
