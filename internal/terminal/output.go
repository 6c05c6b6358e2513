package terminal

import (
	"io"
	"os"
)

// Output is standard output. It remembers the first write that failed, so that no
// verb ends well that could not say what it had to say: not all that writes there
// looks at the error (help, completion).
type Output struct {
	To    io.Writer
	Err   error // of the first write that failed
	Began bool  // something was written
}

func (o *Output) Write(p []byte) (int, error) {
	n, err := o.To.Write(p)
	o.Began = o.Began || n > 0
	if err != nil && o.Err == nil {
		o.Err = err
	}
	return n, err
}

// FileOf is the system's file that a writer is, or that an Output leads to; nil: none.
func FileOf(w io.Writer) *os.File {
	if o, is := w.(*Output); is {
		w = o.To
	}
	f, _ := w.(*os.File)
	return f
}
