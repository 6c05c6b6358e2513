package steps

import (
	"testing"

	"writeback/internal/visible"
)

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"CN=Müller\\, Jörg":     "CN=Müller\\, Jörg",
		"a\x1b[2Jb":             `a\u001b[2Jb`,
		"a\nb\tc":               `a\u000ab\u0009c`,
		"evil\u202egpj.exe":     `evil\u202egpj.exe`,
		"x\u2066y\u2028z\u0085": `x\u2066y\u2028z\u0085`,
		"\xffbad":               `\xffbad`,
		"שלום עולם 日本 🚒":        "שלום עולם 日本 🚒",
		"zero\u200bwidth\u200f": `zero\u200bwidth\u200f`,
	} {
		if got := Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
		if err := visible.Check(Plain(in)); err != nil {
			t.Errorf("Plain(%q) cannot be shown: %v", in, err)
		}
	}
}

func TestKeysDiffer(t *testing.T) {
	seen := map[string]Change{}
	for _, c := range []Change{
		{}, {Verb: "ab"}, {Verb: "a", Target: "b"}, {Target: "ab"}, {Line: "ab"}, {SDDL: "ab"}, {Before: "ab"}, {After: "ab"}, {Before: "a", After: "b"},
	} {
		k := c.Key("s")
		if other, ok := seen[k]; ok {
			t.Errorf("%+v and %+v have one key", c, other)
		}
		seen[k] = c
		if c.Key("t") == k {
			t.Errorf("%+v has one key in two steps", c)
		}
		same := c
		same.Equivalent = "dsacls"
		if same.Key("s") != k {
			t.Errorf("%+v: the equivalent enters the key", c)
		}
	}
}
