package terminal

import (
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// systemProgram finds a program of Windows where Windows has it, so that no other of
// its name in the path is taken.
func systemProgram(name string) (string, error) {
	dir, err := windows.GetSystemDirectory()
	if err != nil {
		return "", err
	}
	return exec.LookPath(filepath.Join(dir, name))
}

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
