package main

import "writeback/steps"

// consented are the findings that somebody accepted by name on the target, in runs that
// have something to undo, each with the newest such run.
func (a *app) consented(target steps.Target) map[string]string {
	store, err := a.readStore()
	if err != nil {
		return nil // a.words tells of it
	}
	out := map[string]string{}
	runs, _ := store.List() // the newest first
	for _, r := range runs {
		if r.Approval == nil || !r.Undoable() || r.Target.Domain != target.Domain {
			continue
		}
		for _, accepted := range r.Approval.Accepted {
			if out[accepted] == "" {
				out[accepted] = r.ID
			}
		}
	}
	return out
}
