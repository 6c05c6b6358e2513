package main

import (
	"slices"
	"strings"

	"writeback/steps"
	"writeback/steps/stages"
)

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

// grantedOn are the objects on which runs granted rights to the connector account, and
// did not take them back.
func (a *app) grantedOn(s *place) (all []string) {
	store, err := a.readStore()
	if err != nil {
		return nil // a.words tells of it
	}
	runs, _ := store.List()
	for _, r := range runs {
		if !strings.EqualFold(r.Target.Domain, s.domain()) && !slices.Contains(strings.Split(r.Target.Domain, joiner), s.domain()) {
			continue
		}
		for _, m := range r.Made {
			ours := m.Step == stages.DelegateInfo.ID && strings.Contains(m.Change.SDDL, s.delegate.Connector.SID.String()+")")
			if ours && !slices.Contains(all, m.Change.Target) {
				all = append(all, m.Change.Target)
			}
		}
	}
	return all
}
