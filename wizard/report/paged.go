package report

import "writeback/wizard/tell"

// How a table is printed. Browsers keep a row on one sheet, but do not keep the
// headings with the first row. So a table that takes less than half a sheet stands on
// one, and before a longer one there is room for the headings and the first row, or
// it begins on the next sheet; a first row that is higher than that is begun there.
const (
	whole = "whole"
	long  = "long"
	tall  = "tall" // long, with a first row that is high
)

const (
	wideLine  = 90 // characters that fit across a sheet
	fewLines  = 24 // less than half a sheet
	highLines = 6
)

// paged is the class of a table.
func paged(t tell.Table) string {
	all, first := 0, 0
	for i, r := range t.Rows {
		n := lines(r, wideLine/max(1, len(t.Head)))
		if i == 0 {
			first = n
		}
		all += n
	}
	switch {
	case all <= fewLines:
		return whole
	case first > highLines:
		return tall
	}
	return long
}

// lines is about how high a row is, in columns of so many characters.
func lines(row []tell.Cell, column int) (most int) {
	for _, c := range row {
		n, at := 1, 0
		for _, r := range c.Text {
			if at++; r == '\n' || at > column {
				n, at = n+1, 0
			}
		}
		most = max(most, n)
	}
	return most
}
