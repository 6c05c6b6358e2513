package change

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/steps"
)

// A plan that is saved is a change in which others can take part: theirs are the stages
// that its planner leaves out.

// Join begins a change where a plan is saved as file, or joins that of the plan file
// others. Known is what is known of the change by now.
//
// Errors: [settings.UsageError].
func Join(in *settings.Settings, known session.Change, others, file string) (session.Change, error) {
	if others == "" {
		if file == "" {
			return known, nil
		}
		id, err := steps.NewChangeID()
		return session.Change{ID: id, Others: true}, err
	}
	p, err := Approved(in, others)
	if err != nil {
		return known, err
	}
	if p.ChangeID == "" {
		return known, settings.Usagef("plan file %s belongs to no change: save it anew with writeback plan --out FILE, and plan your stage under that one", shell.Name(others))
	}
	return session.Change{ID: p.ChangeID, File: *p, Others: true}, nil
}

// Saved is the plan as it is saved: with what others have planned of the change.
func Saved(in *settings.Settings, c session.Change, p steps.Plan, who steps.Who) (steps.Plan, error) {
	if c.ID == "" {
		return p, nil
	}
	p = p.Signed(PlannedBy(who))
	if len(c.File.Steps) == 0 {
		return p, nil
	}
	p, err := p.Under(c.File)
	in.KeepOthers(p.Settings, c.File.Settings)
	delete(p.Settings, settings.Only.Name) // each of them has a part of their own
	return p, err
}

// PlannedBy is how whoever plans signs.
func PlannedBy(who steps.Who) string { return cmp.Or(who.SignedIn(), who.User+"@"+who.Host) }

// Take has an apply make what a plan file has lines of. The stages that nobody has
// planned yet are left out.
func Take(s *settings.Settings, p *steps.Plan, file string) error {
	open := unplanned(*p)
	for _, stage := range open {
		if slices.Contains(settings.Only.Of(s), stage) && s.Origin(settings.Only).Kind != settings.IsPlan {
			return settings.Usagef("plan file %s has no lines of %s yet: plan it first with writeback plan %[1]s --only %[2]s --out FILE", shell.Name(file), stage)
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

// HandOn says what the others of the change do next; run is what was made of it here, ""
// where it was only planned. Who does all of it alone is told nothing.
func HandOn(w io.Writer, p *steps.Plan, file, run string, skip map[string]bool, world shell.Line) {
	if p == nil || p.ChangeID == "" {
		return
	}
	shared := slices.ContainsFunc(p.Steps, func(s steps.StepPlan) bool { return s.State != steps.StateSkipped && skip[steps.StageOf(s.ID)] })
	if run != "" && shared {
		export := append(shell.Words("writeback export %s --out FILE", run), world...)
		fmt.Fprintf(w, "This is a part of change %s. For one report of all parts, copy this run's journal: %s\n", p.ChangeID, export)
	}
	if open := unplanned(*p); len(open) > 0 {
		fmt.Fprintf(w, "Not planned yet: %s. Hand %s to whoever may do that: they run %s\n", strings.Join(open, ", "), shell.Name(file),
			append(shell.Words("writeback plan %s --only STAGE --out FILE", file), world...))
	}
}

// Page is what was planned here, and what others have planned of the same change: the
// lines of theirs that the file has.
func Page(here, saved steps.Plan) steps.Plan {
	out := saved
	out.Steps = nil
	for _, s := range saved.Steps {
		for _, own := range here.Steps {
			switch {
			case own.ID == s.ID && own.Planned():
				s = own
			case steps.StageOf(own.ID) == steps.StageOf(s.ID):
				s.ByHand = own.ByHand
			}
		}
		out.Steps = append(out.Steps, s)
	}
	return out
}
