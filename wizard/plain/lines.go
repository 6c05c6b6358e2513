package plain

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"writeback/internal/typeahead"
)

// A program that answers in a person's place may send a line without an end, or
// what will not do for ever.
const (
	maxLine  = 64 << 10 // bytes
	maxLines = 10_000   // of one flow
)

// forgetTyped drops what was typed by now, also what was read ahead of it.
func (f *Renderer) forgetTyped() {
	if f.typed != nil {
		_, _ = f.typed.Discard(f.typed.Buffered()) // as many as there are
	}
	if t, ok := f.In.(*os.File); ok {
		typeahead.Discard(t)
	}
}

// line reads one line of what is typed, without its end. io.EOF says that
// nothing more will come. A read of a terminal cannot be cancelled: when ctx
// ends it is left behind, and ends with the process.
func (f *Renderer) line(ctx context.Context) (string, error) {
	if f.typed == nil {
		f.typed = bufio.NewReaderSize(f.In, maxLine)
	}
	if f.lines++; f.lines > maxLines {
		return "", fmt.Errorf("more than %d lines were typed: it is no person who answers; name the settings and --yes instead", maxLines)
	}
	type answer struct {
		text string
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		text, err := f.typed.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			err = fmt.Errorf("a line of more than %d bytes is no answer", maxLine)
		case len(text) > 0:
			err = nil
		}
		read <- answer{string(text), err}
	}()
	select {
	case got := <-read:
		return strings.TrimRight(got.text, "\r\n"), got.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
