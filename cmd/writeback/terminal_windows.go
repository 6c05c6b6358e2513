package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// takesANSI switches the console's own interpretation of ANSI sequences on,
// which older consoles have off.
func takesANSI(f *os.File) bool {
	var mode uint32
	h := windows.Handle(f.Fd())
	if err := windows.GetConsoleMode(h, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
