package syncserver

import (
	"os/exec"

	"writeback/internal/statedir"
)

// find gives the program's place: the one that was named, or the first that is
// there. Programs in the current directory are not taken (os/exec), and one that is
// named is run only where nobody else could have written it.
func find(named string) (string, error) {
	looked := candidates()
	if named != "" {
		looked = []string{named}
	}
	var last error
	for _, name := range looked {
		place, err := exec.LookPath(name)
		if err == nil && named != "" {
			if err := statedir.GuardFile(place); err != nil {
				return "", &UnsafePowerShellError{Program: place, Err: err}
			}
		}
		if err == nil {
			return place, nil
		}
		last = err
	}
	return "", &NoPowerShellError{Looked: looked, Err: last}
}
