package steps

// Drift is what differs between the lines that a person means, by an approval or a plan
// file, and what a step finds now. A line that is needed and that nobody meant is
// drift; so is one of a file that is neither needed nor in place. An approved line
// that is not needed any more is not: somebody else was faster.

// compare holds what a step needs now, and what it finds in place, against the lines
// that are meant. shown are those of them that are needed or in place, each once and as
// they are found now.
func compare(step string, needed, inPlace, meant []Change) (shown []Change, drift DriftError) {
	found := map[string]Change{}
	for _, c := range inPlace {
		found[c.Key(step)] = c
	}
	for _, c := range needed {
		found[c.Key(step)] = c
	}
	shown, drift.Step = []Change{}, step
	had := map[string]bool{}
	for _, c := range meant {
		key := c.Key(step)
		is, ok := found[key]
		switch {
		case !ok:
			drift.Unfounded = append(drift.Unfounded, c)
		case !had[key]:
			shown = append(shown, is)
		}
		had[key] = true
	}
	for _, c := range needed {
		if !had[c.Key(step)] {
			drift.Unapproved = append(drift.Unapproved, c)
		}
	}
	return shown, drift
}
