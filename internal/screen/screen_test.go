package screen

import (
	"strings"
	"testing"
)

// What is written in any pieces shows the same.
func shows(t *testing.T, w, h int, written, want string) *Screen {
	t.Helper()
	whole, slow := New(w, h), New(w, h)
	_, _ = whole.Write([]byte(written))
	for i := range len(written) {
		_, _ = slow.Write([]byte(written[i : i+1]))
	}
	for how, s := range map[string]*Screen{"whole": whole, "by bytes": slow} {
		if got := strings.TrimRight(s.String(), "\n"); got != want {
			t.Errorf("%s: %q shows\n%s\nwant\n%s", how, written, got, want)
		}
		if err := s.Err(); err != nil {
			t.Errorf("%s: %q: %v", how, written, err)
		}
	}
	return whole
}

func TestWriting(t *testing.T) {
	for _, c := range []struct{ written, want string }{
		{"one\r\ntwo", "one\ntwo"},
		{"one\ntwo", "one\n   two"},
		{"1234567890ab", "1234567890\nab"},
		{"1234567890\r\nx", "1234567890\nx"}, // the last cell of a row does not wrap by itself
		{"a\r\nb\r\nc\r\nd", "b\nc\nd"},      // it scrolls
		{"abc\rx\bz\ty", "zbc     y"},        // back to the left, one back, to the next stop
		{"─│\xe2\x9c\x93", "─│✓"},            // UTF-8
		{"abc\x1b[2Dx\x1b[Cy", "axcy"},
	} {
		shows(t, 10, 3, c.written, c.want)
	}
}

func TestMovingAndErasing(t *testing.T) {
	page := "aaaa\r\nbbbb\r\ncccc"
	for _, c := range []struct{ written, want string }{
		{"\x1b[H.", ".aaa\nbbbb\ncccc"},
		{"\x1b[2;3H.", "aaaa\nbb.b\ncccc"},
		{"\x1b[2A\r.", ".aaa\nbbbb\ncccc"},
		{"\x1b[9A\x1b[1B\x1b[2G.", "aaaa\nb.bb\ncccc"},
		{"\x1b[2;2H\x1b[K", "aaaa\nb\ncccc"},
		{"\x1b[2;2H\x1b[1K", "aaaa\n  bb\ncccc"},
		{"\x1b[2;2H\x1b[2K", "aaaa\n\ncccc"},
		{"\x1b[2;2H\x1b[J", "aaaa\nb"},
		{"\x1b[2;2H\x1b[1J", "\n  bb\ncccc"},
		{"\x1b[2J.", "\n\n    ."},
	} {
		shows(t, 10, 3, page+c.written, c.want)
	}
}

// The program's own screen leaves the one below as it was.
func TestAlternate(t *testing.T) {
	s := shows(t, 10, 3, "below\x1b[?1049h\x1b[Hother", "other")
	if !s.Alternate() {
		t.Error("it is not the alternate screen")
	}
	shows(t, 10, 3, "below\x1b[?1049h\x1b[Hother\x1b[?1049l!", "below!")
}

func TestStyles(t *testing.T) {
	s := shows(t, 10, 1, "\x1b[1;31ma\x1b[22mb\x1b[0mc\x1b[2md\x1b[0;7;4me\x1b[27;24;39mf\x1b[96mg\x1b[m\x1b]8;;https://x\x1b\\h\x1b]8;;\x07i", "abcdefghi")
	want := []Style{{Bold: true, Colour: 2}, {Colour: 2}, {}, {Faint: true}, {Reverse: true, Underlined: true}, {}, {Colour: 15}, {Link: "https://x"}, {}}
	for i, c := range s.Cells()[0][:len(want)] {
		if c.Style != want[i] {
			t.Errorf("%c is %+v, want %+v", c.Rune, c.Style, want[i])
		}
	}
}

func TestResize(t *testing.T) {
	s := New(10, 3)
	_, _ = s.Write([]byte("one\r\ntwo\r\nthree"))
	s.Resize(4, 2)
	if got := s.String(); got != "one\ntwo\n" {
		t.Errorf("smaller: %q", got)
	}
	s.Resize(6, 3)
	_, _ = s.Write([]byte("\x1b[3;6H!!")) // the second one scrolls
	if got := s.String(); got != "two\n     !\n!\n" {
		t.Errorf("larger: %q", got)
	}
}

func TestUnknown(t *testing.T) {
	for _, written := range []string{"\x1b[5n", "\x1b[?7h", "\x1b[38;5;1m", "\x1bM", "\x1b]11;?\x07", "\x01", "\xff", "\x1b[3J", "\x1b[?25x"} {
		s := New(10, 3)
		if _, _ = s.Write([]byte(written)); s.Err() == nil {
			t.Errorf("%q is taken", written)
		}
	}
	for _, begun := range []string{"\x1b", "\x1b[1", "\x1b]8;;x", "\xe2\x9c"} {
		s := New(10, 3)
		if _, _ = s.Write([]byte(begun)); s.Err() != nil || strings.TrimSpace(s.String()) != "" {
			t.Errorf("%q: %v, %q", begun, s.Err(), s.String())
		}
	}
}
