package tui

import (
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"writeback/steps"
)

// maxInput bounds what is typed or pasted into a line, in characters: a DN is
// far shorter, and a file that was pasted by mistake far longer.
const maxInput = 4096

// input is one line that is edited.
type input struct {
	text []rune
	at   int // the cursor, before text[at]
}

func newInput(s string) input { return input{text: []rune(s), at: len([]rune(s))} }

func (in *input) String() string { return string(in.text) }

// press edits, and tells whether the key was one for it.
func (in *input) press(k tea.KeyMsg) bool {
	switch k.String() {
	case "left", "ctrl+b":
		in.at = max(0, in.at-1)
	case "right", "ctrl+f":
		in.at = min(len(in.text), in.at+1)
	case "home", "ctrl+a":
		in.at = 0
	case "end", "ctrl+e":
		in.at = len(in.text)
	case "backspace", "ctrl+h":
		if in.at > 0 {
			in.cut(in.at-1, in.at)
		}
	case "delete", "ctrl+d":
		if in.at < len(in.text) {
			in.cut(in.at, in.at+1)
		}
	case "ctrl+u":
		in.cut(0, in.at)
	case "ctrl+k":
		in.cut(in.at, len(in.text))
	case "ctrl+w":
		in.cut(in.word(), in.at)
	default:
		if k.Type != tea.KeyRunes && k.Type != tea.KeySpace || k.Alt {
			return false
		}
		in.insert(k.Runes)
	}
	return true
}

// insert takes typed and pasted characters. The line breaks at the ends of a
// paste are not part of it, others become spaces, and controls are left out. What
// a reader could be deceived by stays, since names and passwords have it, and is
// drawn as an escape.
func (in *input) insert(rs []rune) {
	s := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) && unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.Trim(string(rs), "\r\n"))
	add := []rune(s)
	add = add[:min(len(add), maxInput-len(in.text))]
	in.text = append(in.text[:in.at:in.at], append(add, in.text[in.at:]...)...)
	in.at += len(add)
}

func (in *input) cut(from, to int) {
	in.text = append(in.text[:from:from], in.text[to:]...)
	in.at = from
}

// word is where the word before the cursor begins.
func (in *input) word() int {
	i := in.at
	for i > 0 && in.text[i-1] == ' ' {
		i--
	}
	for i > 0 && in.text[i-1] != ' ' {
		i--
	}
	return i
}

// lines draws the text with its cursor, w wide, and says on which line that is.
// A secret is as many dots.
func (in *input) lines(w int, secret bool) (out []string, row int) {
	text, before := steps.Plain(string(in.text)), steps.Plain(string(in.text[:in.at]))
	if secret {
		text, before = strings.Repeat("•", len(in.text)), strings.Repeat("•", in.at)
	}
	at := width(before)
	out = chop(text, w)
	if width(out[len(out)-1]) >= w {
		out = append(out, "")
	}
	for row < len(out)-1 && at >= width(out[row]) {
		at -= width(out[row])
		row++
	}
	out[row] = cursor(out[row], at)
	return out, row
}

// cursor marks the cell at which a line is edited.
func cursor(line string, at int) string {
	var b strings.Builder
	n := 0
	done := false
	for _, r := range line {
		if n == at && !done {
			done = true
			b.WriteString(caret(string(r)))
			n += width(string(r))
			continue
		}
		b.WriteRune(r)
		n += width(string(r))
	}
	if !done {
		b.WriteString(caret(" "))
	}
	return b.String()
}
