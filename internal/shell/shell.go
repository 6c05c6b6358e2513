// Package shell puts values from outside into commands that people paste. It
// imports no other package of this module but visible: how a value is quoted
// depends on the value alone.
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
	"slices"
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
func Name(value string) string { return quoted(named(value)) }

// Quoted is [Name] with quotes around a plain word, too.
func Quoted(value string) string { return `"` + named(value) + `"` }

// named is inert, but for a dollar sign at the end, as names of computers and managed
// service accounts have it: before the closing quote it means itself in the three
// shells. Commands go without it, for other shells take it for an error.
func named(value string) string {
	if name, is := strings.CutSuffix(value, "$"); is && name != "" {
		return inert(name) + "$"
	}
	return inert(value)
}

// Line is a command in the making.
type Line []word

type word struct {
	own   string // the program's own, written as it stands
	value string // what follows it, from outside
	has   bool   // there is a value
}

// Words are the program's own words. A %s at the end of one stands for a value.
func Words(own string, values ...string) (l Line) {
	for _, text := range strings.Fields(own) {
		w := word{own: text}
		if w.own, w.has = strings.CutSuffix(text, "%s"); w.has {
			w.value, values = values[0], values[1:]
		}
		l = append(l, w)
	}
	return l
}

// Instead has other stand for a value that is not safe, where other means the
// same and is.
func (l Line) Instead(value, other string) Line {
	out := slices.Clone(l)
	for i, w := range out {
		if w.has && w.value == value && !Safe(value) && Safe(other) {
			out[i].value = other
		}
	}
	return out
}

// Command is the line as it can be pasted, if it can.
func (l Line) Command() (text string, ok bool) {
	words := make([]string, 0, len(l))
	for _, w := range l {
		switch {
		case !w.has:
			words = append(words, w.own)
		case Safe(w.value):
			words = append(words, w.own+quoted(w.value))
		default:
			return "", false
		}
	}
	text = strings.Join(words, " ")
	return text, len(text) <= longest // bytes are more than units
}

// String is the command, or else its words as a list that is no command.
func (l Line) String() string {
	if text, ok := l.Command(); ok {
		return text
	}
	out := make([]string, 0, len(l))
	for i, w := range l {
		text := w.own
		if w.has {
			text += Name(w.value)
		}
		out = append(out, fmt.Sprintf("%d %s", i+1, text))
	}
	return `these words (no command, since a shell would change or obey a character of them, for which \uXXXX stands here): ` + strings.Join(out, ", ")
}

// Option is a flag with its value, for the middle of a sentence.
func Option(flag, value string) string { return Words(flag+" %s", value).String() }
