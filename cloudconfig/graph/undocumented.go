package graph

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"writeback/internal/misread"
)

// incompatible is how the SDK's reader tells of a value of another kind: in types of
// Go, and without the field that it stands in.
var incompatible = regexp.MustCompile(`type '([^']*)' is not compatible with type (\S+)`)

// undocumented says in which way an answer is not as Graph documents it.
func undocumented(err error) string {
	const but = "the answer is not as Graph documents it: "
	var when *time.ParseError
	switch m := incompatible.FindStringSubmatch(err.Error()); {
	case m != nil:
		return but + kindOf(m[1]) + " stands where " + kindOf(m[2]) + " belongs"
	case errors.As(err, &when):
		return but + misread.JSON(err)
	case strings.Contains(err.Error(), "not a collection"):
		return but + "something else stands where a list belongs"
	case strings.Contains(err.Error(), "UUID"):
		return but + "something else stands where an id (a UUID) belongs"
	}
	return but + "a value in it cannot be read"
}

// kindOf is what people call a type of the SDK's reader.
func kindOf(t string) string {
	switch t = strings.TrimPrefix(t, "*"); {
	case t == "string":
		return "a text"
	case t == "bool":
		return "true or false"
	case strings.HasPrefix(t, "float"), strings.HasPrefix(t, "int"), strings.HasPrefix(t, "uint"):
		return "a number"
	case strings.HasPrefix(t, "[]"):
		return "a list"
	case strings.HasPrefix(t, "map["):
		return "an object"
	}
	return "another kind of value"
}
