package main

import (
	"errors"
	"fmt"
	"slices"

	"writeback/adperms/directory"
	"writeback/cloudconfig/graph"
	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/wizard"
)

// exit is the exit code of an error. Where this call has written something before it
// was refused, that is an error like any other.
func (a *app) exit(err error) int {
	code := exitCode(err)
	if code == exitRefused && a.sessions != nil && a.sessions.Wrote {
		return exitError
	}
	return code
}

// explain prints what went wrong and, where there is one, the next step.
func (a *app) explain(err error) {
	if a.exit(err) == exitRefused {
		a.refused(wizard.BlockedIn(err))
		return
	}
	for _, line := range steps.Lines(err) {
		fmt.Fprintf(a.err, "writeback: %s\n", steps.Plain(a.secrets.Redact(line)))
	}
	if hint := a.hintFor(err); hint != "" {
		fmt.Fprintf(a.err, "           %s\n", steps.Plain(a.secrets.Redact(hint)))
	}
}

// refused says what is in the way, each with what is to be done about it.
func (a *app) refused(all []*steps.BlockedError) {
	acceptable, n := 0, 0
	for _, b := range all {
		n += len(b.Findings)
		for _, f := range b.Findings {
			if f.Accept != "" {
				acceptable++
			}
		}
	}
	what := "Fix this first:"
	switch {
	case acceptable == n:
		what = "Fix this first, or accept it by name:"
	case acceptable > 0:
		what = "Fix this first; what can be accepted by name says so:"
	}
	fmt.Fprintln(a.err, "writeback: refused; nothing was written. "+what)
	for _, b := range all {
		for _, f := range b.Findings {
			fmt.Fprintf(a.err, "writeback: %s is blocked: %s\n", steps.Plain(b.Step), steps.Plain(a.secrets.Redact(f.Text)))
			if f.Fix != "" {
				fmt.Fprintf(a.err, "           %s\n", steps.Plain(a.secrets.Redact(f.Fix)))
			}
		}
	}
}

func (a *app) hintFor(err error) string {
	var (
		none    *directory.NotFoundError
		usage   *usageError
		drift   *steps.DriftError
		blocked *steps.BlockedError
		held    *statedir.HeldError
		change  *steps.ChangeError
		newer   *steps.NewerFormatError
		stopped *steps.CancelledError
		journal *steps.JournalError
	)
	place := ""
	if settings.Practice.Of(a.settings) {
		place = " --practice"
	}
	switch {
	case graph.FixOf(err) != "":
		return graph.FixOf(err)
	case errors.As(err, &none) && slices.Contains(settings.Scopes.Of(a.settings), none.DN):
		return "--scope takes the DN of the domain, of an OU or container in it, or of one account"
	case errors.Is(err, wizard.ErrAborted):
		if settings.Practice.Of(a.settings) {
			return "writeback practice begins again, and offers to go on with a run that was interrupted"
		}
		return "writeback setup begins again, and offers to go on with a run that was interrupted"
	case errors.Is(err, wizard.ErrNoTerminal):
		return "read what is shown above, then add --yes"
	case errors.As(err, &drift):
		return "plan again, look at it, and approve it"
	case errors.As(err, &blocked) && len(blocked.Findings) > 0:
		return blocked.Findings[0].Fix
	case errors.As(err, &held):
		return "wait until it has ended, or use another --state-dir"
	case errors.As(err, &newer):
		return "writeback version says which one runs here"
	case errors.As(err, &journal):
		return "writeback runs repair" + place + " says what is wrong, and what can be done about it"
	case errors.As(err, &stopped) && stopped.Run != "", errors.As(err, &change) && !change.Undo:
		return "writeback apply" + place + " continues the run, writeback undo" + place + " takes back what it made"
	case errors.As(err, &change):
		return "writeback undo" + place + " goes on where this one stopped"
	case errors.As(err, &usage):
		return "writeback --help shows the verbs, writeback VERB --help the flags"
	}
	return ""
}
