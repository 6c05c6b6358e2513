package runs

import (
	"errors"
	"fmt"

	"writeback/internal/settings"
	"writeback/steps"
)

// Named is the ID that was given; "" where it is left out, or is latest.
func Named(id string) (string, error) {
	if id == "" || id == "latest" {
		return "", nil
	}
	if err := steps.CheckRunID(id); err != nil {
		return "", settings.Usagef("%w: writeback runs lists them, and latest is the newest", err)
	}
	return id, nil
}

// Find reads the run that is meant: the latest in which anything was made
// where none is named. That one may be undone already: undo twice is not undo
// of two.
func Find(store *steps.Store, id string) (steps.Run, error) {
	if id != "" {
		run, err := store.Read(id)
		if errors.Is(err, steps.ErrNoRun) {
			return run, settings.Usagef("there is no run %s: writeback runs lists them", id)
		}
		return run, err
	}
	run, err := store.History().Latest(func(r steps.Run) bool { return !r.Idle() })
	if errors.Is(err, steps.ErrNoRun) {
		return run, fmt.Errorf("no run in %s has made anything: writeback runs lists what is there; was it another --state-dir, or another user?", store.Dir())
	}
	return run, err
}

// Examined is the journal of a run, also one that cannot be trusted. Where none is
// named it is the latest that is worth it, or that cannot be trusted: that might be the
// one.
func Examined(store *steps.Store, id string, worth func(steps.Run) bool) (steps.Examination, error) {
	ids := []string{id}
	if id == "" {
		all, err := store.History().IDs()
		if err != nil {
			return steps.Examination{}, err
		}
		ids = all
	}
	for _, one := range ids {
		x, err := store.Examine(one)
		switch {
		case errors.Is(err, steps.ErrNoRun):
			return x, settings.Usagef("there is no run %s: writeback runs lists them", one)
		case err != nil:
			return x, err
		case id != "" || x.Breach != nil || worth(x.Run):
			return x, nil
		}
	}
	return steps.Examination{}, fmt.Errorf("no run in %s has made anything: there is nothing to report here; was it another --state-dir, or another user?", store.Dir())
}
