package wizard

import "writeback/steps"

// Ending is how a guided sitting ended: what there is to read at its end.
type Ending struct {
	Result  steps.Result // what was made; its FormatVersion is 0 where nothing was
	Undone  *steps.UndoResult
	Journal string // the file of the run's journal, "" where there is none
	Undo    string // the command that takes it back, "" where there is nothing to
	Command string // the command line that does the same without the wizard
	Err     error  // why it ended early; nil: it did not
}
