package terminal

import (
	"context"
	"fmt"
	"io"

	"golang.org/x/term"
)

// ReadPassword asks on the terminal, without echo, after a prompt that goes to standard
// error. A read of a terminal cannot
// be cancelled, so that it is left behind when ctx ends, and the echo put back.
func (t Terminal) ReadPassword(ctx context.Context, stderr io.Writer, prompt string) (string, error) {
	fd := int(t.In.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	type answer struct {
		text []byte
		err  error
	}
	typed := make(chan answer, 1)
	fmt.Fprint(stderr, prompt)
	go func() {
		text, err := term.ReadPassword(fd)
		typed <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		err = term.Restore(fd, before)
		fmt.Fprintln(stderr)
		if err != nil {
			return "", fmt.Errorf("put the terminal's echo back: %w", err)
		}
		return "", ctx.Err()
	case got := <-typed:
		fmt.Fprintln(stderr)
		if got.err != nil {
			return "", fmt.Errorf("read the password: %w", got.err)
		}
		return string(got.text), nil
	}
}
