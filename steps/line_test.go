package steps

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
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
		"שלום\u200f עולם 日本 👩‍🚒": "שלום\u200f עולם 日本 👩‍🚒",
	} {
		if got := Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
		if err := checkLine(Plain(in)); err != nil {
			t.Errorf("Plain(%q) cannot be shown: %v", in, err)
		}
	}
	if got, want := plainText("a\n\x1bb"), "a\n\\u001bb"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// The same document, and nothing in it that deceives a screen.
func TestPlainJSON(t *testing.T) {
	for in, want := range map[string]string{
		"{\n\t\"a\": \"x\u202ey\u2066z\x7f\u0085\"\r\n}": "{\n\t\"a\": \"x\\u202ey\\u2066z\\u007f\\u0085\"\r\n}",
		`{"plain":"Jörg \\u001b"}`:                       `{"plain":"Jörg \\u001b"}`,
	} {
		got := PlainJSON([]byte(in))
		var x, y any
		if err := errors.Join(json.Unmarshal([]byte(in), &x), json.Unmarshal(got, &y)); err != nil {
			t.Fatal(err)
		}
		if string(got) != want || !reflect.DeepEqual(x, y) {
			t.Errorf("%q, want %q", got, want)
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
