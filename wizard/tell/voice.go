package tell

import (
	"fmt"
	"strings"
	"time"
)

// Voice is where something is read. In a few places the same is still said in other words
// there; each of them goes through [Voice.of], so that they can be found.
type Voice int

// The voices.
const (
	Lines   Voice = iota // of a terminal or a log
	Screen               // the wizard's
	Summary              // of a workflow, in Markdown
)

// of is the wording of lines and summaries, or that of the screen.
func (v Voice) of(lines, screen string) string {
	if v == Screen {
		return screen
	}
	return lines
}

// tone is of, for tones.
func (v Voice) tone(lines, screen Tone) Tone {
	if v == Screen {
		return screen
	}
	return lines
}

// number is a count: the screen has a comma between thousands.
func (v Voice) number(n int) string { return v.of(fmt.Sprint(n), Grouped(n)) }

// plural is a count of things.
func (v Voice) plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return v.number(n) + " " + what + "s"
}

// plural is a count of things, as lines have it.
func plural(n int, what string) string { return Lines.plural(n, what) }

// Grouped is a number as people read it: 10,000.
func Grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// valuesOf are the values of a setting, each as it is.
func valuesOf(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return []string{fmt.Sprint(v)}
	}
	parts := make([]string, 0, len(list))
	for _, x := range list {
		parts = append(parts, fmt.Sprint(x))
	}
	return parts
}

// value is a setting on one line. DNs have commas in them, so that a list of them needs
// another mark.
func (v Voice) value(of any) string {
	parts := valuesOf(of)
	for _, p := range parts {
		if v == Screen || strings.Contains(p, ",") {
			return strings.Join(parts, "; ")
		}
	}
	return strings.Join(parts, ", ")
}

// The times of what is told are UTC.

func minuteOf(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

func secondOf(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

func milliOf(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000Z") }
