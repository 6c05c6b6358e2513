package tell

import (
	"cmp"

	"writeback/steps"
)

// Needs is what each stage needs of whoever does it, and whether who is signed in has it.
// Stages that are as they should be need nothing.
func Needs(all []steps.StepPlan) []Block {
	t := Table{Head: []string{"Stage", "Do you have it?", "It needs"}}
	for _, s := range all {
		if s.State == steps.StateOK {
			continue
		}
		for _, n := range s.Needs {
			t.Rows = append(t.Rows, []Cell{{Text: s.ID}, {Text: hasIt(n)}, {Text: n.What}})
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []Block{gap, head("What each stage needs", ""), {Table: &t}}
}

func hasIt(n steps.Need) string {
	switch n.Has {
	case steps.HasIt:
		return "yes (" + cmp.Or(n.Who, "whoever is signed in") + ")"
	case steps.HasNot:
		return "no (" + cmp.Or(n.Who, "whoever is signed in") + ")"
	}
	return "not known here"
}
