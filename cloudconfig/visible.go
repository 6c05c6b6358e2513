package cloudconfig

import (
	"strings"
	"unicode"
)

// Visible is s in one line without anything that a terminal would obey or that
// would change the direction of text, of at most n characters: for words that
// came from elsewhere.
func Visible(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r) || r == unicode.ReplacementChar:
			return '?'
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return s
}
