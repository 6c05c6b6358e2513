package main

import "writeback/internal/exit"

// The exit codes, as the tests call them.
const (
	exitDone      = exit.Done
	exitError     = exit.Error
	exitUsage     = exit.Usage
	exitChanges   = exit.Changes
	exitSignIn    = exit.SignIn
	exitDrift     = exit.Drift
	exitManual    = exit.Manual
	exitRefused   = exit.Refused
	exitCancelled = exit.Cancelled
)
