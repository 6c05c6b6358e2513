package main

import (
	"os"

	"golang.org/x/term"
)

// terminalOf gives f back where a person is at its other end.
func terminalOf(f *os.File) *os.File {
	if term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// mayColour says that f is a terminal that takes ANSI sequences.
func mayColour(f *os.File) bool {
	return term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" && takesANSI(f)
}
