package steps

import (
	"encoding/json"
	"strings"
	"testing"
)

// A document that was read is written as it was, whoever wrote it; and what this
// program does not know of it is no error.
func TestCoverageOfOtherPrograms(t *testing.T) {
	for name, c := range map[string]struct {
		doc string
		ok  bool
	}{
		"the first program":     {`{"users":3,"before":0,"after":3,"blocked":[]}`, true},
		"fields of a later one": {`{"users":3,"blocked":[],"moons":[1,2]}`, true},
		"another form of it":    {`{"users":"many"}`, false},
		"a domain otherwise":    {`{"users":3,"blocked":[],"domains":[{"users":"many"}]}`, false},
		"a number":              {`7`, false},
		"nobody was there":      {`{"users":0,"blocked":[]}`, false},
	} {
		var p Plan
		if err := json.Unmarshal([]byte(`{"formatVersion":1,"coverage":`+c.doc+`}`), &p); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, ok := p.Coverage.Coverage(); ok != c.ok {
			t.Errorf("%s: it is read: %t", name, ok)
		}
		raw, err := json.Marshal(Approve(p, "typed"))
		if err != nil || !strings.Contains(string(raw), `"coverage":`+c.doc) {
			t.Errorf("%s: %v, %s", name, err, raw)
		}
	}
	var none *Measured
	if _, ok := none.Coverage(); ok {
		t.Error("nobody looked, and it is told")
	}
}

// What encoding/json would put into documents for people's tools is as it ever was.
func TestCoverageAsJSON(t *testing.T) {
	n := 0
	c := Coverage{Users: 1, InScope: &n, Reached: &n, People: &People{}, Before: &n, After: &n, Blocked: []OutOfReach{{Reason: "r", Text: "<&>", Examples: []string{}}}}
	raw := must(marshal(c.Measured()))(t)
	want := `{"users":1,"disabled":0,"inScope":0,"reached":0,"people":{"inScope":0,"reached":0,"disabled":0,"services":0},"before":0,"after":0,` +
		`"blocked":[{"reason":"r","text":"\u003c\u0026\u003e","count":0,"inScope":0,"people":0,"examples":[]}]}`
	if string(raw) != want {
		t.Errorf("%s, want\n%s", raw, want)
	}
}
