package tell

import (
	"cmp"

	"writeback/steps"
)

// Needs is what each stage takes, and whether who is signed in has it. Stages that are as
// they should be take nothing.
func Needs(all []steps.StepPlan) []Block {
	t := Table{Head: []string{"Stage", "It takes", "Whether it is there"}}
	for _, s := range all {
		if s.State == steps.StateOK {
			continue
		}
		for _, n := range s.Needs {
			t.Rows = append(t.Rows, []Cell{{Text: s.ID}, {Text: n.What}, {Text: hasIt(n)}})
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []Block{gap, head("What each stage takes", ""), {Table: &t}}
}

func hasIt(n steps.Need) string {
	who := cmp.Or(n.Who, "who is signed in")
	switch n.Has {
	case steps.HasIt:
		return "yes: " + who
	case steps.HasNot:
		return "no: not " + who
	}
	return "not known here"
}
