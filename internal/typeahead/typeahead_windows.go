package typeahead

import (
	"os"

	"golang.org/x/sys/windows"
)

// Discard drops what was typed at the console f and was not read yet. What is no
// console stays as it is.
func Discard(f *os.File) {
	_ = windows.FlushConsoleInputBuffer(windows.Handle(f.Fd()))
}
