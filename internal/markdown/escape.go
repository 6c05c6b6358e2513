// Package markdown writes text from outside into GitHub Flavored Markdown, where
// it means nothing beyond its letters. It knows no document: how a name is
// written depends on the name alone.
package markdown

import (
	"strings"
	"unicode"
)

// special are the characters that mean something in Markdown, wherever they stand
// in a text that does not begin a line: emphasis, code, links, HTML, entities,
// tables, strikethrough, formulas, and what makes an address of a text (GFM 6.9).
const special = "\\`*_[]<>&|~$@#"

// Text is a text as words, on one line. Line feeds become slashes.
func Text(text string) string {
	var b strings.Builder
	all := []rune(strings.ReplaceAll(text, "\n", " / "))
	for i, r := range all {
		if strings.ContainsRune(special, r) || r == ':' && scheme(all[i+1:]) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return strings.ReplaceAll(b.String(), "www.", `www\.`)
}

// scheme says that what follows a colon could make an address, or a picture, of
// the text before it. A time and the end of a phrase are neither.
func scheme(rest []rune) bool {
	return len(rest) > 0 && rest[0] != ' ' && !unicode.IsDigit(rest[0])
}

// Span is a code span that its text cannot end (CommonMark 6.1).
func Span(text string) string {
	ticks := strings.Repeat("`", longest(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.HasPrefix(text, " ") && strings.HasSuffix(text, " ") {
		text = " " + text + " "
	}
	return ticks + text + ticks
}

// Fence is what a block of code stands between that has the text in it (CommonMark 4.5).
func Fence(text string) string { return strings.Repeat("`", max(3, longest(text)+1)) }

// longest is the longest run of backticks in a text.
func longest(text string) int {
	most, n := 0, 0
	for _, r := range text {
		n++
		if r != '`' {
			n = 0
		}
		most = max(most, n)
	}
	return most
}
