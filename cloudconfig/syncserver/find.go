package syncserver

import (
	"errors"
	"io/fs"
	"os/exec"

	"writeback/internal/statedir"
)

// find gives the program's place: the one that was named, or the first that is
// there. Programs in the current directory are not taken (os/exec).
func find(named string) (string, error) {
	looked := candidates()
	if named != "" {
		looked = []string{named}
	}
	var last error
	for _, name := range looked {
		place, err := exec.LookPath(name)
		if err == nil {
			return place, CheckProgram(named)
		}
		last = err
	}
	return "", &NoPowerShellError{Looked: looked, Err: last}
}

// CheckProgram refuses a PowerShell that was named and that somebody else could have
// written: it would be run. One that is not there is nobody's; "" is for none named.
func CheckProgram(named string) error {
	if named == "" {
		return nil
	}
	place, err := exec.LookPath(named)
	if err != nil {
		place = named
	}
	if err := statedir.GuardFile(place); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &UnsafePowerShellError{Program: place, Err: err}
	}
	return nil
}
