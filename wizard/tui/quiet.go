package tui

import "beforetea"

// Bubble Tea is initialised before this package, which imports it.
func init() { beforetea.Over() }
