//go:build !windows

package terminal

import (
	"os"
	"os/exec"
)

// systemProgram finds a program of the system in the path.
func systemProgram(name string) (string, error) { return exec.LookPath(name) }

func takesANSI(*os.File) bool { return true }
