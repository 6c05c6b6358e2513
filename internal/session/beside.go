package session

import (
	"strings"

	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/steps/stages"
)

// mostExport is how large a journal of somebody else may be. A run writes some hundred
// kilobytes.
const mostExport = 64 << 20

// Beside are the runs that --with names: other people's, of own's change (where it has
// one), and about nothing that contradicts its target, or what it has switched.
//
// Errors: [settings.UsageError].
func (c *Caller) Beside(own steps.Run) (all []steps.Examination, err error) {
	seen, change, target, switched := map[string]bool{}, own.ChangeID, own.Target, stages.Switched(own)
	for _, file := range settings.Beside.Of(c.Settings) {
		raw, err := statedir.ReadGuarded(file, mostExport)
		if err != nil {
			return nil, settings.Usagef("--with %s: %w", shell.Name(file), err)
		}
		x, err := steps.ReadExport(file, raw, stages.Known)
		if err != nil {
			return nil, settings.Usagef("--with: %s", steps.Plain(err.Error())) // it is not ours to repair
		}
		if err := x.Run.MayJoin(change, target); err != nil {
			return nil, settings.Usagef("--with %s: %w", shell.Name(file), err)
		}
		there := stages.Switched(x.Run)
		if switched != "" && there != "" && !strings.EqualFold(switched, there) {
			return nil, settings.Usagef("--with %s: in run %s password writeback is switched on for %s, and in another run of this change for %s: one change has one sync side. Find out which is meant, and have the other one undone",
				shell.Name(file), x.Run.ID, steps.Plain(there), steps.Plain(switched))
		}
		if switched == "" {
			switched = there
		}
		if seen[x.Run.ID] {
			return nil, settings.Usagef("--with %s: run %s is there twice", shell.Name(file), x.Run.ID)
		}
		seen[x.Run.ID], change, target = true, x.Run.ChangeID, target.With(x.Run.Target)
		all = append(all, x)
	}
	return all, nil
}

// ShowBeside has the session's runner show what these runs say of each step.
func (s *Session) ShowBeside() error {
	r := s.Runner
	all, err := s.caller.Beside(steps.Run{ChangeID: r.ChangeID, Target: r.Target})
	if err != nil {
		return err
	}
	r.Reported = map[string][]steps.Evidence{}
	for _, x := range all {
		for id, e := range x.Run.Reported(x.Path) {
			r.Reported[id] = append(r.Reported[id], e)
			if stage := steps.StageOf(id); stage != id && !r.Wants(stage) { // here it is one stage that is left out
				r.Reported[stage] = append(r.Reported[stage], e)
			}
		}
	}
	return nil
}
