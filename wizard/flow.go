package wizard

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"writeback/steps"
)

// Errors of a flow.
var (
	// ErrNoTerminal: consent is needed, and there is nobody to ask.
	ErrNoTerminal = errors.New("nobody can be asked for approval: there is no terminal, or it may not be used")
	// ErrDeclined: the person was asked, and did not approve.
	ErrDeclined = errors.New("not approved: nothing was written")
	// ErrDigest: what a run removed would come back with nobody looking.
	ErrDigest = errors.New("the undo would bring back what the run removed, and the journal is its only witness: look at it and approve it at a terminal, or give the run's digest beside --yes")
)

// Flow is one use of the program by one person, or script, on one target.
type Flow struct {
	Runner  *steps.Runner
	Store   *steps.Store // nil where nothing is written
	Opening steps.Opening
	UI      UI
	Yes     bool   // --yes: approved beforehand
	Digest  string // --digest: of the journal of the run that is undone; "": not given
	Phrase  string // what a person types to approve
	// Accepting remembers what a person accepts by name, as --accept takes it, for the
	// flows that come. nil: nobody can be asked for it.
	Accepting func(names []string) error
	Advice    Advice // for the end of a guided flow
	Journal   string // after Apply or Undo: the file of the run's journal, "" where there was no run

	granted *grant // what a person has approved at it, nil for nothing
}

// Apply makes the changes of the approved plan, or of a fresh one where
// approved is nil, after consent. An interrupted run of the same target is
// continued; where nothing is to be done no run is begun. File names the plan
// file that approved was read from.
//
// The Result is good in any case but one: its FormatVersion is 0 where there was
// no fresh plan that could be compared with the approved one. Beside the errors
// of steps.Runner.Apply: ErrNoTerminal, ErrDeclined, and a *steps.BlockedError
// or *steps.DriftError before anything is written.
func (s *Flow) Apply(ctx context.Context, approved *steps.Plan, file string) (steps.Result, error) {
	fresh, err := s.Runner.Plan(ctx)
	if err != nil {
		return steps.Result{}, err
	}
	shown := fresh
	if approved != nil {
		if !approved.Target.Same(fresh.Target) {
			return steps.Result{}, &steps.TargetError{What: "plan file " + file, Have: approved.Target, Want: fresh.Target}
		}
		if shown, err = s.Runner.Agree(fresh, *approved); err != nil {
			return nothing(fresh), err
		}
	}
	interrupted, err := s.Store.History().Interrupted(s.Runner.Target, s.Runner.Wants)
	if err != nil && !errors.Is(err, steps.ErrNoRun) {
		return nothing(fresh), err
	}
	if a, b := interrupted.ChangeID, s.Opening.ChangeID; a != "" && b != "" && a != b {
		return nothing(fresh), &steps.OtherChangeError{Run: interrupted.ID, Have: a, Want: b}
	}
	if err := s.UI.Review(Review{Plan: shown, Pending: fresh.Pending(), Continues: interrupted.ID, Made: len(interrupted.Made), File: file, Approved: s.granted.covers(linesOf(fresh))}); err != nil {
		return nothing(fresh), err
	}
	if err := Blocked(fresh); err != nil {
		return nothing(fresh), err
	}
	if fresh.Pending() == 0 && interrupted.ID == "" {
		return nothing(fresh), nil
	}
	if s.Yes && file == "" {
		if err := unsaved(fresh); err != nil {
			return nothing(fresh), err
		}
	}
	how, err := s.consent(ctx, linesOf(fresh), file)
	if errors.Is(err, ErrNoTerminal) {
		err = cmp.Or(unsaved(fresh), err)
	}
	if err != nil {
		return nothing(fresh), err
	}
	approval := steps.Approve(shown, how)
	if approved != nil && approval.Coverage == nil && approved.Coverage != nil {
		approval.Coverage, approval.CoverageFrom = approved.Coverage, "plan file "+file
	}
	approval.Accepted = steps.Accepted(fresh) // a file accepts nothing
	return s.apply(ctx, interrupted, approval)
}

func (s *Flow) apply(ctx context.Context, interrupted steps.Run, approval steps.Approval) (steps.Result, error) {
	journal, err := s.open(interrupted)
	if err != nil {
		return steps.Result{}, err
	}
	s.Journal = journal.Path()
	res, err := s.Runner.Apply(ctx, journal, approval)
	return res, errors.Join(err, journal.Close())
}

func (s *Flow) open(run steps.Run) (*steps.Journal, error) {
	if run.ID == "" {
		return s.Store.Create(s.Opening)
	}
	return s.Store.Reopen(run, s.Opening)
}

// nothing is the result of having written nothing.
func nothing(p steps.Plan) steps.Result {
	res := steps.Result{FormatVersion: steps.FormatVersion, State: steps.ResultDone, Steps: []steps.StepResult{}}
	for _, s := range p.Steps {
		switch {
		case s.State == steps.StateChange, s.State == steps.StateBlocked:
			res.State = steps.ResultPartial
		case s.State == steps.StateManual && res.State == steps.ResultDone:
			res.State = steps.ResultManual
		}
		res.Steps = append(res.Steps, steps.StepResult{StepPlan: s, Made: []steps.Change{}})
	}
	return res
}

// consent says how the lines that were shown were approved.
func (s *Flow) consent(ctx context.Context, lines []string, file string) (string, error) {
	with := ""
	if file != "" {
		with = " with plan file " + file
	}
	switch {
	case len(lines) == 0:
		return "nothing left to approve" + with, nil
	case s.Yes:
		return "--yes" + with, nil
	case s.granted.covers(lines):
		return "typed " + s.Phrase + " before, in the same sitting" + with, nil
	}
	ok, err := s.UI.Approve(ctx, s.Phrase)
	if errors.Is(err, context.Canceled) { // not in Go's words
		err = &steps.CancelledError{Err: err}
	}
	if err != nil {
		return "", err
	}
	if !ok {
		return "", ErrDeclined
	}
	s.granted = granting(lines)
	return "typed " + s.Phrase + with, nil
}

// Undo takes back what a run made, after consent. Where nothing of it is left
// there is nothing to ask.
func (s *Flow) Undo(ctx context.Context, run steps.Run) (steps.UndoResult, error) {
	res := steps.UndoResult{FormatVersion: steps.FormatVersion, Run: run.ID, State: steps.ResultUndone, Undone: []steps.Change{}, Left: []steps.Change{}}
	if run.Undoable() {
		now, err := s.Runner.AsNow(ctx, run)
		if err != nil {
			return res, err
		}
		run = now
	}
	lines := linesBack(run)
	if !run.Undoable() || !s.granted.covers(lines) { // otherwise just these have just been shown
		if err := s.UI.ReviewUndo(run); err != nil || !run.Undoable() {
			return res, err
		}
	}
	res.State = steps.ResultPartial
	for _, o := range run.Made {
		res.Left = append(res.Left, o.Change)
	}
	if s.Digest != "" {
		if err := run.CheckDigest(s.Digest); err != nil {
			return res, err
		}
	} else if s.Yes && len(run.Removed()) > 0 {
		return res, ErrDigest
	}
	how, err := s.consent(ctx, lines, "")
	if err != nil {
		return res, err
	}
	if s.Digest != "" {
		how += ", with the digest " + s.Digest
	}
	s.Runner.BringBack = true // each line was shown and approved, or the digest given
	opening := s.Opening
	opening.How = how
	journal, err := s.Store.Reopen(run, opening)
	if err != nil {
		return res, fmt.Errorf("undo run %s: %w", run.ID, err)
	}
	s.Journal = journal.Path()
	res, err = s.Runner.Undo(ctx, journal)
	return res, errors.Join(err, journal.Close())
}
