package visible

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Names that people and units bear stay as they are.
var honest = []string{"", "CN=Müller\\, Jörg", "O'Brien & Söhne (R&D) #1", "Łódź", "日本 山田", "Ελλάδα", "Дмитрий", "مها", "שלום", "हिन्दी", "한국", "e\u0301", "√2 € ™", "👩🚒"}

// deceptive has one or more of each kind.
var deceptive = map[string][]rune{
	"controls":          {0, '\a', '\b', '\t', '\n', '\r', 0x1b, 0x7f},
	"C1":                {0x80, 0x85, 0x9b, 0x9d},
	"bidi":              {0x61c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069},
	"zero-width":        {0x200b, 0x200c, 0x200d, 0x2060, 0xfeff},
	"soft hyphen":       {0xad},
	"tags":              {0xe0001, 0xe0020, 0xe0041, 0xe007f},
	"look-alike blanks": {0xa0, 0x1680, 0x2000, 0x2003, 0x2007, 0x200a, 0x202f, 0x205f, 0x3000},
	"line separators":   {0x2028, 0x2029},
	"invisible letters": {0x115f, 0x1160, 0x3164, 0xffa0, 0x2800, 0xfffc, 0x1d159, 0x16fe4},
	"invisible marks":   {0x34f, 0x17b4, 0x180b, 0xfe00, 0xfe0f, 0xe0100, 0xe01ef},
	"operators":         {0x2061, 0x2064, 0x206a, 0xfff9, 0x180e, 0x1bca0, 0x1d173},
	"private use":       {0xe000, 0xf8ff, 0xf0000, 0x10fffd},
	"not assigned":      {0x378, 0x2065, 0xfff0, 0xfffe, 0xe0fff, 0x10ffff},
}

func TestNothingDeceptiveIsShown(t *testing.T) {
	for _, s := range honest {
		if got := Line(s); got != s || Check(s) != nil {
			t.Errorf("Line(%q) = %q", s, got)
		}
	}
	for kind, all := range deceptive {
		for _, r := range all {
			s := "a" + string(r) + "b"
			if !Deceives(r) || Check(s) == nil || CheckText(s) == nil && !strings.ContainsRune("\n\t", r) {
				t.Errorf("%s: %U passes", kind, r)
			}
			if got, want := Line(s), "a"+Escape(r)+"b"; got != want {
				t.Errorf("%s: %U is shown as %q, want %q", kind, r, got, want)
			}
		}
	}
}

// Whatever comes, each form shows all of it, and showing it again changes nothing.
func TestShownIsPlain(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		s := "=" + string(r) + "="
		line := Line(s)
		if Check(line) != nil || Line(line) != line || CheckText(Text(s)) != nil || Check(Words(s, 20)) != nil {
			t.Fatalf("%U is shown as %q", r, line)
		}
	}
}

func TestForms(t *testing.T) {
	for in, want := range map[string]string{
		"a\x1b[2Jb":      `a\u001b[2Jb`,
		"a\nb\tc":        `a\u000ab\u0009c`,
		"\xffbad\xc3":    `\xffbad\xc3`,
		"x\U000e0041":    `x\U000e0041`,
		"gap\u00a0x":     `gap\u00a0x`,
		"👩\u200d🚒":       `👩\u200d🚒`,
		"\u05d0\u200f b": `א\u200f b`,
	} {
		if got := Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
	if got, want := Text("a\n\x1bb\tc"), "a\n\\u001bb\\u0009c"; got != want {
		t.Errorf("Text: %q, want %q", got, want)
	}
	if got, want := Text("a\n\tc"), "a\n\tc"; got != want {
		t.Errorf("Text: %q, want %q", got, want)
	}
	if got, want := Words(" a\u00a0\r\n b\u202ec\xff ", 50), `a b\u202ec�`; got != want {
		t.Errorf("Words: %q, want %q", got, want)
	}
	if got, want := Words(strings.Repeat("é", 100000), 5), "éééé…"; got != want {
		t.Errorf("Words: %q, want %q", got, want)
	}
}

// The same document, and nothing in it that deceives a screen.
func TestJSON(t *testing.T) {
	docs := []string{"{\n\t\"a\": \"x\u202ey\u2066z\x7f\u0085\"\r\n}", `{"plain":"Jörg \\u001b"}`}
	for kind, all := range deceptive {
		for _, r := range all {
			raw, err := json.Marshal(map[string]string{kind: fmt.Sprintf("a%cb", r)})
			if err != nil {
				t.Fatal(err)
			}
			docs = append(docs, string(raw))
		}
	}
	for _, doc := range docs {
		got := JSON([]byte(doc))
		var x, y any
		if err := errors.Join(json.Unmarshal([]byte(doc), &x), json.Unmarshal(got, &y)); err != nil {
			t.Fatal(err)
		}
		if CheckText(strings.ReplaceAll(string(got), "\r", "")) != nil || !reflect.DeepEqual(x, y) {
			t.Errorf("%q became %q", doc, got)
		}
	}
}
