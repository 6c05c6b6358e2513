// Package visible holds the one table of characters that deceive a reader, and
// the one form in which they are shown. It imports only the standard library:
// how a name is shown depends on the name alone.
//
// Names come out of a directory, a certificate or a tenant where others may
// write. What a person approves, chooses or reads must look on every screen like
// what it is, so that only characters that show themselves are shown as they
// are. Not covered, because names that people bear need them: letters that look
// alike in different scripts, combining marks, and scripts that run from right
// to left.
package visible

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Deceives tells whether r could make a screen show something else than what is
// there. Shown are letters, marks, numbers, punctuation, symbols and the blank
// (Unicode's categories L, M, N, P, S and U+0020). That leaves out
//
//   - controls, among them C1 and all that begins a terminal sequence (Cc);
//   - what turns the direction of writing, joins or parts letters without being
//     seen, hyphens that show at the end of a line alone, tags, the byte order
//     mark, operators that nobody sees (Cf);
//   - blanks that are not the blank (Zs), separators of lines (Zl, Zp);
//   - private use and what is not assigned (Co, Cn): every font draws another thing.
//
// Some characters of the categories that are shown cannot be seen; they are blank
// and the table names them.
func Deceives(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unseen)
}

// unseen are letters, marks and symbols that draw nothing and that Unicode does
// not call ignorable: BRAILLE PATTERN BLANK, OBJECT REPLACEMENT CHARACTER, KHITAN
// SMALL SCRIPT FILLER, MUSICAL SYMBOL NULL NOTEHEAD.
var unseen = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x2800, Hi: 0x2800, Stride: 1}, {Lo: 0xfffc, Hi: 0xfffc, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x16fe4, Hi: 0x16fe4, Stride: 1}, {Lo: 0x1d159, Hi: 0x1d159, Stride: 1}},
}

// Check accepts one line that shows all that is in it.
func Check(s string) error { return check(s, Deceives) }

// CheckText accepts such text of several lines: line feeds and tabs are fine.
func CheckText(s string) error {
	return check(s, func(r rune) bool { return Deceives(r) && r != '\n' && r != '\t' })
}

func check(s string, refused func(rune) bool) error {
	if !utf8.ValidString(s) {
		return errors.New("it is not valid UTF-8")
	}
	if i := strings.IndexFunc(s, refused); i >= 0 {
		r, _ := utf8.DecodeRuneInString(s[i:])
		return fmt.Errorf("it contains the character %U, which hides or changes what is shown", r)
	}
	return nil
}

// Line returns s as one line in which each character that deceives is an
// [Escape], and each byte that is not UTF-8 is \xff.
func Line(s string) string {
	if Check(s) == nil {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case Deceives(r):
			b.WriteString(Escape(r))
		default:
			b.WriteRune(r)
		}
		s = s[n:]
	}
	return b.String()
}

// Escape is how a character is written that cannot be shown: \u202e, and
// \U000e0041 where four digits do not hold it.
func Escape(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// Text is [Line] for text of several lines.
func Text(s string) string {
	if CheckText(s) == nil {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Line(l)
	}
	return strings.Join(lines, "\n")
}

// Words returns s as one line of at most n characters for text that somebody
// else wrote and that nobody has to find again: blanks of all kinds, and line
// breaks, are one blank.
func Words(s string, n int) string {
	if keep := 4 * utf8.UTFMax * n; len(s) > keep { // its end is not shown in any case
		s = s[:keep]
	}
	s = Line(strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " "))
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return s
}

// JSON returns a JSON text with the same meaning in which these characters are
// escaped as JSON does it: they can only stand in strings.
func JSON(text []byte) []byte {
	if CheckText(string(text)) == nil {
		return text
	}
	var b bytes.Buffer
	for _, r := range string(text) { // valid UTF-8: encoding/json writes nothing else
		switch {
		case !Deceives(r) || strings.ContainsRune("\n\r\t", r): // which stand between values alone
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
