package wizard

import (
	"context"

	"writeback/steps"
)

// UI shows and asks. Each method is called from one goroutine.
type UI interface {
	// Review shows a plan before it is approved, or that there is nothing to
	// approve. What could not be shown cannot be approved: its error ends the
	// flow.
	Review(Review) error
	// Approve asks for consent to what Review or ReviewUndo showed: the person
	// has to type the phrase. ErrNoTerminal says that nobody can be asked.
	Approve(ctx context.Context, phrase string) (bool, error)
	// ReviewUndo shows what an undo would take back.
	ReviewUndo(steps.Run) error
	// Observe is told what happens while it happens.
	Observe(steps.Event)
}

// Review is a plan as it is shown for approval.
type Review struct {
	Plan      steps.Plan
	Pending   int    // changes of it that are still to be made
	Continues string // the interrupted run that would be continued, "" for none
	Made      int    // changes that this run has made
	File      string // the plan file that it was read from, "" for a fresh one
	Approved  bool   // every change that is left was approved in this flow before: nothing has to be typed
}
