package plain

import (
	"bufio"
	"context"
	"os"
	"strings"

	"writeback/internal/typeahead"
)

// forgetTyped drops what was typed by now, also what was read ahead of it.
func (f *Face) forgetTyped() {
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
func (f *Face) line(ctx context.Context) (string, error) {
	if f.typed == nil {
		f.typed = bufio.NewReader(f.In)
	}
	type answer struct {
		text string
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		text, err := f.typed.ReadString('\n')
		if text != "" {
			err = nil
		}
		read <- answer{text, err}
	}()
	select {
	case got := <-read:
		return strings.TrimRight(got.text, "\r\n"), got.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
