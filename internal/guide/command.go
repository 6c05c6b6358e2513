package guide

import (
	"slices"

	"writeback/internal/settings"
	"writeback/internal/shell"
)

// The command line that does the same without the wizard, as it can be pasted
// into any shell. Files that hold secrets are named; the secrets
// themselves are nowhere in the settings.

// Command is the apply that makes the same plan. If a shell would not take the account's
// name (a managed service account's ends in $), its SID is used.
func (g *Guide) Command() string {
	line := slices.Concat(shell.Words("writeback apply"), g.set().Command(slices.Concat(settings.With(settings.Shown), settings.With(settings.Reached), settings.With(settings.Kept))...), g.set().World())
	if g.account.DN != "" {
		line = line.Instead(settings.Connector.Of(g.set()), g.account.SID.String())
	}
	return line.String()
}

// Undo takes a run back. The run knows where it was.
func (g *Guide) Undo(run string) string {
	return slices.Concat(shell.Words("writeback undo %s", run), g.set().Command(settings.ADPasswordFile.Setting, settings.StateDir.Setting), g.set().World()).String()
}

// Report writes down what a run made.
func (g *Guide) Report(run string) string {
	return slices.Concat(shell.Words("writeback report %s -o report.html", run), g.set().Command(settings.StateDir.Setting), g.set().World()).String()
}
