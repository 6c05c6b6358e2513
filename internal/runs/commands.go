package runs

import (
	"slices"
	"strings"

	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/steps"
)

// UndoCommand is the command that takes a run back; the run knows where it was.
func UndoCommand(of *settings.Settings, x steps.Examination) string {
	line := shell.Words("writeback undo %s", x.Run.ID)
	if len(x.Run.Removed()) > 0 {
		line = append(line, shell.Words("--digest %s", x.SHA256)...)
	}
	return slices.Concat(line, of.Command(settings.StateDir.Setting), of.World()).String()
}

// VerifyCommand is the command that shows how what a run touched is now.
func VerifyCommand(of *settings.Settings, r steps.Run) string {
	line, t := shell.Words("writeback verify"), r.Target
	switch {
	case settings.Practice.Of(of):
	case t.DC == "" && len(r.Steps) > 0: // nobody was asked there but for these stages
		line = append(line, shell.Words("--only %s", strings.Join(r.Steps, ","))...)
		if t.Tenant != "" {
			line = append(line, shell.Words("--tenant %s", t.Tenant)...)
		}
	default:
		for _, d := range strings.Split(t.Domain, settings.Joiner) {
			if d != "" {
				line = append(line, shell.Words("--domain %s", d)...)
			}
		}
	}
	return append(line, of.World()...).String()
}
