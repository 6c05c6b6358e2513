package typeahead

import (
	"os"

	"golang.org/x/sys/unix"
)

// Discard drops what was typed at the terminal f and was not read yet. What is no
// terminal stays as it is.
func Discard(f *os.File) {
	_ = unix.IoctlSetInt(int(f.Fd()), unix.TCFLSH, unix.TCIFLUSH)
}
