package settings

import (
	"encoding/binary"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// asUTF16 is a text as Out-File writes it.
func asUTF16(order binary.AppendByteOrder, text string) string {
	raw := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(text)) {
		raw = order.AppendUint16(raw, u)
	}
	return string(raw)
}

func TestPlainText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if strings.HasPrefix(text, "\ufeff") || strings.HasPrefix(text, "\xff\xfe") {
			return
		}
		for name, raw := range map[string]string{
			"as it is": text, "UTF-8 with a mark": "\ufeff" + text,
			"UTF-16LE": asUTF16(binary.LittleEndian, text), "UTF-16BE": asUTF16(binary.BigEndian, text),
		} {
			got, err := io.ReadAll(PlainText(iotest.HalfReader(strings.NewReader(raw))))
			if err != nil || string(got) != text {
				t.Errorf("%s: %q, %v, want %q", name, got, err, text)
			}
		}
	})
}

func TestPlainTextOfHalves(t *testing.T) {
	for raw, want := range map[string]string{
		"\xff\xfe\x34\xd8":         "\ufffd",  // the first half of a pair
		"\xff\xfe\x34\xd8\x41\x00": "\ufffdA", // and then another character
		"\xff\xfe":                 "",
		"\xff\xfeA":                "\ufffd", // half a unit
	} {
		if got, err := io.ReadAll(PlainText(strings.NewReader(raw))); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	}
	failing := PlainText(iotest.ErrReader(os.ErrDeadlineExceeded))
	if _, err := io.ReadAll(failing); err != os.ErrDeadlineExceeded {
		t.Errorf("got %v", err)
	}
}
