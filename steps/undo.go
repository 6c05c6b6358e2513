package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	slices.Reverse(ours)
	for n := 0; n < len(ours) && j.broken == nil; {
		if err := ctx.Err(); err != nil {
			errs = append(errs, &CancelledError{Err: err})
			break
		}
		group := r.ownedTogether(ours[n:])
		for i, o := range group {
			r.tell(ChangeStarted{Step: o.Step, Change: o.Change, Undo: true, N: n + i + 1, Of: len(ours)})
		}
		undone, err := r.takeBack(ctx, j, group)
		if err != nil {
			errs = append(errs, err)
		}
		for _, o := range undone {
			res.Undone = append(res.Undone, o.Change)
			r.tell(ChangeUndone{Step: o.Step, Change: o.Change})
		}
		n += len(group)
	}
	return errors.Join(append(errs, j.undecided(nil)...)...)
}

// mayTakeBack says why a change is not to be taken back by what the journal alone
// says, or nil.
func (r *Runner) mayTakeBack(s Step, o Owned) error {
	if o.Change.Verb == VerbRemove && !r.BringBack {
		return errors.New("what was removed comes back only where a person has approved each line, or gave the run's digest: the journal is its only witness")
	}
	return s.ours(o.data, o.kept)
}

// ownedTogether are the first of all that are one write. What cannot be read, or is of no
// step that is known, is one by itself: taking it back says why.
func (r *Runner) ownedTogether(all []Owned) []Owned {
	s, ok := r.step(all[0].Step)
	if !ok {
		return all[:1]
	}
	var ds []draft
	for _, o := range all {
		if o.Step != all[0].Step {
			break
		}
		ds = append(ds, o.data)
	}
	group, err := together(s, ds)
	if err != nil {
		return all[:1]
	}
	return all[:len(group)]
}

// takeBack announces that changes that are one write are taken back, takes them back, and
// records what became of each.
func (r *Runner) takeBack(ctx context.Context, j *Journal, all []Owned) (undone []Owned, err error) {
	s, ok := r.step(all[0].Step)
	var errs []error
	var group []Owned
	for _, o := range all {
		err := fmt.Errorf("step %s is not among the steps of this program", o.Step)
		if ok {
			err = r.mayTakeBack(s, o)
		}
		if err != nil {
			r.tell(ChangeFailed{Step: o.Step, Change: o.Change, Undo: true, Err: err})
			errs = append(errs, &ChangeError{Step: o.Step, Change: o.Change, Undo: true, Err: err})
			continue
		}
		group = append(group, o)
	}
	if len(group) == 0 {
		return nil, errors.Join(errs...)
	}
	var open []doubt
	var ds []draft
	for _, o := range group {
		seq, err := j.append(Record{Kind: KindUndoing, Step: o.Step, Of: o.Seq, Change: &o.Change})
		if err != nil {
			return nil, errors.Join(append(errs, err)...)
		}
		open, ds = append(open, doubt{seq: seq, step: o.Step, of: o.Seq, draft: o.data}), append(ds, o.data)
	}
	wctx, done := r.writing(ctx)
	defer done()
	if err := s.undo(wctx, ds); err != nil {
		failed := r.allFailed(ctx, j, s, open, err)
		left := j.Run()
		for _, o := range group { // some may be gone after all
			if _, ours := left.owned(o.Seq); !ours {
				undone = append(undone, o)
			}
		}
		return undone, errors.Join(append(errs, failed)...)
	}
	for i, o := range group {
		if _, err := j.append(Record{Kind: KindUndone, Step: o.Step, Of: open[i].seq, Change: &o.Change}); err != nil {
			return undone, errors.Join(append(errs, &UnrecordedError{Run: j.id, Step: o.Step, Change: o.Change, Undo: true, Err: err})...)
		}
		undone = append(undone, o)
	}
	return undone, errors.Join(errs...)
}
