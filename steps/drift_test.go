package steps

import (
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	lines := func(names string) (out []Change) {
		for _, n := range strings.Fields(names) {
			out = append(out, Change{Verb: VerbAdd, Target: "x", Line: n, Equivalent: "by hand"})
		}
		return out
	}
	names := func(cs []Change) string {
		var out []string
		for _, c := range cs {
			out = append(out, c.Line)
		}
		return strings.Join(out, " ")
	}
	for name, c := range map[string]struct{ needed, inPlace, meant, shown, unapproved, unfounded string }{
		"all that is needed":      {"a b", "", "b a", "b a", "", ""},
		"one is in place by now":  {"b", "a", "a b", "a b", "", ""},
		"one more is needed":      {"a b", "", "a", "a", "b", ""},
		"one is neither":          {"a", "", "a z", "a", "", "z"},
		"one is meant twice":      {"a", "", "a a", "a", "", ""},
		"nothing is meant":        {"a", "b", "", "", "a", ""},
		"all of it is made up":    {"", "", "y z", "", "", "y z"},
		"in place, and not meant": {"", "a", "", "", "", ""},
	} {
		meant := lines(c.meant)
		for i := range meant {
			meant[i].Equivalent = "rm -rf /" // what a file says beside a line is not taken from it
		}
		shown, d := compare("s", lines(c.needed), lines(c.inPlace), meant)
		if names(shown) != c.shown || names(d.Unapproved) != c.unapproved || names(d.Unfounded) != c.unfounded || d.Step != "s" {
			t.Errorf("%s: %q is shown, %+v", name, names(shown), d)
		}
		for _, s := range shown {
			if s.Equivalent != "by hand" {
				t.Errorf("%s: %+v", name, s)
			}
		}
	}
}
