package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Apply makes the changes that were approved, and records them in j, which is
// new or reopened. What an interrupted attempt left in doubt is resolved first.
// Each step is planned afresh just before it is written, and looked at again
// after it.
//
// It stops at the first thing that goes wrong. The Result is good in any case.
// The error wraps one of
//
//   - [*TargetError]: the plan, or the run, is of another place; nothing was done
//   - [*DriftError]: a step would need what nobody approved
//   - [*BlockedError]: a finding of level error stands in the way
//   - [*ChangeError]: a write came back with an error
//   - [*LeftError]: a step is not as it should be after its changes
//   - [*UnrecordedError]: a change was made, and the journal could not say so
//   - [*CancelledError]: ctx was cancelled; no change is half made
//   - [*DoubtError]: a write, of this or an earlier attempt, may still take effect
//
// or is what a step's Inspect, Plan or BackUp, or the journal, came back with.
func (r *Runner) Apply(ctx context.Context, j *Journal, a Approval) (Result, error) {
	res := planned(r, j, a)
	if err := r.mayApply(j, a); err != nil {
		return res, err
	}
	r.tell(RunOpened{Run: j.id, Target: r.Target})
	others := slices.DeleteFunc(j.Run().open(), func(id string) bool { return !r.leavesOut(id) })
	err := ofRun(j.id, errors.Join(r.apply(ctx, j, a, &res), errors.Join(j.undecided(r.leavesOut)...)))
	if err == nil {
		res.State = ResultDone
		for _, s := range res.Steps {
			if s.State == StateManual {
				res.State = ResultManual
			}
		}
	}
	var outcome []StepPlan
	for _, s := range res.Steps {
		outcome = append(outcome, s.StepPlan)
	}
	closing := res.State
	if len(others) > 0 { // what is left there is for whoever works in those steps
		closing = ResultPartial
	}
	err = j.closeRun(closing, err, outcome...)
	run := j.Run()
	for i := range res.Steps {
		res.Steps[i].Made = run.made(res.Steps[i].ID)
	}
	r.tell(RunFinished{Run: j.id, State: res.State, Err: err})
	return res, err
}

// planned is the result before anything was done.
func planned(r *Runner, j *Journal, a Approval) Result {
	run := j.Run()
	res := Result{FormatVersion: FormatVersion, Run: j.id, State: ResultPartial, Steps: []StepResult{}}
	for _, s := range r.Steps {
		sr := StepResult{StepPlan: r.leftOut(s), Made: run.made(s.Info().ID)}
		for _, as := range a.Steps {
			if as.ID == sr.ID && !r.Skip[sr.ID] {
				sr.State = as.State
				sr.Changes = append(sr.Changes, as.Changes...)
			}
		}
		res.Steps = append(res.Steps, sr)
	}
	return res
}

func (r *Runner) mayApply(j *Journal, a Approval) error {
	if err := r.check(); err != nil {
		return err
	}
	if !a.Target.Same(r.Target) {
		return &TargetError{What: "plan", Have: a.Target, Want: r.Target}
	}
	return r.mayUse(j)
}

// mayUse refuses a journal of another place, and one that is not to be believed.
func (r *Runner) mayUse(j *Journal) error {
	if have := j.Run().Target; !have.Same(r.Target) {
		return &TargetError{What: "run " + j.id, Have: have, Want: r.Target}
	}
	if line, err := believe(slices.Clone(j.records), r.step); err != nil {
		return &JournalError{Path: j.path, Line: line, Err: err}
	}
	return nil
}

func (r *Runner) apply(ctx context.Context, j *Journal, a Approval, res *Result) error {
	if err := r.resolve(ctx, j); err != nil {
		return err
	}
	if _, err := j.append(Record{Kind: KindApproved, Approval: &a}); err != nil {
		return err
	}
	for i, s := range r.Steps {
		if r.Skip[s.Info().ID] {
			continue
		}
		if err := r.bring(ctx, j, s, a, &res.Steps[i]); err != nil {
			return err
		}
	}
	return nil
}

// bring brings one step to where it should be.
func (r *Runner) bring(ctx context.Context, j *Journal, s Step, a Approval, sr *StepResult) (err error) {
	defer func() {
		run := j.Run()
		sr.Made = run.made(sr.ID)
		sr.Findings = append(sr.Findings, s.notices()...)
		r.tell(StepFinished{Result: *sr, Err: err})
	}()
	sp, drafts, err := r.inspect(ctx, s)
	if err != nil {
		return err
	}
	sr.StepPlan = sp
	if bad := blocks(sp.Findings); len(bad) > 0 {
		return &BlockedError{Step: sp.ID, Findings: bad}
	}
	if _, drift := compare(sp.ID, sp.Changes, nil, a.lines(sp.ID)); len(drift.Unapproved) > 0 {
		return &DriftError{Step: sp.ID, Unapproved: drift.Unapproved}
	}
	r.tell(StepStarted{Info: s.Info(), Changes: sp.Changes})
	for n := 0; n < len(drafts); {
		if err := ctx.Err(); err != nil {
			return &CancelledError{Err: err}
		}
		group, err := together(s, drafts[n:])
		if err != nil {
			return err
		}
		for i, d := range group {
			r.tell(ChangeStarted{Step: sp.ID, Change: d.change, N: n + i + 1, Of: len(drafts)})
		}
		made, err := r.makeChanges(ctx, j, s, group)
		for i, c := range made {
			sr.Changes = sp.Changes[n+i+1:]
			r.tell(ChangeMade{Step: sp.ID, Change: c})
		}
		if err != nil {
			return err
		}
		n += len(group)
	}
	if len(drafts) == 0 {
		return nil
	}
	return r.confirm(ctx, s, sr)
}

// confirm looks at a step again after its changes: nothing may be left.
func (r *Runner) confirm(ctx context.Context, s Step, sr *StepResult) error {
	sp, _, err := r.inspect(ctx, s)
	if err != nil {
		return err
	}
	sr.StepPlan = sp
	if bad := blocks(sp.Findings); len(bad) > 0 {
		return &BlockedError{Step: sp.ID, Findings: bad}
	}
	if len(sp.Changes) > 0 {
		return &LeftError{Step: sp.ID, Changes: sp.Changes}
	}
	return nil
}

// together are the first of drafts that are one write.
func together(s Step, drafts []draft) ([]draft, error) {
	name, err := s.batch(drafts[0])
	n := 1
	for ; err == nil && name != "" && n < len(drafts); n++ {
		var next string
		if next, err = s.batch(drafts[n]); next != name {
			break
		}
	}
	return drafts[:n], err
}

// makeChanges backs up the object of changes that are one write, announces each of them,
// makes them, and records what became of each.
func (r *Runner) makeChanges(ctx context.Context, j *Journal, s Step, ds []draft) (made []Change, err error) {
	id := s.Info().ID
	target, err := r.backUp(ctx, j, s, ds)
	if err != nil {
		return nil, err
	}
	var open []doubt
	for _, d := range ds {
		seq, err := j.append(Record{Kind: KindIntent, Step: id, Target: target, Change: &d.change, Data: d.data})
		if err != nil {
			return nil, err
		}
		open = append(open, doubt{seq: seq, step: id, target: target, draft: d})
	}
	wctx, done := r.writing(ctx)
	defer done()
	written, err := s.apply(wctx, ds)
	if err != nil {
		return nil, r.allFailed(ctx, j, s, open, err)
	}
	for i, d := range written {
		if _, err := j.append(Record{Kind: KindMade, Step: id, Of: open[i].seq, Change: &d.change, Data: d.data}); err != nil {
			return made, &UnrecordedError{Run: j.id, Step: id, Change: d.change, Err: err}
		}
		made = append(made, d.change)
	}
	return made, nil
}

// backUp records the object of changes that are one write as it is before our first write
// to it.
func (r *Runner) backUp(ctx context.Context, j *Journal, s Step, ds []draft) (string, error) {
	id := s.Info().ID
	object, data, err := s.backUp(ctx, ds[0])
	if err != nil {
		return "", cancelled(ctx, fmt.Errorf("%s: %w", id, err))
	}
	run := j.Run()
	had := run.kept[keptKey(id, object)]
	if had != nil && !slices.ContainsFunc(ds, func(d draft) bool { return s.ours(d, had) != nil }) {
		return object, nil
	}
	_, err = j.append(Record{Kind: KindSaved, Step: id, Target: object, Data: data})
	return object, err
}

// allFailed deals with one write of several changes that came back with an error, and
// names all of them that it was about.
func (r *Runner) allFailed(ctx context.Context, j *Journal, s Step, ds []doubt, cause error) error {
	var errs []error
	all := map[bool]*ChangeError{} // by There
	for _, d := range ds {
		err := r.failed(ctx, j, s, d, cause)
		one, plain := err.(*ChangeError)
		switch {
		case !plain:
			errs = append(errs, err)
		case all[one.There] == nil:
			all[one.There] = one
			errs = append(errs, one)
		default:
			all[one.There].With = append(all[one.There].With, one.Change)
		}
	}
	return errors.Join(errs...)
}

// failed deals with a write that came back with an error. A connection that is
// lost may have been lost after the write, so the error says nothing about the
// world unless it wraps ErrNotMade: it is looked at, and the write stays in
// doubt if that cannot be done.
func (r *Runner) failed(ctx context.Context, j *Journal, s Step, d doubt, cause error) error {
	err := &ChangeError{Step: d.step, Change: d.draft.change, Undo: d.undo(), Err: cause}
	r.tell(ChangeFailed{Step: d.step, Change: d.draft.change, Undo: d.undo(), Err: cause})
	rec := Record{Kind: KindFailed, Step: d.step, Of: d.seq, Change: &d.draft.change, Answered: errors.Is(cause, ErrAnswered), Error: clip(cause.Error())}
	notMade := errors.Is(cause, ErrNotMade) // one line, so that no crash can leave it in doubt
	if notMade {
		rec.Kind, rec.Answered = KindVoid, false
	}
	if _, jerr := j.append(rec); jerr != nil {
		return errors.Join(err, jerr)
	}
	if notMade {
		return err
	}
	wctx, done := r.writing(ctx)
	defer done()
	d.late = !rec.Answered
	there, serr := r.resolveOne(wctx, j, s, d)
	switch {
	case serr != nil && (j.broken != nil || !d.late):
		return errors.Join(err, serr)
	case serr != nil, there == d.undo() && d.late:
		return err // and it is in doubt
	case there && !d.undo():
		err.There = true
		return err
	case !there && d.undo():
		return nil // taken back after all
	}
	return err
}

// closeRun records the end of an apply, with how its steps stand, or of an undo.
// A journal that does not take records any more is not asked again.
func (j *Journal) closeRun(state string, err error, outcome ...StepPlan) error {
	if j.broken != nil {
		return err
	}
	rec := Record{Kind: KindClosed, State: state, Outcome: outcome}
	if err != nil {
		rec.Error = clip(err.Error())
	}
	if _, jerr := j.append(rec); jerr != nil {
		return errors.Join(err, jerr)
	}
	return err
}
