package syncserver

import (
	"errors"
	"io/fs"
	"os/exec"

	"writeback/internal/statedir"
)

// Seen is what was seen of a program that is not used.
type Seen struct {
	Program string
	Err     error
}

// find gives the programs that are there: the one that was named, or the candidates in
// their order. Programs in the current directory are not taken (os/exec).
func find(named string, candidates []string) (there []string, not []Seen, err error) {
	if named != "" {
		candidates = []string{named}
	}
	for _, name := range candidates {
		place, err := exec.LookPath(name)
		if err != nil {
			not = append(not, Seen{name, err})
			continue
		}
		there = append(there, place)
	}
	if len(there) == 0 {
		return nil, nil, &NoPowerShellError{not}
	}
	return there, not, CheckProgram(named)
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
