package exit

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"writeback/adperms/directory"
	"writeback/cloudconfig/graph"
	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/wizard"
)

// A Call is one call of the program, as far as its errors tell of it.
type Call struct {
	Redact   func(string) string // takes secrets out of a line
	Practice bool                // it reaches the practice world
	Scopes   []string            // of --scope
	Wrote    bool                // it has written something
}

// Code is the exit code of an error. Where this call has written something before it
// was refused, that is an error like any other.
func (c Call) Code(err error) int {
	code := Code(err)
	if code == Refused && c.Wrote {
		return Error
	}
	return code
}

// Explain prints what went wrong and, where there is one, the next step.
func (c Call) Explain(w io.Writer, err error) {
	if c.Code(err) == Refused {
		c.refused(w, wizard.BlockedIn(err))
		return
	}
	for _, line := range steps.Lines(err) {
		fmt.Fprintf(w, "writeback: %s\n", steps.Plain(c.Redact(line)))
	}
	if hint := c.hintFor(err); hint != "" {
		fmt.Fprintf(w, "           %s\n", steps.Plain(c.Redact(hint)))
	}
}

// refused says what is in the way, each with what is to be done about it.
func (c Call) refused(w io.Writer, all []*steps.BlockedError) {
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
	fmt.Fprintln(w, "writeback: refused; nothing was written. "+what)
	for _, b := range all {
		for _, f := range b.Findings {
			fmt.Fprintf(w, "writeback: %s is blocked: %s\n", steps.Plain(b.Step), steps.Plain(c.Redact(f.Text)))
			if f.Fix != "" {
				fmt.Fprintf(w, "           %s\n", steps.Plain(c.Redact(f.Fix)))
			}
		}
	}
}

func (c Call) hintFor(err error) string {
	var (
		none    *directory.NotFoundError
		usage   *settings.UsageError
		drift   *steps.DriftError
		blocked *steps.BlockedError
		held    *statedir.HeldError
		change  *steps.ChangeError
		newer   *steps.NewerFormatError
		stopped *steps.CancelledError
		journal *steps.JournalError
	)
	place := ""
	if c.Practice {
		place = " --practice"
	}
	switch {
	case graph.FixOf(err) != "":
		return graph.FixOf(err)
	case errors.As(err, &none) && slices.Contains(c.Scopes, none.DN):
		return "--scope takes the DN of the domain, of an OU or container in it, or of one account"
	case errors.Is(err, wizard.ErrAborted):
		if c.Practice {
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
