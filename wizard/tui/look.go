package tui

import (
	"io"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// tone is what a text is, and so how it looks.
type tone int

const (
	bare   tone = iota
	strong      // headings, and what has the cursor
	faint       // what matters less
	good
	warn
	bad
	note
)

// look draws tones. Without colour everything is as bare as NO_COLOR asks.
type look struct{ styles [note + 1]lipgloss.Style }

// newLook asks the terminal nothing: the sixteen colours of ECMA-48 are the
// person's own, chosen to be read on their background.
func newLook(colour bool) *look {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	if colour {
		r.SetColorProfile(termenv.ANSI)
	}
	var l look
	for t := range l.styles {
		l.styles[t] = r.NewStyle()
	}
	l.styles[strong] = l.styles[strong].Bold(true)
	l.styles[faint] = l.styles[faint].Faint(true)
	for t, c := range map[tone]string{good: "2", warn: "3", bad: "1", note: "6"} {
		l.styles[t] = l.styles[t].Foreground(lipgloss.Color(c))
	}
	return &l
}

// paint draws one line of plain text in a tone.
func (l *look) paint(t tone, s string) string {
	if t == bare || s == "" {
		return s
	}
	return l.styles[t].Render(s)
}

// caret marks the character that the cursor is on. Reverse video is no colour:
// NO_COLOR does not speak of it, and without it nobody could see where they type.
func caret(s string) string { return "\x1b[7m" + s + "\x1b[27m" }
