package tui

import (
	"fmt"
	"strings"

	"writeback/wizard/tell"
)

// How blocks are laid out on the screen: as items of a list, or as prose.

// marks is what is drawn for an entry's mark.
var marks = map[tell.Mark]string{tell.NoMark: "  ", tell.Added: "+ ", tell.Removed: "- ", tell.Changed: "~ ", tell.Done: "✓ ", tell.Wrong: "✗ ",
	tell.Careful: "! ", tell.Info: "i ", tell.Unknown: "? ", tell.Said: "a ", tell.Off: "o ", tell.Pending: "· ", tell.Working: "* "}

// signs stand before a paragraph of a tone.
var signs = map[tone]string{good: "✓ ", warn: "! ", bad: "✗ "}

// shareCells is how wide a share is drawn.
const shareCells = 20

// items makes a list of blocks.
func items(blocks []tell.Block) (all []item) {
	for _, b := range blocks {
		switch {
		case b.Gap:
			all = append(all, item{kind: spacer})
		case b.Heading != nil:
			all = append(all, item{kind: heading, tone: strong, text: headed(*b.Heading), detail: pageOf(b.Heading.Detail)})
		case b.Entries != nil:
			all = append(all, entryItems(b.Entries)...)
		case b.Para != nil:
			all = append(all, item{kind: entry, text: plain(b.Para.Text)})
		case b.Bars != nil:
			for _, r := range b.Bars.Rows {
				all = append(all, item{kind: entry, tone: r.Tone, mark: barMark(r), text: r.Text})
			}
		case b.Table != nil:
			all = append(all, item{kind: heading, tone: strong, text: plain(b.Table.Caption)})
			for _, r := range b.Table.Rows {
				all = append(all, item{kind: entry, mark: "  ", tone: faint, text: plain(rowText(r))})
			}
		}
	}
	return all
}

// entryItems puts entries below the objects that they are on.
func entryItems(entries []tell.Entry) (all []item) {
	on := ""
	for i, e := range entries {
		if e.On != "" && (i == 0 || e.On != on) {
			on = e.On
			all = append(all, item{kind: object, tone: faint, text: plain(on)})
		}
		all = append(all, entryItem(e))
	}
	return all
}

func entryItem(e tell.Entry) item {
	text := plain(e.Text)
	if e.Fix != "" {
		text += " (enter: what to do)"
	}
	return item{kind: entry, mark: marks[e.Mark], tone: e.Tone, text: text, detail: pageOf(e.Detail)}
}

// pageOf is the page of a detail; nil where there is none.
func pageOf(detail func() tell.Detail) func() *page {
	if detail == nil {
		return nil
	}
	return func() *page {
		d := detail()
		p := &page{title: plain(d.Title), clip: strings.Join(plainLines(d.Copy), "\n")}
		p.text.show(d.Blocks)
		return p
	}
}

func headed(h tell.Heading) string {
	if h.State == "" {
		return plain(h.Text)
	}
	return plain(h.Text + ": " + h.State)
}

// rowText is a row of settings: name, value, and where it came from.
func rowText(row []tell.Cell) string {
	return fmt.Sprintf("%s = %s (%s)", row[0].Text, row[1].Text, row[2].Text)
}

func barMark(r tell.Bar) string {
	return fmt.Sprintf("%-5s %s ", r.Label, cells(r.Cells(shareCells), shareCells))
}

// cells draws so many full cells of all.
func cells(full, all int) string {
	return strings.Repeat("█", full) + strings.Repeat("░", all-full)
}

// show adds blocks to a text. What stands below a heading is moved to the right.
func (p *prose) show(blocks []tell.Block) {
	indent := ""
	for _, b := range blocks {
		switch {
		case b.Gap:
			p.gap()
		case b.Heading != nil:
			p.add(strong, "", headed(*b.Heading))
			indent = "  "
		case b.Para != nil:
			p.para(*b.Para)
		case b.Entries != nil:
			for _, e := range b.Entries {
				p.entry(e, indent)
			}
		case b.Bars != nil:
			for _, r := range b.Bars.Rows {
				p.add(r.Tone, indent+barMark(r), r.Text)
			}
		case b.Named != nil:
			p.gap()
			p.add(b.Named.Tone, "", b.Named.Name)
			p.below("  ", b.Named.Text, b.Named.Code)
		case b.Code != nil:
			*p = append(*p, para{mark: "  ", tone: faint, text: plain(b.Code.Text), raw: true})
		case b.List != nil:
			for i, text := range b.List.Points {
				mark := "  - "
				if b.List.Numbered {
					mark = fmt.Sprintf("  %d. ", i+1)
				}
				p.add(bare, mark, text)
			}
		case b.Pairs != nil:
			p.pairs(b.Pairs)
		}
	}
}

func (p *prose) para(x tell.Para) {
	mark := strings.Repeat("  ", x.Level)
	if x.Level == 0 {
		mark = signs[x.Tone]
	}
	p.add(x.Tone, mark, x.Text)
}

// entry adds an entry: a finding with what to do about it in exact words.
func (p *prose) entry(e tell.Entry, indent string) {
	if e.Code == "" {
		p.add(e.Tone, indent+marks[e.Mark], e.Text)
		return
	}
	p.add(e.Tone, marks[e.Mark], e.Text)
	p.add(faint, "  ", e.Label+", "+e.Code)
	if e.Fix == "" {
		return
	}
	p.gap()
	p.add(strong, "  ", tell.FixTitle(e))
	p.below("  ", e.Fix, false)
}

// below adds words that may be numbered, each number hanging before its lines.
func (p *prose) below(indent, text string, raw bool) {
	for _, l := range plainLines(text) {
		mark := indent
		for i := 0; !raw && i < len(l) && i < 3 && l[i] >= '0' && l[i] <= '9'; i++ {
			if len(l) > i+2 && l[i+1:i+3] == ". " {
				mark, l = mark+l[:i+3], l[i+3:]
				break
			}
		}
		*p = append(*p, para{mark: mark, text: l, raw: raw})
	}
}

// named is how wide the names of what a record holds are drawn.
const named = 19

func (p *prose) pairs(all []tell.Pair) {
	for _, d := range all {
		mark := pad(d.Name, named)
		for _, l := range plainLines(d.Text) {
			*p = append(*p, para{mark: mark, text: l, raw: d.Code})
			mark = strings.Repeat(" ", named)
		}
	}
}
