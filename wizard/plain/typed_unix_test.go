//go:build linux || darwin

package plain

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// asked tells when a prompt was written.
type asked struct {
	bytes.Buffer
	prompted chan struct{}
}

func (a *asked) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "to approve") {
		close(a.prompted)
	}
	return a.Buffer.Write(b)
}

// The phrase was typed, or pasted, before anybody was asked: by whoever hoped for
// the question, ahead of it, or with the answer to an earlier one.
func TestTypedAheadApprovesNothing(t *testing.T) {
	for typed, read := range map[string]bool{"corp.example\n": false, "first\ncorp.example\ncorp.example\n": true} {
		master, tty, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer master.Close()
		defer tty.Close()
		if _, err := term.MakeRaw(int(tty.Fd())); err != nil { // so that one read takes several lines
			t.Fatal(err)
		}
		a := &asked{prompted: make(chan struct{})}
		f := &Renderer{Out: io.Discard, Err: a, In: tty}
		if _, err := master.WriteString(typed); err != nil {
			t.Fatal(err)
		}
		if read {
			if line, err := f.line(t.Context()); err != nil || line != "first" {
				t.Fatalf("%q, %v", line, err)
			}
		}
		go func() {
			<-a.prompted
			_, _ = master.WriteString("no\n") // an error shows as no answer
		}()
		if ok, err := f.Approve(t.Context(), "corp.example"); ok || err != nil {
			t.Errorf("%q: approved %v, %v", typed, ok, err)
		}
	}
}
