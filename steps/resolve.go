package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// What is in doubt is resolved before anything else is done with a run: an
// intent whose write may or may not have happened becomes "made" or "void", and
// an undoing becomes "undone" or "void"; what may still happen stays in doubt.
// Resolving looks, and writes only to the journal.

// resolve resolves everything that is in doubt. The steps that it cannot look at
// leave their doubts as they are, and are named in the error.
func (r *Runner) resolve(ctx context.Context, j *Journal) error {
	var errs []error
	for _, d := range decidedFirst(j.Run().doubts) {
		if err := ctx.Err(); err != nil {
			return errors.Join(append(errs, &CancelledError{Err: err})...)
		}
		if run := j.Run(); run.covers(d) {
			if err := j.drop(d); err != nil {
				errs = append(errs, err)
			}
			continue
		}
		if r.leavesOut(d.step) { // it stays in doubt, for whoever works in that step
			continue
		}
		s, ok := r.step(d.step)
		if !ok {
			errs = append(errs, fmt.Errorf("run %s is in doubt about step %s, which is not among the steps of this program", j.id, d.step))
			continue
		}
		if _, err := r.resolveOne(ctx, j, s, d); err != nil {
			errs = append(errs, cancelled(ctx, err))
		}
		if j.broken != nil {
			break
		}
	}
	return errors.Join(errs...)
}

// decidedFirst puts those doubts first that looking decides. Where a change was announced
// twice and is seen once, that was the write that cannot come any more; the other one
// may still come, and has to stay in doubt until it cannot either.
func decidedFirst(doubts []doubt) []doubt {
	out := slices.Clone(doubts)
	slices.SortStableFunc(out, func(a, b doubt) int {
		switch {
		case a.late == b.late:
			return 0
		case b.late:
			return -1
		}
		return 1
	})
	return out
}

// drop ends a doubt on which nothing depends, once its write cannot come any more.
func (j *Journal) drop(d doubt) error {
	if !d.undo() && !j.until(d).IsZero() || j.broken != nil {
		return j.broken
	}
	_, err := j.append(Record{Kind: KindVoid, Step: d.step, Of: d.seq, Change: &d.draft.change, ByInspection: true})
	return err
}

// resolveOne looks whether the change of d is in the world, and records it, unless
// it may still come there.
func (r *Runner) resolveOne(ctx context.Context, j *Journal, s Step, d doubt) (there bool, err error) {
	made, there, err := s.resolve(ctx, d.draft)
	if err != nil {
		return false, fmt.Errorf("look whether %q of %s was done: %w", d.draft.change.Line, d.step, err)
	}
	if there == d.undo() && !j.until(d).IsZero() {
		return there, nil
	}
	rec := Record{Kind: KindVoid, Step: d.step, Of: d.seq, Change: &d.draft.change, ByInspection: true}
	switch {
	case there && !d.undo():
		rec.Kind, rec.Change, rec.Data = KindMade, &made.change, made.data
	case !there && d.undo():
		rec.Kind = KindUndone
	}
	if _, err := j.append(rec); err != nil {
		return there, err
	}
	r.tell(ChangeResolved{Step: d.step, Change: *rec.Change, There: there})
	return there, nil
}
