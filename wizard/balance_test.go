package wizard

import (
	"testing"

	"writeback/steps"
)

// A plan that continues says how far it has come, and never that nothing was
// written.
func TestBalance(t *testing.T) {
	plan := func(state steps.State, changes int) steps.Plan {
		return steps.Plan{Steps: []steps.StepPlan{{ID: "a", State: state, Changes: make([]steps.Change, changes)}}}
	}
	for _, c := range []struct {
		r    Review
		kind Balance
		text string
	}{
		{Review{Plan: plan(steps.StateOK, 0)}, NoChange, "Nothing to do."},
		{Review{Plan: plan(steps.StateSkipped, 0)}, NoChange, NothingLooked},
		{Review{Plan: plan(steps.StateManual, 0)}, ManualStep, "Nothing is left for a program to do. A manual step waits."},
		{Review{Plan: plan(steps.StateChange, 4), Pending: 4}, Changes, "4 changes. Nothing has been written yet."},
		{Review{Plan: plan(steps.StateChange, 1), Pending: 1}, Changes, "1 change. Nothing has been written yet."},
		{Review{Plan: plan(steps.StateChange, 4), Pending: 1}, Changes, "3 of 4 changes are in place already; 1 left."},
		{Review{Plan: plan(steps.StateChange, 1), Pending: 1, Made: 3, Continues: "R"}, Changes, "3 of 4 changes are made; 1 left."},
		{Review{Plan: plan(steps.StateChange, 4), Pending: 1, Made: 3, Continues: "R"}, Changes, "3 of 4 changes are made; 1 left."},
		{Review{Plan: plan(steps.StateChange, 4), Pending: 0}, NoChange, "All of this is in place already: nothing to do."},
		{Review{Plan: plan(steps.StateBlocked, 1), Pending: 1}, Refused, "Blocked: fix the errors first. Until then, nothing is written."},
		{Review{Plan: plan(steps.StateBlocked, 1), Pending: 1, Made: 3, Continues: "R"}, Refused, "Blocked: fix the errors first. Until then, nothing more is written. 3 of 4 changes are made; 1 left."},
	} {
		if kind, text := c.r.Balance(); kind != c.kind || text != c.text {
			t.Errorf("%+v: %d %q, want %d %q", c.r, kind, text, c.kind, c.text)
		}
	}
}
