package stages

import "writeback/steps"

// Known is the stage that records with an ID belong to, with no connection: it can
// say what their data mean, and nothing else.
func Known(id string) (steps.Step, bool) {
	switch {
	case IsDelegate(id):
		return (&Delegate{}).Step(), true
	case id == WritebackInfo.ID:
		return (&Writeback{}).Step(), true
	case id == SSPRInfo.ID:
		return (&SSPR{}).Step(), true
	}
	return nil, false
}
