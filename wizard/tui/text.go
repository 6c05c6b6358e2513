package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"writeback/steps"
	"writeback/wizard/tell"
)

// plainLines splits text from outside into lines that are safe to draw. A tab
// would be as wide as the terminal likes, so it becomes spaces.
func plainLines(s string) []string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\t", "    ")
	out := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, l := range out {
		out[i] = steps.Plain(l)
	}
	return out
}

// plain is plainLines for what has to stay on one line.
func plain(s string) string { return strings.Join(plainLines(s), " ") }

// wrap breaks one line of plain text into lines of at most w cells, between
// words where it can. Nothing but spaces at a break is lost.
func wrap(s string, w int) []string {
	if len(s) <= w {
		return []string{s} // no character is wider than its bytes are many
	}
	var out []string
	line, used := "", 0
	for rest := s; rest != ""; {
		gap := len(rest) - len(strings.TrimLeft(rest, " "))
		end := strings.IndexByte(rest[gap:]+" ", ' ') + gap
		word := rest[gap:end]
		n := width(word)
		switch {
		case used+gap+n <= w:
			line, used = line+rest[:end], used+gap+n
		case n <= w:
			out, line, used = append(out, line), word, n
		default:
			if line != "" { // not used > 0: a combining character alone takes no cell
				out = append(out, line)
			}
			pieces := chop(word, w)
			out = append(out, pieces[:len(pieces)-1]...)
			line = pieces[len(pieces)-1]
			used = width(line)
		}
		rest = rest[end:]
	}
	return append(out, line)
}

// chop breaks one line of plain text into lines of exactly w cells but for the
// last: for what is not made of words.
func chop(s string, w int) []string {
	if len(s) <= w {
		return []string{s}
	}
	return strings.Split(ansi.Hardwrap(s, max(w, 2), true), "\n")
}

func width(s string) int { return ansi.StringWidth(s) }

// pad fills a drawn line up to w cells. A line that is too wide is cut: the
// last resort of the frame, which no screen should need.
func pad(s string, w int) string {
	n := width(s)
	if n > w {
		return ansi.Truncate(s, w, "")
	}
	return s + strings.Repeat(" ", w-n)
}

// ends puts two drawn texts at the ends of a line of w cells. The right one is
// left out where they do not fit.
func ends(left, right string, w int) string {
	gap := w - width(left) - width(right)
	if gap < 1 {
		return left
	}
	return left + strings.Repeat(" ", gap) + right
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return tell.Grouped(n) + " " + what + "s"
}
