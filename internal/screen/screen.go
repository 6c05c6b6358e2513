// Package screen is the screen of a terminal: what a person sees of what a
// program writes. It understands what this program writes and no more (ECMA-48;
// xterm's alternate screen and links): a sequence that it does not know is an
// error, for what it would do on a real screen nobody here has looked at. It
// imports only the standard library: it knows no screen of this program.
package screen

import (
	"fmt"
	"strings"
	"sync"
)

// Screen is written to as a terminal is. Its methods may be called from several
// goroutines.
type Screen struct {
	mu     sync.Mutex
	w, h   int
	rows   [][]Cell
	under  [][]Cell // the screen below the alternate one; nil: that is the one shown
	x, y   int      // of the cursor; x is w behind the last cell of a row
	ux, uy int      // of the cursor of the screen below
	pen    Style
	hidden bool   // the cursor is not shown
	rest   []byte // of a sequence that is not there as a whole yet
	err    error  // the first thing that was not understood
}

// Cell is one character and how it looks.
type Cell struct {
	Rune  rune
	Style Style
}

// Style is how characters look. The zero value is plain.
type Style struct {
	Colour                           int // 0 for the terminal's own; 1 to 16 for the colours of ECMA-48 and their bright ones
	Bold, Faint, Reverse, Underlined bool
	Link                             string // where the text leads to (OSC 8); "" for nowhere
}

// New is an empty screen of so many columns and rows.
func New(w, h int) *Screen {
	s := &Screen{w: w, h: h}
	s.rows = s.blank()
	return s
}

func (s *Screen) blank() [][]Cell {
	rows := make([][]Cell, s.h)
	for i := range rows {
		rows[i] = blankRow(s.w)
	}
	return rows
}

func blankRow(w int) []Cell {
	row := make([]Cell, w)
	for i := range row {
		row[i].Rune = ' '
	}
	return row
}

// Resize is what a person does to the window. Rows are cut or filled at their
// ends, as most terminals do on the alternate screen.
func (s *Screen) Resize(w, h int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.w, s.h = w, h
	s.rows = s.fitted(s.rows)
	if s.under != nil {
		s.under = s.fitted(s.under)
	}
	s.x, s.y = min(s.x, w-1), min(s.y, h-1)
}

func (s *Screen) fitted(rows [][]Cell) [][]Cell {
	out := s.blank()
	for i := range min(len(rows), s.h) {
		copy(out[i], rows[i])
	}
	return out
}

// Write shows what a program writes. It never fails: see Err.
func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rest = append(s.rest, p...)
	for len(s.rest) > 0 {
		n := s.take(s.rest)
		if n == 0 {
			break
		}
		s.rest = s.rest[n:]
	}
	return len(p), nil
}

// Err is the first thing written that was not understood; nil: all was.
func (s *Screen) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *Screen) unknown(what []byte) {
	if s.err == nil {
		s.err = fmt.Errorf("the screen does not know %q", what)
	}
}

// Cells are the characters, row by row: a copy.
func (s *Screen) Cells() [][]Cell {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fitted(s.rows)
}

// Alternate says that the program draws on a screen of its own.
func (s *Screen) Alternate() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.under != nil
}

// String is the text, a line for each row, without what is blank at its end.
func (s *Screen) String() string { return Text(s.Cells()) }

// Text is what cells say.
func Text(rows [][]Cell) string {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(strings.TrimRight(rowText(row), " ") + "\n")
	}
	return b.String()
}

func rowText(row []Cell) string {
	var b strings.Builder
	for _, c := range row {
		b.WriteRune(c.Rune)
	}
	return b.String()
}

// print puts a character where the cursor is. At the end of a row the cursor
// waits behind the last cell, and goes on with the next character.
func (s *Screen) print(r rune) {
	if s.x >= s.w {
		s.x = 0
		s.feed()
	}
	s.rows[s.y][s.x] = Cell{r, s.pen}
	s.x++
}

// feed goes a row down, and scrolls at the last one.
func (s *Screen) feed() {
	if s.y < s.h-1 {
		s.y++
		return
	}
	s.rows = append(s.rows[1:], blankRow(s.w))
}

// wipe empties cells of a row, from one up to before another.
func (s *Screen) wipe(y, from, to int) {
	copy(s.rows[y][max(0, from):min(to, s.w)], blankRow(s.w))
}
