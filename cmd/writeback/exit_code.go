package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/cloudconfig/graph"
	"writeback/steps"
	"writeback/wizard"
)

// The exit codes: promises to scripts.
const (
	exitDone      = 0   // done, or nothing to do
	exitError     = 1   // it did not work
	exitUsage     = 2   // the command line, environment or configuration is wrong
	exitChanges   = 3   // changes are needed
	exitSignIn    = 4   // sign-in refused
	exitDrift     = 5   // the world is no longer what was approved
	exitManual    = 6   // done what a program can do; a manual step waits
	exitRefused   = 7   // a finding has to be mended or accepted first; nothing was written
	exitCancelled = 130 // by a person or a signal
)

func exitCode(err error) int {
	var (
		usage     *usageError
		option    *directory.OptionError
		signIn    *bind.SignInError
		drift     *steps.DriftError
		target    *steps.TargetError
		cancelled *steps.CancelledError
		blocked   *steps.BlockedError
	)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage), errors.As(err, &option), errors.As(err, &target), errors.Is(err, wizard.ErrNoTerminal):
		return exitUsage
	case errors.As(err, &signIn), graph.KindOf(err) == graph.SignInRefused:
		return exitSignIn
	case errors.As(err, &drift):
		return exitDrift
	case errors.As(err, &cancelled), errors.Is(err, context.Canceled), errors.Is(err, wizard.ErrDeclined), errors.Is(err, wizard.ErrAborted):
		return exitCancelled
	case errors.As(err, &blocked):
		return exitRefused
	}
	return exitError
}

// exitCodes are the promises above in words.
var exitCodes = []struct {
	code int
	what string
}{
	{exitDone, "done, or nothing to do"},
	{exitError, "an error: it did not work"},
	{exitUsage, "the command line, the environment, the configuration or the plan file is wrong, or a person would have to be asked"},
	{exitChanges, "changes are needed: verify and doctor, and plan with --detailed-exitcode"},
	{exitSignIn, "a sign-in was refused"},
	{exitDrift, "drift: the world is no longer what was approved; nothing of that step was written"},
	{exitManual, "done what a program can do; a manual step waits"},
	{exitRefused, "refused: a finding has to be mended, or accepted with --accept, first; nothing was written"},
	{exitCancelled, "cancelled by a person or a signal"},
}

func exitCodesText() string {
	var b strings.Builder
	b.WriteString("The exit code says how a verb ended. The codes stay as they are: scripts may rely on\nthem.\n\n")
	for _, c := range exitCodes {
		fmt.Fprintf(&b, "  %-5d %s\n", c.code, c.what)
	}
	return b.String() + "\nOf several the first reason counts: verify ends with 3 where changes are needed and a\nmanual step waits, too. A refusal (plan, apply, setup) outweighs that changes are\nneeded; where this call wrote something before it was refused, the code is 1."
}
