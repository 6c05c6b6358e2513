package plain

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"writeback/steps"
)

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

// needed is how many columns of a list are always there: of one of runs the run, its
// state and when it began.
const needed = 3

// leastCell is how narrow a cell is cut before its column is left out.
const leastCell = 12

// fit makes a table so many columns wide: cells of the last column are cut, and
// where too little would be left of them it goes, then that before it.
func fit(rows [][]string, columns int) [][]string {
	for i := range rows {
		for j := range rows[i] {
			rows[i][j] = steps.Plain(rows[i][j]) // what is measured is what is shown
		}
	}
	for columns > 0 && len(rows[0]) > needed {
		end := len(rows[0]) - 1
		before, last := 0, 0
		for j := range end {
			before += widthOf(rows, j) + 2
		}
		if last = widthOf(rows, end); before+last <= columns {
			break
		}
		for i := range rows {
			if columns-before >= min(leastCell, last) {
				rows[i][end] = cut(rows[i][end], columns-before)
			} else {
				rows[i] = rows[i][:end]
			}
		}
	}
	return rows
}

func widthOf(rows [][]string, column int) (width int) {
	for _, row := range rows {
		width = max(width, utf8.RuneCountInString(row[column]))
	}
	return width
}

// cut shortens a text to so many characters, and shows that it did.
func cut(text string, width int) string {
	if all := []rune(text); len(all) > width {
		return string(all[:width-1]) + "…"
	}
	return text
}
