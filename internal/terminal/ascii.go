package terminal

import (
	"fmt"
	"io"
	"runtime"
	"unicode/utf16"
	"unicode/utf8"
)

// Windows PowerShell 5.1 reads what a program writes in the console's code page,
// in which a name like Müller is something else. In JSON it need not be written as
// such: \u00fc says the same (RFC 8259, 7), and comes through whatever reads it.

// JSON is where a document of JSON goes, on its way to standard output.
func (t Terminal) JSON(out io.Writer) io.Writer {
	if runtime.GOOS != "windows" || t.Seen {
		return out
	}
	return &escaping{to: out}
}

// escaping writes JSON in ASCII alone. Outside its texts JSON has nothing else.
type escaping struct {
	to   io.Writer
	rest []byte // of a character that is not there as a whole yet
}

func (e *escaping) Write(p []byte) (int, error) {
	in := append(e.rest, p...)
	out := make([]byte, 0, len(in))
	for len(in) > 0 && utf8.FullRune(in) {
		r, n := utf8.DecodeRune(in)
		switch {
		case r < utf8.RuneSelf:
			out = append(out, in[0])
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		in = in[n:]
	}
	e.rest = in
	if _, err := e.to.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}
