package tell

import (
	"fmt"

	"writeback/steps"
)

// Verified is what verify found. Least is how many percent of the people in scope have to
// be reached; 0: none. The findings that only inform say again what the evidence says.
func Verified(t steps.Target, v steps.Verification, least float64) []Block {
	enough, _ := Enough(v, least)
	out := append(Barriers(v.Steps), verdictOfCheck(v)...)
	out = append(out, whomItReaches(v.Coverage, false)...)
	if !enough {
		out = append(out, line(Alarm, fmt.Sprintf("Too few: --min-coverage requires %v %% of them.", least)))
	}
	out = append(out, gap, line(Bare, readFrom(t)))
	for _, s := range v.Steps {
		out = append(out, StageOf(s, Pressing(s.Findings), Lines)...)
	}
	return append(out, Users(v.Coverage, Lines)...)
}

func readFrom(t steps.Target) string {
	if t.DC == "" {
		return t.Name()
	}
	return t.Domain + ", read from " + t.DC
}

func verdictOfCheck(v steps.Verification) []Block {
	left := steps.Plan{Steps: v.Steps}
	switch {
	case !v.Inspected():
		return []Block{line(Warn, nothingInspected)}
	case v.OK:
		return []Block{line(Good, "Everything looked at is set up as it should be.")}
	case left.Has(steps.StateBlocked):
		return []Block{line(Alarm, "Not ready: fix the errors above first.")}
	case left.Has(steps.StateChange):
		return []Block{line(Warn, "Not as it should be: writeback plan shows what is needed.")}
	}
	return []Block{line(Warn, "A manual step is left: its steps are below.")}
}
