package tui

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"writeback/wizard/tell"
)

// tone is what a text is, and so how it looks.
type tone = tell.Tone

// The tones by shorter names.
const (
	bare   = tell.Bare
	strong = tell.Strong
	faint  = tell.Faint
	good   = tell.Good
	warn   = tell.Warn
	bad    = tell.Alarm
	note   = tell.Note
)

// style draws tones. Without colour everything is as bare as NO_COLOR asks.
type style struct{ around map[tone][2]string } // what stands before and after a text

// newStyle asks the terminal nothing: the sixteen colours of ECMA-48 are the
// person's own, chosen to be read on their background.
func newStyle(colour bool) *style {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	if colour {
		r.SetColorProfile(termenv.ANSI)
	}
	styles := map[tone]lipgloss.Style{strong: r.NewStyle().Bold(true), faint: r.NewStyle().Faint(true)}
	for t, c := range map[tone]string{good: "2", warn: "3", bad: "1", note: "6"} {
		styles[t] = r.NewStyle().Foreground(lipgloss.Color(c))
	}
	l := style{map[tone][2]string{}}
	for t, style := range styles {
		// A style is asked once: laying out a box around each line costs more than
		// all the rest of a frame.
		before, after, _ := strings.Cut(style.Render("x"), "x")
		l.around[t] = [2]string{before, after}
	}
	return &l
}

// paint draws one line of plain text in a tone.
func (l *style) paint(t tone, s string) string {
	if t == bare || s == "" {
		return s
	}
	return l.around[t][0] + s + l.around[t][1]
}

// caret marks the character that the cursor is on. Reverse video is no colour:
// NO_COLOR does not speak of it, and without it nobody could see where they type.
func caret(s string) string { return "\x1b[7m" + s + "\x1b[27m" }
