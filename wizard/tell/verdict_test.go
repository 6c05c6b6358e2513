package tell

import (
	"testing"

	"writeback/steps"
	"writeback/wizard"
)

// A plan that continues says how far it has come, and never that nothing was
// written.
func TestVerdict(t *testing.T) {
	plan := func(state steps.State, changes int) steps.Plan {
		return steps.Plan{Steps: []steps.StepPlan{{ID: "a", State: state, Changes: make([]steps.Change, changes)}}}
	}
	for _, c := range []struct {
		r    wizard.Review
		tone Tone
		text string
	}{
		{wizard.Review{Plan: plan(steps.StateOK, 0)}, Good, "Nothing to do."},
		{wizard.Review{Plan: plan(steps.StateSkipped, 0)}, Good, nothingInspected},
		{wizard.Review{Plan: plan(steps.StateManual, 0)}, Warn, "Nothing is left for a program to do. A manual step waits."},
		{wizard.Review{Plan: plan(steps.StateChange, 4), Pending: 4}, Bare, "4 changes. Nothing has been written yet."},
		{wizard.Review{Plan: plan(steps.StateChange, 1), Pending: 1}, Bare, "1 change. Nothing has been written yet."},
		{wizard.Review{Plan: plan(steps.StateChange, 4), Pending: 1}, Bare, "3 of 4 changes are in place already; 1 left."},
		{wizard.Review{Plan: plan(steps.StateChange, 1), Pending: 1, Made: 3, Continues: "R"}, Bare, "3 of 4 changes are made; 1 left."},
		{wizard.Review{Plan: plan(steps.StateChange, 4), Pending: 1, Made: 3, Continues: "R"}, Bare, "3 of 4 changes are made; 1 left."},
		{wizard.Review{Plan: plan(steps.StateChange, 4), Pending: 0}, Good, "All of this is in place already: nothing to do."},
		{wizard.Review{Plan: plan(steps.StateBlocked, 1), Pending: 1}, Alarm, "Blocked: fix the errors first. Until then, nothing is written."},
		{wizard.Review{Plan: plan(steps.StateBlocked, 1), Pending: 1, Made: 3, Continues: "R"}, Alarm, "Blocked: fix the errors first. Until then, nothing more is written. 3 of 4 changes are made; 1 left."},
	} {
		if tone, text := verdictOf(c.r); tone != c.tone || text != c.text {
			t.Errorf("%+v: %q %q, want %q %q", c.r, tone, text, c.tone, c.text)
		}
	}
}
