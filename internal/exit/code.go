package exit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/cloudconfig/graph"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard"
)

// The exit codes: promises to scripts.
const (
	Done      = 0   // done, or nothing to do
	Error     = 1   // it did not work
	Usage     = 2   // the command line, environment or configuration is wrong
	Changes   = 3   // changes are needed
	SignIn    = 4   // sign-in refused
	Drift     = 5   // the world is no longer what was approved
	Manual    = 6   // done what a program can do; a manual step waits
	Refused   = 7   // a finding has to be mended or accepted first; nothing was written
	Cancelled = 130 // by a person or a signal
)

// Code is the exit code of an error.
func Code(err error) int {
	var (
		usage     *settings.UsageError
		option    *directory.OptionError
		signIn    *bind.SignInError
		drift     *steps.DriftError
		target    *steps.TargetError
		cancelled *steps.CancelledError
		blocked   *steps.BlockedError
	)
	switch {
	case err == nil:
		return Done
	case errors.As(err, &usage), errors.As(err, &option), errors.As(err, &target), errors.Is(err, wizard.ErrNoTerminal):
		return Usage
	case errors.As(err, &signIn), graph.KindOf(err) == graph.SignInRefused:
		return SignIn
	case errors.As(err, &drift):
		return Drift
	case errors.As(err, &cancelled), errors.Is(err, context.Canceled), errors.Is(err, wizard.ErrDeclined), errors.Is(err, wizard.ErrAborted):
		return Cancelled
	case errors.As(err, &blocked):
		return Refused
	}
	return Error
}

// A Promise is an exit code in words.
type Promise struct {
	Code int
	What string
}

// Promises are the exit codes in words.
var Promises = []Promise{
	{Done, "done, or nothing to do"},
	{Error, "an error: it did not work"},
	{Usage, "the command line, the environment, the configuration or the plan file is wrong, or a person would have to be asked"},
	{Changes, "changes are needed: verify and doctor, and plan with --detailed-exitcode"},
	{SignIn, "a sign-in was refused"},
	{Drift, "drift: the world is no longer what was approved; nothing of that step was written"},
	{Manual, "done what a program can do; a manual step waits"},
	{Refused, "refused: a finding has to be mended, or accepted with --accept, first; nothing was written"},
	{Cancelled, "cancelled by a person or a signal"},
}

// Text is what help says of the exit codes.
func Text() string {
	var b strings.Builder
	b.WriteString("The exit code says how a verb ended. The codes stay as they are: scripts may rely on\nthem.\n\n")
	for _, c := range Promises {
		fmt.Fprintf(&b, "  %-5d %s\n", c.Code, c.What)
	}
	return b.String() + "\nOf several the first reason counts: verify ends with 3 where changes are needed and a\nmanual step waits, too. A refusal (plan, apply, setup) outweighs that changes are\nneeded; where this call wrote something before it was refused, the code is 1."
}
