// Package beforetea keeps Bubble Tea from asking the terminal for its colors
// when the program starts. It imports only os.
//
// The first version of Bubble Tea does that in an init function, which nothing
// that imports it can keep from running: two queries are written, and the
// answers are waited for up to five seconds, with whatever is typed meanwhile
// swallowed. It would happen for each verb of a program that also has a screen
// (github.com/charmbracelet/bubbletea/issues/1771: not planned for version 1).
//
// The query is not made where the variable CI is set. Packages are initialised
// in the order of their import paths as soon as what they import is (the Go
// specification, "Program initialization"), and so this one, a module of its
// own with a path before github.com, is before Bubble Tea: it sets the
// variable, and [Over] puts it back before main begins.
package beforetea

import "os"

const variable = "CI"

var was, there = hide()

func hide() (was string, there bool) {
	was, there = os.LookupEnv(variable)
	if was == "" {
		_ = os.Setenv(variable, "1") // where it fails, the terminal is asked
	}
	return was, there
}

// Over says that Bubble Tea has been initialised: the environment is again what
// the program was started with.
func Over() {
	switch {
	case was != "":
	case there:
		_ = os.Setenv(variable, was)
	default:
		_ = os.Unsetenv(variable)
	}
}
