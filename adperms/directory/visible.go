package directory

import (
	"strings"

	"writeback/internal/visible"
)

// Visible returns s with everything escaped that could hide, reverse or rewrite
// text on a screen. Trailing NULs are dropped: AD ends its diagnostic messages
// with one.
func Visible(s string) string { return visible.Line(strings.TrimRight(s, "\x00")) }
