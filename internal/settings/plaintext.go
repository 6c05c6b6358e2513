package settings

import (
	"bufio"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// What Windows PowerShell 5.1 writes with > or Out-File is UTF-16, and what an
// editor there saves as UTF-8 begins with a byte order mark. A password would be a
// wrong one with that, and JSON or YAML not be read.

// PlainText is what r has, in UTF-8 without a byte order mark.
func PlainText(r io.Reader) io.Reader {
	in := bufio.NewReader(r)
	mark, _ := in.Peek(3) // an error is found again by whoever reads
	switch {
	case len(mark) == 3 && string(mark) == "\ufeff":
		_, _ = in.Discard(3)
	case len(mark) >= 2 && mark[0] == 0xff && mark[1] == 0xfe:
		_, _ = in.Discard(2)
		return &wide{in: in, order: binary.LittleEndian}
	case len(mark) >= 2 && mark[0] == 0xfe && mark[1] == 0xff:
		_, _ = in.Discard(2)
		return &wide{in: in, order: binary.BigEndian}
	}
	return in
}

// wide reads UTF-16 as UTF-8.
type wide struct {
	in    *bufio.Reader
	order binary.ByteOrder
	ready []byte
	err   error
}

func (w *wide) Read(p []byte) (n int, err error) {
	for len(w.ready) < len(p) && w.err == nil {
		var r rune
		if r, w.err = w.next(); w.err == nil {
			w.ready = utf8.AppendRune(w.ready, r)
		}
	}
	n = copy(p, w.ready)
	if w.ready = w.ready[n:]; n == 0 && len(p) > 0 {
		return 0, w.err
	}
	return n, nil
}

// next is one character; half of one is U+FFFD.
func (w *wide) next() (rune, error) {
	r, err := w.unit()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	peek, err := w.in.Peek(2)
	if err != nil {
		return utf8.RuneError, nil // what follows is for the next call
	}
	both := utf16.DecodeRune(r, rune(w.order.Uint16(peek)))
	if both != utf8.RuneError {
		_, _ = w.in.Discard(2)
	}
	return both, nil
}

func (w *wide) unit() (rune, error) {
	var b [2]byte
	if _, err := io.ReadFull(w.in, b[:]); err != nil {
		return 0, err
	}
	return rune(w.order.Uint16(b[:])), nil
}
