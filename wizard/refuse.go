package wizard

import (
	"errors"

	"writeback/steps"
)

// What the engine would refuse is refused before a run is begun, so that no
// journal says that somebody tried.

// Blocked joins a *steps.BlockedError for every step of p that has a finding of
// level error; nil for none.
func Blocked(p steps.Plan) error {
	var all []error
	for _, s := range p.Steps {
		if s.State != steps.StateBlocked {
			continue
		}
		e := &steps.BlockedError{Step: s.ID}
		for _, f := range s.Findings {
			if f.Level == steps.LevelError {
				e.Findings = append(e.Findings, f)
			}
		}
		all = append(all, e)
	}
	return errors.Join(all...)
}

// unsaved refuses a plan that removes what is others', where nobody looks at what it
// shows: with --yes, and where there is no terminal. From a plan file it can be approved;
// nil for a plan that removes nothing.
func unsaved(p steps.Plan) error {
	for _, s := range p.Steps {
		for _, c := range s.Changes {
			if c.Verb == steps.VerbRemove {
				return &steps.BlockedError{Step: s.ID, Findings: []steps.Finding{{Level: steps.LevelError, Code: "removal-not-saved",
					Text: "the plan removes permissions of others, and --yes approves that only from a plan file",
					Fix:  "save the plan with --out FILE, look at it, and run writeback apply FILE --yes; or approve it at a terminal, without --yes"}}}
			}
		}
	}
	return nil
}
