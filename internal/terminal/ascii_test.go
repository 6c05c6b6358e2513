package terminal

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestEscaping(t *testing.T) {
	for text, want := range map[string]string{
		`{"dn":"CN=Jörg"}`: `{"dn":"CN=J\u00f6rg"}`, `"𝄞"`: `"\ud834\udd1e"`, "\"日本\"\n": "\"\\u65e5\\u672c\"\n", "{}": "{}",
	} {
		var b bytes.Buffer
		e := &escaping{to: &b}
		for i := range len(text) { // in pieces of one byte
			if n, err := e.Write([]byte(text[i : i+1])); n != 1 || err != nil {
				t.Fatal(n, err)
			}
		}
		if b.String() != want {
			t.Errorf("%s: %s, want %s", text, b.String(), want)
		}
	}
}

// Whoever reads the document reads the same.
func TestEscapingSaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := (&escaping{to: &b}).Write(raw); err != nil {
			t.Fatal(err)
		}
		var got string
		if err := json.Unmarshal(b.Bytes(), &got); err != nil || got != want {
			t.Errorf("%q: %q, %v", want, got, err)
		}
		if bytes.ContainsFunc(b.Bytes(), func(r rune) bool { return r >= utf8.RuneSelf }) {
			t.Errorf("%q", b.Bytes())
		}
	})
}
