package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/steps"
)

// A plan that is saved is a change in which others can take part: theirs are the stages
// that its planner leaves out.

// joinChange has a plan begin a change where it is saved, or join that of the plan file
// others.
func (a *app) joinChange(others, file string) error {
	if others == "" {
		if file == "" {
			return nil
		}
		id, err := steps.NewChangeID()
		a.caller().Change = session.Change{ID: id, Others: true}
		return err
	}
	p, err := a.approved(others)
	if err != nil {
		return err
	}
	if p.ChangeID == "" {
		return usagef("plan file %s belongs to no change: save it anew with writeback plan --out FILE, and plan your stage under that one", shell.Name(others))
	}
	a.caller().Change = session.Change{ID: p.ChangeID, File: *p, Others: true}
	return nil
}

// saved is the plan as it is saved: with what others have planned of the change.
func (a *app) saved(p steps.Plan, who steps.Who) (steps.Plan, error) {
	c := a.caller().Change
	if c.ID == "" {
		return p, nil
	}
	p = p.Signed(plannedBy(who))
	if len(c.File.Steps) == 0 {
		return p, nil
	}
	p, err := p.Under(c.File)
	a.settings.KeepOthers(p.Settings, c.File.Settings)
	delete(p.Settings, settings.Only.Name) // each of them has a part of their own
	return p, err
}

// plannedBy is how whoever plans signs.
func plannedBy(who steps.Who) string { return cmp.Or(who.SignedIn(), who.User+"@"+who.Host) }

// takeChange has an apply make what a plan file has lines of. The stages that nobody has
// planned yet are left out.
func (a *app) takeChange(p *steps.Plan, file string) error {
	s := a.settings
	a.caller().Change = session.Change{ID: p.ChangeID, File: *p}
	open := unplanned(*p)
	for _, stage := range open {
		if slices.Contains(settings.Only.Of(s), stage) && s.Origin(settings.Only).Kind != settings.IsPlan {
			return usagef("plan file %s has no lines of %s yet: plan it first with writeback plan %[1]s --only %[2]s --out FILE", shell.Name(file), stage)
		}
	}
	return s.LeaveOut(file, open...)
}

// unplanned are the stages of a change that nobody has planned yet.
func unplanned(p steps.Plan) (open []string) {
	for _, step := range p.Steps {
		if stage := steps.StageOf(step.ID); step.State == steps.StateUnplanned && slices.Contains(settings.Stages, stage) {
			open = append(open, stage)
		}
	}
	return open
}

// handOn says what the others of the change do next; run is what was made of it here, ""
// where it was only planned. Who does all of it alone is told nothing.
func (a *app) handOn(p *steps.Plan, file, run string) {
	if p == nil || p.ChangeID == "" {
		return
	}
	skip := a.caller().Skipped()
	shared := slices.ContainsFunc(p.Steps, func(s steps.StepPlan) bool { return s.State != steps.StateSkipped && skip[steps.StageOf(s.ID)] })
	if run != "" && shared {
		export := append(shell.Words("writeback export %s --out FILE", run), a.settings.World()...)
		fmt.Fprintf(a.err, "This is a part of change %s. For one report of all parts, copy this run's journal: %s\n", p.ChangeID, export)
	}
	if open := unplanned(*p); len(open) > 0 {
		fmt.Fprintf(a.err, "Not planned yet: %s. Hand %s to whoever may do that: they run %s\n", strings.Join(open, ", "), shell.Name(file),
			append(shell.Words("writeback plan %s --only STAGE --out FILE", file), a.settings.World()...))
	}
}
