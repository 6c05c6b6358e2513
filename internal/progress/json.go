package progress

import (
	"encoding/json"
	"fmt"
	"hash/maphash"
)

const (
	maxJSONDepth = 64
	// MaxJSONValues is how many values a document may have. A page of a thousand
	// users has some ten thousand.
	MaxJSONValues = 400_000
)

// JSON looks at a document before a reader makes objects of it, each of which
// takes a hundred times the octets that it stands in. The error says what is
// wrong, in words that follow on "the answer".
func JSON(doc []byte) error {
	if !json.Valid(doc) {
		return fmt.Errorf("is not whole")
	}
	depth, values, quoted := 0, 1, false
	for i := 0; i < len(doc); i++ {
		switch b := doc[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '[', b == '{':
			values++
			if depth++; depth > maxJSONDepth {
				return fmt.Errorf("has lists within lists, more than %d deep", maxJSONDepth)
			}
		case b == ']', b == '}':
			depth--
		case b == ',':
			values++
		}
	}
	if values > MaxJSONValues {
		return fmt.Errorf("has more than %d values", MaxJSONValues)
	}
	return nil
}

var seed = maphash.MakeSeed()

// Members counts the members of a list in the member "value" of a document, as
// OData has it, and gives a sum over them that does not depend on their order. A
// document of another shape has none.
func Members(doc []byte) (n int, sum uint64) {
	var page struct {
		Value []json.RawMessage `json:"value"`
	}
	if json.Unmarshal(doc, &page) != nil {
		return 0, 0
	}
	for _, one := range page.Value {
		sum += maphash.Bytes(seed, one)
	}
	return len(page.Value), sum
}
