package steps

// What a plan file says of the world is old, or made up. All that is shown of it,
// and approved, is taken from a plan that was made now: the file only says which
// lines are meant. Each of them must be one that the steps can make: needed now, or
// in place already, as they themselves find.

// Agree is fresh, which this Runner planned last, with the lines of file that are
// in place already. The error is a [*DriftError] where a step needs a line that the
// file does not have, or the file has one that is neither needed nor there.
func (r *Runner) Agree(fresh, file Plan) (Plan, error) {
	out := fresh
	out.Steps = nil
	known, left := map[string]bool{}, map[string]bool{} // left out, by stage
	for _, now := range fresh.Steps {
		known[now.ID] = true
		left[StageOf(now.ID)] = left[StageOf(now.ID)] || !now.Planned()
		s, err := r.agree(now, file.lines(now.ID))
		if err != nil {
			return fresh, err
		}
		out.Steps = append(out.Steps, s)
	}
	for _, s := range file.Steps {
		if lines := file.lines(s.ID); !known[s.ID] && !left[StageOf(s.ID)] && len(lines) > 0 {
			return fresh, &DriftError{Step: s.ID, Unfounded: lines}
		}
	}
	return out, nil
}

// agree is one step as it is now, with the lines that are meant. What is left out
// is not looked at, so that nothing of it is approved.
func (r *Runner) agree(now StepPlan, lines []Change) (StepPlan, error) {
	if !now.Planned() {
		return now, nil
	}
	shown, drift := compare(now.ID, now.Changes, r.there[now.ID], lines)
	now.Changes = shown
	if len(drift.Unfounded)+len(drift.Unapproved) > 0 && now.State != StateBlocked {
		return now, &drift
	}
	if len(now.Changes) > 0 && now.State != StateBlocked {
		now.State = StateChange
	}
	return now, nil
}

// lines are those of a step that an approval of p would bind.
func (p Plan) lines(step string) (out []Change) {
	for _, s := range p.Steps {
		if s.ID == step && s.State == StateChange {
			out = append(out, s.Changes...)
		}
	}
	return out
}
