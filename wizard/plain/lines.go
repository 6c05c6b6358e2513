package plain

import (
	"bufio"
	"context"
	"strings"
)

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
