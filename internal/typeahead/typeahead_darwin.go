package typeahead

import (
	"os"

	"golang.org/x/sys/unix"
)

// fread is FREAD of sys/fcntl.h: the input queue.
const fread = 1

// Discard drops what was typed at the terminal f and was not read yet. What is no
// terminal stays as it is.
func Discard(f *os.File) {
	_ = unix.IoctlSetPointerInt(int(f.Fd()), unix.TIOCFLUSH, fread)
}
