package wizard

import "writeback/steps"

// Explanation is why one user's password can, or cannot, be written back, as it is shown.
type Explanation struct {
	steps.Explanation
	Advice
}
