package wizard

import (
	"context"
	"errors"
	"fmt"

	"writeback/steps"
)

// Errors of a sitting.
var (
	// ErrNoTerminal: consent is needed, and there is nobody to ask.
	ErrNoTerminal = errors.New("nobody can be asked for approval: there is no terminal")
	// ErrDeclined: the person was asked, and did not approve.
	ErrDeclined = errors.New("not approved: nothing was written")
)

// Sitting is one use of the program by one person, or script, on one target.
type Sitting struct {
	Runner  *steps.Runner
	Store   *steps.Store // nil where nothing is written
	Opening steps.Opening
	Face    Face
	Yes     bool   // --yes: approved beforehand
	Phrase  string // what a person types to approve
}

// Plan says what would be done, and shows it.
func (s *Sitting) Plan(ctx context.Context) (steps.Plan, error) {
	p, err := s.Runner.Plan(ctx)
	if err != nil {
		return p, err
	}
	s.Face.Review(Review{Plan: p})
	return p, nil
}

// Apply makes the changes of the approved plan, or of a fresh one where
// approved is nil, after consent. An interrupted run of the same target is
// continued; where nothing is to be done no run is begun.
//
// Beside the errors of steps.Runner.Apply: ErrNoTerminal, ErrDeclined, and a
// *steps.BlockedError or *steps.DriftError before anything is written.
func (s *Sitting) Apply(ctx context.Context, approved *steps.Plan, file string) (steps.Result, error) {
	fresh, err := s.Runner.Plan(ctx)
	if err != nil {
		return steps.Result{}, err
	}
	shown := fresh
	if approved != nil {
		if !approved.Target.Same(fresh.Target) {
			return resultOf(fresh), &steps.TargetError{What: "plan " + file, Have: approved.Target, Want: fresh.Target}
		}
		shown = *approved
	}
	interrupted, err := s.Store.Interrupted(s.Runner.Target)
	if err != nil && !errors.Is(err, steps.ErrNoRun) {
		return resultOf(fresh), err
	}
	s.Face.Review(Review{Plan: shown, Continues: interrupted.ID, File: file})
	if err := mayBegin(fresh, shown); err != nil {
		return resultOf(fresh), err
	}
	if fresh.Pending() == 0 && interrupted.ID == "" {
		return resultOf(fresh), nil
	}
	how, err := s.consent(ctx, fresh.Pending(), file)
	if err != nil {
		return resultOf(fresh), err
	}
	journal, err := s.open(interrupted.ID)
	if err != nil {
		return resultOf(fresh), err
	}
	res, err := s.Runner.Apply(ctx, journal, steps.Approve(shown, how))
	return res, errors.Join(err, journal.Close())
}

// mayBegin refuses what the engine would refuse, before a run is begun.
func mayBegin(fresh, shown steps.Plan) error {
	for _, step := range fresh.Steps {
		if step.State == steps.StateBlocked {
			return &steps.BlockedError{Step: step.ID, Findings: errorsOf(step.Findings)}
		}
		approved := map[string]bool{}
		for _, s := range shown.Steps {
			if s.ID != step.ID {
				continue
			}
			for _, c := range s.Changes {
				approved[c.Key(s.ID)] = true
			}
		}
		var more []steps.Change
		for _, c := range step.Changes {
			if !approved[c.Key(step.ID)] {
				more = append(more, c)
			}
		}
		if len(more) > 0 {
			return &steps.DriftError{Step: step.ID, Unapproved: more}
		}
	}
	return nil
}

func errorsOf(all []steps.Finding) (out []steps.Finding) {
	for _, f := range all {
		if f.Level == steps.LevelError {
			out = append(out, f)
		}
	}
	return out
}

// resultOf is the result of having written nothing.
func resultOf(p steps.Plan) steps.Result {
	res := steps.Result{FormatVersion: steps.FormatVersion, State: steps.ResultDone, Steps: []steps.StepResult{}}
	for _, s := range p.Steps {
		if s.State != steps.StateOK && s.State != steps.StateSkipped {
			res.State = steps.ResultPartial
		}
		res.Steps = append(res.Steps, steps.StepResult{StepPlan: s, Made: []steps.Change{}})
	}
	return res
}

// consent says how what was shown was approved.
func (s *Sitting) consent(ctx context.Context, pending int, file string) (string, error) {
	with := ""
	if file != "" {
		with = " with plan file " + file
	}
	switch {
	case pending == 0:
		return "nothing left to approve" + with, nil
	case s.Yes:
		return "--yes" + with, nil
	}
	ok, err := s.Face.Approve(ctx, s.Phrase)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", ErrDeclined
	}
	return "typed " + s.Phrase + with, nil
}

func (s *Sitting) open(run string) (*steps.Journal, error) {
	if run == "" {
		return s.Store.Create(s.Opening)
	}
	return s.Store.Reopen(run, s.Opening)
}

// Verify looks whether everything is as it should be.
func (s *Sitting) Verify(ctx context.Context) (steps.Verification, error) {
	return s.Runner.Verify(ctx)
}

// Undo takes back what a run made, after consent. Where nothing of it is left
// there is nothing to ask.
func (s *Sitting) Undo(ctx context.Context, run steps.Run) (steps.UndoResult, error) {
	none := steps.UndoResult{FormatVersion: steps.FormatVersion, Run: run.ID, State: steps.ResultUndone, Undone: []steps.Change{}, Left: []steps.Change{}}
	s.Face.ReviewUndo(run)
	if len(run.Made) == 0 && run.State != steps.RunInDoubt {
		return none, nil
	}
	if _, err := s.consent(ctx, len(run.Made)+1, ""); err != nil {
		none.State = steps.ResultPartial
		return none, err
	}
	journal, err := s.Store.Reopen(run.ID, s.Opening)
	if err != nil {
		return none, fmt.Errorf("undo run %s: %w", run.ID, err)
	}
	res, err := s.Runner.Undo(ctx, journal)
	return res, errors.Join(err, journal.Close())
}
