package main

import (
	"io"
	"os"
)

// output is standard output. It remembers the first write that failed, so that no
// verb ends well that could not say what it had to say: not all that writes there
// looks at the error (help, completion).
type output struct {
	to    io.Writer
	err   error
	began bool // something was written
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.to.Write(p)
	o.began = o.began || n > 0
	if err != nil && o.err == nil {
		o.err = err
	}
	return n, err
}

// outFile is standard output where it is a file of the system's; nil: it is not.
func (a *app) outFile() *os.File {
	to := a.out
	if o, is := to.(*output); is {
		to = o.to
	}
	f, _ := to.(*os.File)
	return f
}
