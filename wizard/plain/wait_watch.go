package plain

import (
	"fmt"
	"io"
	"strings"

	"writeback/steps"
	"writeback/wizard/tell"
)

// Watching shows the DCs while they are watched, on Err: a bar for each, drawn in
// place, or else a line whenever there is news of one.
type Watching struct {
	to    io.Writer
	size  func() (columns, rows int)
	drawn int      // lines of bars that stand on the screen
	told  []string // of each DC, what was said last
}

// Watching begins. size is that of the terminal at Err, as far as it takes ANSI
// sequences; nil: there is none.
func (f *Renderer) Watching(size func() (columns, rows int)) *Watching {
	return &Watching{to: f.Err, size: size}
}

// Tell shows how it stands with all DCs, always in the same order.
func (w *Watching) Tell(all []tell.Replica) {
	if w.size != nil {
		if columns, rows := w.size(); columns >= narrowest && rows > len(all) {
			w.draw(all, columns)
			return
		}
		w.drawn = 0 // what stands there is left
	}
	w.lines(all)
}

func (w *Watching) lines(all []tell.Replica) {
	if w.told == nil {
		w.told = make([]string, len(all))
	}
	for i, r := range all {
		text := r.Progress()
		if r.State == tell.ReplicaUnseen || text == w.told[i] {
			continue
		}
		w.told[i] = text
		fmt.Fprintln(w.to, steps.Plain(r.Name()+"  "+text))
	}
}

const (
	narrowest = 40 // columns that bars need
	barLength = 20
	maxName   = 36
)

// draw puts the bars in the place of the earlier ones (ECMA-48 8.3.22 CUU and
// 8.3.41 EL), in one write.
func (w *Watching) draw(all []tell.Replica, columns int) {
	var b strings.Builder
	if w.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", w.drawn)
	}
	width := 0
	for _, r := range all {
		width = max(width, min(maxName, len(oneColumn(r.Name()))))
	}
	for _, r := range all {
		line := fmt.Sprintf("%-*.*s  [%s]  %s", width, maxName, oneColumn(r.Name()), bar(r), oneColumn(r.Briefly()))
		fmt.Fprintf(&b, "\r\x1b[2K%s\n", line[:min(len(line), columns-1)])
	}
	_, _ = io.WriteString(w.to, b.String()) // progress; the end is told again
	w.drawn = len(all)
}

// bar is full only where the DC is done.
func bar(r tell.Replica) string {
	n := 0
	switch {
	case r.Done:
		n = barLength
	case r.Users > 0:
		n = min(barLength-1, r.Carry*barLength/r.Users)
	}
	return strings.Repeat("#", n) + strings.Repeat(".", barLength-n)
}

// oneColumn makes a text safe and every byte of it one column wide, so that a
// line can be cut where the terminal would break it.
func oneColumn(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, steps.Plain(text))
}
