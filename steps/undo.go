package steps

import (
	"context"
	"errors"
	"fmt"
)

// Undo takes back what the run of j made and that is still ours, the last one
// first, and nothing else. What an interruption left in doubt is resolved first.
// It does not stop at an error: it goes on, and joins them. It can be called
// again for what was left.
//
// The error joins one [*ChangeError] for each change that could not be taken
// back, a [*CancelledError] when ctx was cancelled, an [*UnrecordedError] or
// another error of the journal, which ends it at once, and a [*DoubtError] for each
// write that may still take effect. A [*TargetError] says that the run is of
// another place, a [*JournalError] that it is not to be believed; nothing was done
// then.
func (r *Runner) Undo(ctx context.Context, j *Journal) (UndoResult, error) {
	res := UndoResult{FormatVersion: FormatVersion, Run: j.id, State: ResultPartial, Undone: []Change{}, Left: []Change{}}
	if err := r.check(); err != nil {
		return res, err
	}
	if err := r.mayUse(j); err != nil {
		return res, err
	}
	r.tell(RunOpened{Run: j.id, Undo: true, Target: r.Target})
	err := ofRun(j.id, r.undo(ctx, j, &res))
	for _, s := range r.Steps {
		res.Findings = append(res.Findings, s.notices()...)
	}
	run := j.Run()
	for _, o := range run.Made {
		res.Left = append(res.Left, o.Change)
	}
	if err == nil && len(res.Left) == 0 && len(run.waiting()) == 0 {
		res.State = ResultUndone
	}
	err = j.closeRun(res.State, err)
	r.tell(RunFinished{Run: j.id, Undo: true, State: res.State, Err: err})
	return res, err
}

func (r *Runner) undo(ctx context.Context, j *Journal, res *UndoResult) error {
	var errs []error
	if err := r.resolve(ctx, j); err != nil {
		errs = append(errs, err)
	}
	if ctx.Err() != nil && len(errs) > 0 {
		return errors.Join(errs...)
	}
	ours := j.Run().Made
	for i := len(ours) - 1; i >= 0 && j.broken == nil; i-- {
		o := ours[i]
		if err := ctx.Err(); err != nil {
			errs = append(errs, &CancelledError{Err: err})
			break
		}
		r.tell(ChangeStarted{Step: o.Step, Change: o.Change, Undo: true, N: len(ours) - i, Of: len(ours)})
		if err := r.takeBack(ctx, j, o); err != nil {
			errs = append(errs, err)
			continue
		}
		res.Undone = append(res.Undone, o.Change)
		r.tell(ChangeUndone{Step: o.Step, Change: o.Change})
	}
	return errors.Join(append(errs, j.undecided()...)...)
}

// mayTakeBack says why a change is not to be taken back by what the journal alone
// says, or nil.
func (r *Runner) mayTakeBack(s Step, o Owned) error {
	if o.Change.Verb == VerbRemove && !r.BringBack {
		return errors.New("what was removed comes back only where a person has approved each line, or gave the run's digest: the journal is its only witness")
	}
	return s.ours(o.data, o.kept)
}

// takeBack announces that a change is taken back, takes it back, and records
// what became of it.
func (r *Runner) takeBack(ctx context.Context, j *Journal, o Owned) error {
	s, ok := r.step(o.Step)
	var err error
	if !ok {
		err = fmt.Errorf("step %s is not among the steps of this program", o.Step)
	} else {
		err = r.mayTakeBack(s, o)
	}
	if err != nil {
		r.tell(ChangeFailed{Step: o.Step, Change: o.Change, Undo: true, Err: err})
		return &ChangeError{Step: o.Step, Change: o.Change, Undo: true, Err: err}
	}
	seq, err := j.append(Record{Kind: KindUndoing, Step: o.Step, Of: o.Seq, Change: &o.Change})
	if err != nil {
		return err
	}
	wctx, done := r.writing(ctx)
	defer done()
	if err := s.undo(wctx, o.data); err != nil {
		return r.failed(ctx, j, s, doubt{seq: seq, step: o.Step, of: o.Seq, draft: o.data}, err)
	}
	if _, err := j.append(Record{Kind: KindUndone, Step: o.Step, Of: seq, Change: &o.Change}); err != nil {
		return &UnrecordedError{Run: j.id, Step: o.Step, Change: o.Change, Undo: true, Err: err}
	}
	return nil
}
