package steps

import "slices"

// The states of a [Result] and an [UndoResult].
const (
	ResultDone    = "done"    // everything is as it should be
	ResultPartial = "partial" // something is left: continue or undo the run
	ResultManual  = "manual"  // what is left is for a person
	ResultUndone  = "undone"  // nothing of the run is left in the world
)

// StepResult is a step after an apply, and what the run made of it. A step that
// was not reached stands as it did in the plan.
type StepResult struct {
	StepPlan
	Made []Change `json:"made"` // in this run, earlier attempts included, and not undone
}

// Result is the document "apply" of the contract.
type Result struct {
	FormatVersion int          `json:"formatVersion"`
	Run           string       `json:"run"`
	State         string       `json:"state"` // [ResultDone], [ResultPartial] or [ResultManual]
	Steps         []StepResult `json:"steps"`
}

// UndoResult is what an undo did.
type UndoResult struct {
	FormatVersion int       `json:"formatVersion"`
	Run           string    `json:"run"`
	State         string    `json:"state"`              // [ResultUndone] or [ResultPartial]
	Undone        []Change  `json:"undone"`             // by this call, in the order in which it was done
	Left          []Change  `json:"left"`               // still in the world, and ours
	Findings      []Finding `json:"findings,omitempty"` // what was noticed while it was done
}

// Verification is the document "verify" of the contract.
type Verification struct {
	FormatVersion int        `json:"formatVersion"`
	OK            bool       `json:"ok"` // every step that was looked at is ok, and one was
	Steps         []StepPlan `json:"steps"`
	// Coverage is what [Runner.Measure] found.
	Coverage *Measured `json:"coverage,omitempty"`
}

// Inspected says that a step was inspected: where all were skipped, there is no verdict.
func (v Verification) Inspected() bool { return Inspected(v.Steps) }

// Inspected says that not all steps were skipped.
func Inspected(all []StepPlan) bool {
	return len(all) == 0 || slices.ContainsFunc(all, StepPlan.Planned)
}
