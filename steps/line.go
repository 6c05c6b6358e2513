package steps

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a person approves must look on every screen like what it is. Names come
// out of a directory where others may write, so a line with an escape sequence,
// a line break or a change of writing direction in it is refused, not shown.

// Plain returns s with every character that a [Change] may not hold (control
// characters, line and paragraph separators, overrides of the writing
// direction, bytes that are not UTF-8) written as an escape like \u001b. What a
// procedure puts into a description from outside goes through it.
func Plain(s string) string {
	if checkLine(s) == nil {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case deceives(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		s = s[n:]
	}
	return b.String()
}

// PlainJSON returns a JSON text with the same meaning in which those characters
// are escaped: they can only stand in strings, and JSON has an escape for each.
func PlainJSON(text []byte) []byte {
	if checkText(string(text)) == nil {
		return text
	}
	var b bytes.Buffer
	for _, r := range string(text) { // valid UTF-8: encoding/json writes nothing else
		if deceives(r) && !strings.ContainsRune("\n\r\t", r) { // which stand between values alone
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.Bytes()
}

// plainText is Plain for text of several lines.
func plainText(s string) string {
	if checkText(s) == nil {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Plain(l)
	}
	return strings.Join(lines, "\n")
}

// checkLine accepts one line of plain text.
func checkLine(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("it is not valid UTF-8")
	}
	for _, r := range s {
		if deceives(r) {
			return fmt.Errorf("it contains the control character %U", r)
		}
	}
	return nil
}

// checkText accepts plain text of several lines: line feeds and tabs are fine.
func checkText(s string) error {
	return checkLine(strings.NewReplacer("\n", " ", "\t", " ").Replace(s))
}

// deceives tells whether r can make a terminal show something else than what
// is there: control characters (Cc), separators that break a line (Zl, Zp), and
// the bidirectional embeddings, overrides and isolates of UAX #9, section 2.
// The plain direction marks U+200E and U+200F are part of names that people
// bear, and stay.
func deceives(r rune) bool {
	return unicode.IsControl(r) ||
		r == '\u2028' || r == '\u2029' ||
		r >= '\u202a' && r <= '\u202e' ||
		r >= '\u2066' && r <= '\u2069'
}
