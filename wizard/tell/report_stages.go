package tell

import (
	"cmp"
	"slices"

	"writeback/steps"
)

// stages are the stages of the approvals, in their order, with what was seen of
// them when they were approved and at the end.
func stages(run steps.Run) []Stage {
	out := []Stage{}
	at := func(id string) *Stage {
		i := slices.IndexFunc(out, func(s Stage) bool { return s.ID == id })
		if i < 0 {
			i = len(out)
			out = append(out, Stage{ID: id, Title: id, Shown: []steps.Evidence{}, Evidence: []steps.Evidence{}, Findings: []steps.Finding{}})
		}
		return &out[i]
	}
	for _, c := range run.Consents() {
		if c.Approval == nil {
			continue
		}
		for _, a := range c.Approval.Steps {
			s := at(a.ID)
			s.Title, s.Before = cmp.Or(a.Title, a.ID), a.State
			s.Shown, s.Findings = append([]steps.Evidence{}, a.Evidence...), append([]steps.Finding{}, a.Findings...)
		}
	}
	for _, o := range run.Outcome {
		s := at(o.ID)
		s.Title, s.After, s.Inspected = cmp.Or(o.Title, o.ID), o.State, run.Inspected
		s.Evidence, s.Findings = append(s.Evidence, o.Evidence...), append([]steps.Finding{}, o.Findings...)
	}
	for _, o := range run.Made {
		at(o.Step).Made++
	}
	return out
}

// looked says that the run was about the stage.
func (s Stage) looked() bool {
	return steps.StepPlan{State: cmp.Or(s.After, s.Before)}.Planned()
}

// measured is the coverage of each approval that somebody measured for.
func measured(run steps.Run) []Coverage {
	out := []Coverage{}
	for _, c := range run.Consents() {
		if c.Approval == nil {
			continue
		}
		if read, ok := c.Approval.Coverage.Coverage(); ok {
			out = append(out, Coverage{Approved: c.At, Planned: c.Approval.Planned, From: c.Approval.CoverageFrom, Document: c.Approval.Coverage, Places: Places(read)})
		}
	}
	return out
}

// Places adds up where the users are whom the reasons keep out.
func Places(c steps.Coverage) []Place {
	out := []Place{}
	for _, b := range c.Blocked {
		for _, w := range b.Where {
			i := slices.IndexFunc(out, func(p Place) bool { return p.DN == w.DN })
			if i < 0 {
				i = len(out)
				out = append(out, Place{DN: w.DN})
			}
			out[i].Count += w.Count
		}
	}
	slices.SortStableFunc(out, func(a, b Place) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.DN, b.DN)) })
	return out
}
