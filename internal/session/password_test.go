package session

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
	"writeback/internal/settings"
)

// A password that was written to a file on Windows, as Out-File does it.
func TestPasswordFileOfWindows(t *testing.T) {
	const password = "Pässwörd-1"
	for _, raw := range []string{password, password + "\r\n", "\ufeff" + password + "\r\n", asUTF16(binary.LittleEndian, password+"\r\nnot this\r\n")} {
		file := filepath.Join(t.TempDir(), "password")
		if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := (&Caller{}).passwordFile(file); err != nil || got != password {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
		if got, err := (&Caller{In: strings.NewReader(raw)}).passwordFile("-"); err != nil || got != password {
			t.Errorf("%q on standard input: %q, %v", raw, got, err)
		}
	}
}

// A password that breaks off in the middle of a character is none.
func TestPasswordFileThatBreaksOff(t *testing.T) {
	for _, raw := range []string{"\xff\xfeP\x00\x34", "\xff\xfeP\x00\x34\xd8", "\xfe\xff\x00P\xd8\x34\x00\n", "P\ufffd"} {
		if got, err := (&Caller{In: strings.NewReader(raw)}).passwordFile("-"); !errors.As(err, new(*settings.UsageError)) || strings.Contains(err.Error(), "P\ufffd") {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	}
}

// asUTF16 is a text as Out-File writes it.
func asUTF16(order binary.AppendByteOrder, text string) string {
	raw := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(text)) {
		raw = order.AppendUint16(raw, u)
	}
	return string(raw)
}
