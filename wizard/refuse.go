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
