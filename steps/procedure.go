package steps

import (
	"context"
	"encoding/json"
)

// Info names a step.
type Info struct {
	ID    string `json:"id"`    // "delegate"; with several domains "delegate@corp.example"
	Title string `json:"title"` // what a person reads
}

// Procedure brings one thing from what it is, H, to what was asked for, by
// changes C. C must survive its own JSON: the change that is applied, and later
// undone, is the one that the journal holds.
type Procedure[H any, C Describer] interface {
	// Inspect reads the thing as it is. It never writes.
	Inspect(ctx context.Context) (H, error)
	// Plan is pure: what is to be changed, and what a person should know. No
	// changes means: as it should be. Two changes of one plan must not
	// describe themselves alike.
	Plan(have H) ([]C, []Finding, error)
	// InPlace is pure: the changes that it could plan and that are in the world
	// already. A plan file may hold such a line; any other one that is not needed is
	// refused.
	InPlace(have H) []C
	// BackUp gives the object of a change as it is, before the first write to it: its
	// name, and anything that survives JSON. The journal has it before the first
	// intent on that object, once per object and run.
	BackUp(ctx context.Context, c C) (object string, data any, err error)
	// Apply makes one change and returns it with what only the server knew.
	// It must not do more than c describes. An error that wraps [ErrNotMade]
	// proves that it did nothing; any other leaves that to be looked at.
	Apply(ctx context.Context, c C) (made C, err error)
	// Resolve tells whether a change, whose write was interrupted, is in the world
	// now, and returns it as Apply would have. It is also asked about a change that
	// was made, whose undo was interrupted. It never writes.
	Resolve(ctx context.Context, c C) (made C, is bool, err error)
	// Undo takes back one change that was made, and nothing else. It can be
	// called again without harm, also when somebody else took it back. Errors
	// are as those of Apply.
	Undo(ctx context.Context, made C) error
}

// Batcher is what a procedure has besides when several changes can be one write: the
// other side does all of it or nothing. Batch names what a change is written to; changes
// that follow each other with the same name are one write, and "" is a write of its own.
// Of a batch, errors are about all of its changes, and are as those of Apply and Undo.
// Every change keeps its own line, and its own records in the journal.
type Batcher[C any] interface {
	Batch(c C) string
	ApplyAll(ctx context.Context, cs []C) (made []C, err error)
	UndoAll(ctx context.Context, made []C) error
}

// Prober is what a procedure has besides when it can also try the thing out.
// [Runner.Verify] calls Probe for a step that has nothing left to change.
type Prober interface {
	Probe(ctx context.Context) ([]Evidence, []Finding, error)
}

// Prover is what a procedure has besides when it can say what proves the state
// that it found. Prove is pure; what it says stands beside the step's changes
// and findings.
type Prover[H any] interface {
	Prove(have H) []Evidence
}

// Witness is what a procedure has besides when a backup shows whether a change is
// ours. Ours is pure. Of an addition it says why not where the object of the backup
// had it already; of a removal, where it did not have it; of both, where the backup
// is of another object. Undo asks it before it writes.
type Witness[C any] interface {
	Ours(made C, backup json.RawMessage) error
}

// Identity is what a change has besides when what was made of it may describe
// itself otherwise, because the object was moved, say. Same tells whether made is
// the change in all that decides what is undone; without it both must describe
// themselves alike.
type Identity[C any] interface {
	Same(made C) bool
}

// Renewer is what a procedure has besides when names in a change are another side's
// to tell. Renew gives the change with the names that hold now: what a journal calls
// an object, or an account, is only what somebody wrote into it.
type Renewer[C any] interface {
	Renew(ctx context.Context, made C) (C, error)
}

// Forgetter is what a procedure has besides when it keeps for a while what it
// saw. Forget is called where a plan, or a verification, begins: what these tell
// was looked at for them.
type Forgetter interface {
	Forget()
}

// Noticer is what a procedure has besides when a write can turn up something
// that a person should know: that somebody else wrote at the same time, say.
// Notices gives what was noticed since it was last asked. It is part of the
// step's findings after an apply, whether that went well or not, and of those
// of an undo.
type Noticer interface {
	Notices() []Finding
}
