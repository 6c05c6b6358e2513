package steps

import (
	"errors"
	"strings"

	"writeback/internal/visible"
)

// Lines are the lines of an error, one for each of those that were joined. A line
// break that came with a name or a value is not one of them, but an escape: who
// chooses names does not write lines of ours.
func Lines(err error) []string {
	if all, ok := err.(interface{ Unwrap() []error }); ok && err.Error() == errors.Join(all.Unwrap()...).Error() {
		var out []string
		for _, e := range all.Unwrap() {
			out = append(out, Lines(e)...)
		}
		return out
	}
	text := err.Error()
	var joined interface {
		error
		Unwrap() []error
	}
	if errors.As(err, &joined) && joined.Error() == errors.Join(joined.Unwrap()...).Error() && joined.Error() != text {
		parts := Lines(joined)
		before, after, found := strings.Cut(text, joined.Error())
		if found { // what is around the lines begins the first and ends the last
			parts[0] = visible.Line(before) + parts[0]
			parts[len(parts)-1] += visible.Line(after)
			return parts
		}
	}
	return []string{visible.Line(text)}
}

// ErrorText is [Lines] as one text.
func ErrorText(err error) string { return strings.Join(Lines(err), "\n") }
