package misread

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Twice finds a name that stands twice in one object of a JSON document, also in another
// case, of which encoding/json takes the last without a word. "": there is none, or raw is
// not JSON.
func Twice(raw []byte) string {
	d := json.NewDecoder(bytes.NewReader(raw))
	var open []map[string]bool // of each object or list that is open; nil: a list
	name := false              // the next text is a name
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		inObject := func() bool { return len(open) > 0 && open[len(open)-1] != nil }
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
			name = inObject()
			continue
		case string:
			if name {
				seen, key := open[len(open)-1], strings.ToLower(t)
				if seen[key] {
					return t
				}
				seen[key], name = true, false
				continue
			}
		}
		name = inObject()
	}
}
