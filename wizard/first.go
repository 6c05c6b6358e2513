package wizard

import "writeback/steps"

// What every verb says first: why nothing is done, what has to be accepted by name, and
// the verdict.

// InTheWay are the findings that nothing is written in spite of, and those that it
// takes a person's word for, each told once.
func InTheWay(all []steps.StepPlan) (refused, accept []steps.Finding) {
	told := map[string]bool{}
	for _, s := range all {
		for _, f := range s.Findings {
			key := f.Code + "\x00" + f.Text
			if f.Level != steps.LevelError || told[key] {
				continue
			}
			told[key] = true
			if f.Accept != "" {
				accept = append(accept, f)
			} else {
				refused = append(refused, f)
			}
		}
	}
	return refused, accept
}
