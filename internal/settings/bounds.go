package settings

import (
	"bytes"
	"fmt"
)

// A YAML parser takes memory and time that grow with the square of what is within
// each other, and of how many keys there are: 40 kB of brackets took 2.5 GB. So a
// configuration file is looked at before it is parsed. These bounds are far above
// what settings need, which are keys with values, or with lists of values.
const (
	maxYAMLLines    = 4000
	maxYAMLBrackets = 400    // [ and {, wherever they stand
	maxYAMLMarks    = 10_000 // of all characters that can mean something
	maxYAMLFront    = 4      // of "- ", "? " and ": " that begin a line one behind the other
)

// tooIntricate says what of a YAML document is more than settings can need; nil:
// nothing is. It does not look at quotes, so that no quote deceives it.
func tooIntricate(doc []byte) error {
	lines, brackets, marks := 0, 0, 0
	for line := range bytes.Lines(doc) {
		lines++
		front := 0
		for rest := bytes.TrimLeft(line, " \t"); len(rest) > 1 && bytes.IndexByte([]byte("-?:"), rest[0]) >= 0 && (rest[1] == ' ' || rest[1] == '\t'); rest = bytes.TrimLeft(rest[1:], " \t") {
			front++
		}
		if front > maxYAMLFront {
			return fmt.Errorf("line %d: lists within lists, more than %d deep", lines, maxYAMLFront)
		}
		for _, b := range line {
			switch b {
			case '[', '{':
				brackets++
				marks++
			case ']', '}', ',', ':', '-', '?', '&', '*', '!', '"', '\'', '|', '>', '%', '#', '\r':
				marks++
			}
		}
		switch {
		case lines > maxYAMLLines:
			return fmt.Errorf("it has more than %d lines", maxYAMLLines)
		case brackets > maxYAMLBrackets:
			return fmt.Errorf("line %d: more than %d brackets", lines, maxYAMLBrackets)
		case marks > maxYAMLMarks:
			return fmt.Errorf("line %d: more than %d marks of YAML (brackets, commas, colons, hyphens, quotes)", lines, maxYAMLMarks)
		}
	}
	return nil
}
