package wizard

import "writeback/steps"

// Ending is where a guided flow has come to: what there is to read, and how it
// can go on from there.
type Ending struct {
	Result  steps.Result // what was made; its FormatVersion is 0 where nothing was
	Undone  *steps.UndoResult
	Checked *steps.Verification // how everything stands, where it was looked at again after that
	Journal string              // the file of the run's journal, "" where there is none
	Undo    string              // the command that takes it back, "" where there is nothing to
	Report  string              // the command that writes its evidence down, "" where there is none
	Command string              // the command line that does the same without the wizard
	Advice  Advice              // where something was made
	Err     error               // why it ended early; nil: it did not
	Problem error               // what went wrong with what was chosen last; nil: nothing did

	Next []Option // how to go on; the values mean something to [Setup] alone
	Pick string   // the value of the one that an answer without a thought should take
}

// Stages are the stages as they are now, each with what the run made of it.
func (e Ending) Stages() []steps.StepResult {
	if e.Checked == nil {
		return e.Result.Steps
	}
	out := make([]steps.StepResult, 0, len(e.Checked.Steps))
	for _, s := range e.Checked.Steps {
		now := steps.StepResult{StepPlan: s}
		for _, was := range e.Result.Steps {
			if was.ID == s.ID {
				now.Made = was.Made
			}
		}
		out = append(out, now)
	}
	return out
}

// Has says that a stage is in the given state.
func (e Ending) Has(state steps.State) bool {
	for _, s := range e.Stages() {
		if s.State == state {
			return true
		}
	}
	return false
}
