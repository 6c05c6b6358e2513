package wizard

import (
	"fmt"

	"writeback/steps"
)

// Balance is what a plan comes to.
type Balance int

// The balances.
const (
	Refused    Balance = iota // an error is in the way
	ManualStep                // nothing but what a person has to do
	NoChange                  // all is as it should be
	Changes                   // something is to be written
)

// NothingLooked is the verdict where no stage was looked at.
const NothingLooked = "Nothing was looked at: these settings leave every stage out."

// Balance says what a plan comes to, and the sentence for it. A plan that continues
// says how far it has come.
func (r Review) Balance() (Balance, string) {
	left, all := r.Pending, r.Plan.Pending()
	if r.Made > 0 { // a fresh plan has only what is left; a plan file has all of it
		all = max(all, r.Made+left)
	}
	switch {
	case r.Plan.Has(steps.StateBlocked) && r.Made > 0:
		return Refused, fmt.Sprintf("Blocked: fix the errors first. Until then, nothing more is written. %s", r.far(all))
	case r.Plan.Has(steps.StateBlocked):
		return Refused, "Blocked: fix the errors first. Until then, nothing is written."
	case all == 0 && r.Plan.Has(steps.StateManual):
		return ManualStep, "Nothing is left for a program to do. A manual step waits."
	case all == 0 && !steps.Looked(r.Plan.Steps):
		return NoChange, NothingLooked
	case all == 0:
		return NoChange, "Nothing to do."
	case left == 0:
		return NoChange, "All of this is in place already: nothing to do."
	case left < all:
		return Changes, r.far(all)
	}
	return Changes, count(left) + ". Nothing has been written yet."
}

// far says how far a plan has come.
func (r Review) far(all int) string {
	how := "in place already"
	if r.Made > 0 {
		how = "made"
	}
	return fmt.Sprintf("%d of %s are %s; %d left.", all-r.Pending, count(all), how, r.Pending)
}

func count(n int) string {
	if n == 1 {
		return "1 change"
	}
	return fmt.Sprintf("%d changes", n)
}
