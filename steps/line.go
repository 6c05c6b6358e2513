package steps

import "writeback/internal/visible"

// What a person approves must look on every screen like what it is. Names come
// out of a directory where others may write, so a line with a character of the
// table of internal/visible in it is refused, not shown.

// Plain returns s with every character that a [Change] may not hold written as an
// escape like \u001b. What a procedure puts into a description from outside goes
// through it.
func Plain(s string) string { return visible.Line(s) }

// PlainJSON returns a JSON text with the same meaning in which those characters
// are escaped.
func PlainJSON(text []byte) []byte { return visible.JSON(text) }
