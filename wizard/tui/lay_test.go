package tui

import (
	"testing"

	"writeback/wizard/tell"
)

// A block that the screen leaves out is lost without a word: lists have to lay out what a
// review is made of, and texts what is read.
func TestEveryBlockIsLaidOut(t *testing.T) {
	entries := []tell.Entry{{Mark: tell.Careful, Label: "warning", Code: "told", Text: "told", Fix: "told"}}
	for name, b := range map[string]tell.Block{
		"heading": {Heading: &tell.Heading{Text: "told"}}, "entries": {Entries: entries}, "paragraph": {Para: &tell.Para{Text: "told"}},
		"bars": {Bars: &tell.Bars{Rows: []tell.Bar{{Text: "told"}}}},
	} {
		if all := items([]tell.Block{b}); len(all) != 1 {
			t.Errorf("%s: %d items", name, len(all))
		}
		var p prose
		if p.show([]tell.Block{b}); len(p) == 0 {
			t.Errorf("%s: no text", name)
		}
	}
	if all := items([]tell.Block{{Table: &tell.Table{Caption: "told", Rows: [][]tell.Cell{make([]tell.Cell, 3)}}}, {Gap: true}}); len(all) != 3 {
		t.Errorf("a table and a gap: %+v", all)
	}
	for name, b := range map[string]tell.Block{
		"named": {Named: &tell.Named{Name: "told", Text: "told"}}, "code": {Code: &tell.Code{Text: "told"}},
		"list": {List: &tell.List{Points: []string{"told"}}}, "pairs": {Pairs: []tell.Pair{{Name: "told", Text: "told"}}},
	} {
		var p prose
		if p.show([]tell.Block{b}); len(p) == 0 {
			t.Errorf("%s: no text", name)
		}
	}
}
