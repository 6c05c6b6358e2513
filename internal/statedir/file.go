package statedir

import (
	"errors"
	"os"
)

// OpenGuarded opens a file for reading that nobody but us, and those who own
// the machine anyway, can have written: its content decides what is granted to
// whom. It judges the file that it has opened, not the name, which could be
// another one by then. The error of a file that is not to be trusted speaks of
// it as "it", and says what to do.
func OpenGuarded(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	if err := Guard(f); err != nil {
		_ = f.Close() // nothing was read
		return nil, err
	}
	return f, nil
}

// Guard is the judgement of [OpenGuarded] on a file that is open already.
func Guard(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	return guardOpened(f, info)
}
