// Package shell puts values from outside into commands that people paste.
//
// Who may name an object, a host or a file chooses what stands in a command that
// an administrator pastes, and nobody knows into which shell. So a command is
// offered only where each value means itself in sh, PowerShell and cmd.exe alike.
// Between double quotes, that is letters, digits, the blank and
//
//	, . = : ; / _ - @ ( ) { } ' & + #
//
// and a backslash that stands neither at the end nor before another backslash or
// a quote. Single quotes quote nothing in cmd.exe, and typographic quotes end a
// text in PowerShell. Any other value is shown as a word of a list that is no
// command, and in which nothing is left that a shell would obey.
package shell

import (
	"fmt"
	"strings"
	"unicode"

	"writeback/internal/visible"
)

// longest is what cmd.exe takes as one line, in UTF-16 units.
const longest = 8191

// plain tells whether r means itself between double quotes, whatever stands
// beside it. Letters are those of any script, but for modifier letters and the
// click letters that look like | and !: where a code page lacks them, Windows
// makes a quote, an accent or a ! of some.
func plain(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(" ,.=:;/_-@(){}'&+#", r)
	}
	return unicode.IsLetter(r) && !unicode.Is(unicode.Lm, r) && !(0x1c0 <= r && r <= 0x1c3) && !visible.Deceives(r)
}

// Safe tells whether a value may stand in a command.
func Safe(value string) bool {
	return value != "" && value[0] != '-' && inert(value) == value
}

// inert is a value in which every character that is not safe is an escape: the
// result means itself between double quotes, in every shell.
func inert(value string) string {
	var b strings.Builder
	rs := []rune(visible.Line(value)) // which leaves no byte that is not UTF-8
	for i, r := range rs {
		switch {
		case plain(r), r == '\\' && i+1 < len(rs) && plain(rs[i+1]) && rs[i+1] != '\'':
			b.WriteRune(r)
		default:
			b.WriteString(visible.Escape(r))
		}
	}
	return b.String()
}

// quoted is a safe value as a word: alone where every shell takes it so.
func quoted(value string) string {
	const bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:"
	if value != "" && strings.Trim(value, bare+"-") == "" && strings.ContainsRune(bare, rune(value[0])) {
		return value
	}
	return `"` + value + `"`
}

// Name shows a name within a sentence that may be pasted with it: in quotes, and
// with an escape for each character that could get out of them. A sentence around
// it has no apostrophes and no quotes of its own.
func Name(value string) string { return quoted(inert(value)) }

// Line is a command in the making.
type Line []word

type word struct {
	text string
	own  bool // the program's own, written as it stands
}

// Words are the program's own words, in which each %s stands for a value.
func Words(own string, values ...string) (l Line) {
	for _, w := range strings.Fields(own) {
		if w == "%s" {
			l, values = append(l, word{text: values[0]}), values[1:]
			continue
		}
		l = append(l, word{w, true})
	}
	return l
}

// Command is the line as it can be pasted, if it can.
func (l Line) Command() (text string, ok bool) {
	words := make([]string, 0, len(l))
	for _, w := range l {
		switch {
		case w.own:
			words = append(words, w.text)
		case Safe(w.text):
			words = append(words, quoted(w.text))
		default:
			return "", false
		}
	}
	text = strings.Join(words, " ")
	return text, len(text) <= longest // bytes are more than units
}

// Command is the command of the program's own words and values.
func Command(own string, values ...string) (text string, ok bool) {
	return Words(own, values...).Command()
}

const (
	obeyed = `a shell would change or obey a character of them, for which \uXXXX stands here`
	noLine = "no command but its words, since " + obeyed + ":"
)

func (l Line) numbered(form, between string) string {
	out := make([]string, 0, len(l))
	for i, w := range l {
		text := w.text
		if !w.own {
			text = Name(text)
		}
		out = append(out, fmt.Sprintf(form, i+1, text))
	}
	return strings.Join(out, between)
}

// Shown is the command, or several lines with its words, which are no command.
func (l Line) Shown() string {
	if text, ok := l.Command(); ok {
		return text
	}
	return noLine + "\n" + l.numbered("%3d  %s", "\n")
}

// String is for the middle of a sentence: the command, or its words.
func (l Line) String() string {
	if text, ok := l.Command(); ok {
		return text
	}
	return "these words (no command, since " + obeyed + "): " + l.numbered("%d %s", ", ")
}

// Option is a flag with its value, for the middle of a sentence.
func Option(flag, value string) string { return Words(flag+" %s", value).String() }
