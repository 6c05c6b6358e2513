package progress

import (
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	for name, c := range map[string]struct{ doc, says string }{
		"a page":                   {`{"value":[{"id":"a[[[[","n":[1,2,{"\\":"\"]"}]}],"@odata.nextLink":"x"}`, ""},
		"half":                     {`{"value":[`, "not whole"},
		"deep, though":             {strings.Repeat("[", 64) + strings.Repeat("]", 64), ""},
		"too deep":                 {strings.Repeat("[", 65) + strings.Repeat("]", 65), "65"},
		"deep in objects":          {strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70), "64 deep"},
		"many numbers":             {"[" + strings.Repeat("1,", MaxJSONValues) + "1]", "more than"},
		"brackets in a text":       {`["` + strings.Repeat("[", 100) + `"]`, ""},
		"a text that ends in a \\": {`["\\",` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `]`, "64 deep"},
	} {
		err := JSON([]byte(c.doc))
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.says == "65":
			if err == nil {
				t.Errorf("%s was taken", name)
			}
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

func TestMembers(t *testing.T) {
	n, sum := Members([]byte(`{"value":[{"id":"a"},{"id":"b"}],"@odata.nextLink":"1"}`))
	m, again := Members([]byte(`{"@odata.nextLink":"2","value":[{"id":"b"},{"id":"a"}]}`))
	if n != 2 || m != 2 || sum != again {
		t.Errorf("%d %x, %d %x", n, sum, m, again)
	}
	if _, other := Members([]byte(`{"value":[{"id":"a"},{"id":"c"}]}`)); other == sum {
		t.Error("another page has the same sum")
	}
	for _, doc := range []string{``, `[]`, `{"value":7}`, `{}`, `null`} {
		if n, sum := Members([]byte(doc)); n != 0 || sum != 0 {
			t.Errorf("%s: %d %x", doc, n, sum)
		}
	}
}
