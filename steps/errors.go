package steps

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrNoRun says that there is no run as it was asked for.
var ErrNoRun = errors.New("no such run")

// ErrNotMade is in the chain of an error of [Procedure.Apply] or
// [Procedure.Undo] that proves that nothing was written: the world was not
// reached, or it refused. Without it a write that came back with an error is in
// doubt, and what is found in the world then counts as ours.
var ErrNotMade = errors.New("nothing was written")

// NotMade puts ErrNotMade into the chain of err, and leaves its text as it is.
func NotMade(err error) error { return marked{err, ErrNotMade} }

// marked is an error with a mark in its chain, which its text does not show.
type marked struct {
	error
	mark error
}

func (e marked) Unwrap() []error { return []error{e.error, e.mark} }

// ErrAnswered is in the chain of an error of [Procedure.Apply] or
// [Procedure.Undo] where the other side did what it was told and said so, and the
// world is not as it was told to be: nothing of that write can come later, so that
// looking once decides.
var ErrAnswered = errors.New("the write was answered")

// Answered puts ErrAnswered into the chain of err, and leaves its text as it is.
func Answered(err error) error { return marked{err, ErrAnswered} }

// NewerFormatError is a document that a later program wrote.
type NewerFormatError struct {
	What string // "plan", "journal …"
	Have int    // its format version
}

func (e *NewerFormatError) Error() string {
	return fmt.Sprintf("%s has format version %d, this program knows up to %d: use the program that wrote it, or a later one", e.What, e.Have, FormatVersion)
}

// CorruptError is a document that is not what it should be.
type CorruptError struct {
	What   string
	Offset int64 // in bytes; -1 where no one place is to blame
	Err    error
}

func (e *CorruptError) Error() string {
	if e.Offset < 0 {
		return fmt.Sprintf("%s is corrupt: %v", e.What, e.Err)
	}
	return fmt.Sprintf("%s is corrupt at byte %d: %v", e.What, e.Offset, e.Err)
}

func (e *CorruptError) Unwrap() error { return e.Err }

// JournalError is a journal that may not be trusted: a line of it was changed,
// removed, moved or inserted, or somebody else could have written it.
type JournalError struct {
	Path string
	Line int // from 1; 0 where it is about the file
	Err  error
}

func (e *JournalError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("journal %s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("journal %s, line %d: %v", e.Path, e.Line, e.Err)
}

func (e *JournalError) Unwrap() error { return e.Err }

// TargetError is an approval or a run of another place than the one that the
// program is connected to.
type TargetError struct {
	What       string // "plan", "run …"
	Have, Want Target
}

func (e *TargetError) Error() string {
	return fmt.Sprintf("%s is for %v, this is %v", e.What, e.Have, e.Want)
}

// OtherChangeError is a run that is part of another change than the one that is at work.
type OtherChangeError struct {
	Run        string
	Have, Want string // IDs of changes
}

func (e *OtherChangeError) Error() string {
	return fmt.Sprintf("run %s was interrupted and is part of change %s, this is change %s: continue it with its own plan file, or take it back first with writeback undo %[1]s", e.Run, e.Have, e.Want)
}

// DriftError is a step that would now need changes which nobody approved, or for
// which a plan file has lines that are neither needed nor there. Nothing of that
// step was written.
type DriftError struct {
	Step       string
	Unapproved []Change
	Unfounded  []Change
}

func (e *DriftError) Error() string {
	if len(e.Unfounded) > 0 {
		var all []string
		for _, c := range e.Unfounded {
			all = append(all, fmt.Sprintf("%q on %s", c.Line, c.Target))
		}
		return fmt.Sprintf("the plan has lines of %s that are neither needed now nor in place, by these settings: %s", e.Step, strings.Join(all, "; "))
	}
	return fmt.Sprintf("%s is no longer as it was when the plan was approved, it would also need: %s", e.Step, lines(e.Unapproved))
}

// BlockedError is a step with findings of level error. Nothing of that step
// was written.
type BlockedError struct {
	Step     string
	Findings []Finding
}

func (e *BlockedError) Error() string {
	texts := make([]string, 0, len(e.Findings))
	for _, f := range e.Findings {
		texts = append(texts, f.Text)
	}
	return fmt.Sprintf("%s is blocked: %s", e.Step, strings.Join(texts, "; "))
}

// LeftError is a step that is not as it should be although all its changes
// were made.
type LeftError struct {
	Step    string
	Changes []Change
}

func (e *LeftError) Error() string {
	return fmt.Sprintf("%s was changed, and still needs: %s", e.Step, lines(e.Changes))
}

// ChangeError is a change that could not be made, or not be taken back.
type ChangeError struct {
	Step   string
	Change Change
	With   []Change // the others of the same write
	Undo   bool
	There  bool // the change is there nevertheless, and recorded as made
	Err    error
}

func (e *ChangeError) Error() string {
	all := strconv.Quote(e.Change.Line)
	for _, c := range e.With {
		all += ", " + strconv.Quote(c.Line)
	}
	switch {
	case e.Undo:
		return fmt.Sprintf("undo of %s, %s: %v", e.Step, all, e.Err)
	case e.There && len(e.With) > 0:
		return fmt.Sprintf("%s, %s: %v (the changes are there nevertheless, and recorded as made)", e.Step, all, e.Err)
	case e.There:
		return fmt.Sprintf("%s, %s: %v (the change is there nevertheless, and recorded as made)", e.Step, all, e.Err)
	}
	return fmt.Sprintf("%s, %s: %v", e.Step, all, e.Err)
}

func (e *ChangeError) Unwrap() error { return e.Err }

// UnrecordedError is a change that is in the world, but whose ending could not
// be recorded. The journal holds its intent, so the run resolves it by looking
// when it is next applied or undone.
type UnrecordedError struct {
	Run    string
	Step   string
	Change Change
	Undo   bool
	Err    error
}

func (e *UnrecordedError) Error() string {
	did := "made"
	if e.Undo {
		did = "undone"
	}
	return fmt.Sprintf("%s: %s on %s was %s, but run %s could not record it; apply or undo that run again and it will look whether it is there: %v",
		e.Step, e.Change.Line, e.Change.Target, did, e.Run, e.Err)
}

func (e *UnrecordedError) Unwrap() error { return e.Err }

// DoubtError is a write that came back with an error which leaves open whether it
// will still happen, and that was not seen since. The run looks again when it is
// next applied or undone; from Until on, what is not there then never will be.
type DoubtError struct {
	Run    string
	Step   string
	Change Change
	With   []Change // others of the same object
	Undo   bool
	Until  time.Time // UTC
}

func (e *DoubtError) Error() string {
	what, verb := "made", "apply or undo"
	if e.Undo {
		what, verb = "taken back", "undo"
	}
	line, was, it := strconv.Quote(e.Change.Line), "was", "it"
	for _, c := range e.With {
		line, was, it = line+", "+strconv.Quote(c.Line), "were", "they"
	}
	return fmt.Sprintf("%s: whether %s on %s %s %s is in doubt until %s, as %s may still take effect: %s run %s again after that, to look again",
		e.Step, line, e.Change.Target, was, what, e.Until.UTC().Format("2006-01-02 15:04:05Z"), it, verb, e.Run)
}

// CancelledError is a run that was stopped between two changes. Nothing is half
// done.
type CancelledError struct {
	Run string // "" while only looking
	Err error  // wraps context.Canceled or context.DeadlineExceeded
}

func (e *CancelledError) Error() string {
	if e.Run == "" {
		return "cancelled, nothing was written"
	}
	return fmt.Sprintf("cancelled between two changes; run %s can be continued or undone", e.Run)
}

func (e *CancelledError) Unwrap() error { return e.Err }

func lines(cs []Change) string {
	out := make([]string, 0, len(cs))
	for _, c := range cs {
		out = append(out, c.Line)
	}
	return strings.Join(out, "; ")
}
