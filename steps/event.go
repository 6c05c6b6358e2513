package steps

// Event is something that happened in a [Runner], told at once and in order.
// The set is closed: a renderer that draws these draws everything.
type Event interface{ event() }

// StepInspecting says that a step is being looked at.
type StepInspecting struct{ Info Info }

// StepPlanned says how a step stands, by [Runner.Plan] or [Runner.Verify].
type StepPlanned struct{ Plan StepPlan }

// RunOpened begins an apply or an undo. The journal is open.
type RunOpened struct {
	Run    string
	Undo   bool
	Target Target
}

// ChangeResolved tells what became of a change whose write was interrupted.
type ChangeResolved struct {
	Step   string
	Change Change
	There  bool // it is in the world, and ours
}

// StepStarted says that the changes of a step are about to be made.
type StepStarted struct {
	Info    Info
	Changes []Change
}

// ChangeStarted says that the intent is on disk and the write begins.
type ChangeStarted struct {
	Step   string
	Change Change
	Undo   bool
	N, Of  int // the N-th, from 1, of Of: in its step, or in the undo
}

// ChangeMade says that a change is in the world, and recorded.
type ChangeMade struct {
	Step   string
	Change Change
}

// ChangeUndone says that a change is no longer in the world, and recorded.
type ChangeUndone struct {
	Step   string
	Change Change
}

// ChangeFailed says that a change was not made, or not undone.
type ChangeFailed struct {
	Step   string
	Change Change
	Undo   bool
	Err    error
}

// StepFinished ends a step of an apply, well or not.
type StepFinished struct {
	Result StepResult
	Err    error
}

// RunFinished ends an apply or an undo, well or not.
type RunFinished struct {
	Run   string
	Undo  bool
	State string // of the [Result] or [UndoResult]
	Err   error
}

func (StepInspecting) event() {}
func (StepPlanned) event()    {}
func (RunOpened) event()      {}
func (ChangeResolved) event() {}
func (StepStarted) event()    {}
func (ChangeStarted) event()  {}
func (ChangeMade) event()     {}
func (ChangeUndone) event()   {}
func (ChangeFailed) event()   {}
func (StepFinished) event()   {}
func (RunFinished) event()    {}
