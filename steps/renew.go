package steps

import (
	"context"
	"fmt"
)

// AsNow gives a run in which each change that an undo would take back bears the names
// that hold now, for the review of the undo. Changes of steps that this runner does
// not have stay as the journal has them.
func (r *Runner) AsNow(ctx context.Context, run Run) (Run, error) {
	out := run
	out.Made = make([]Owned, len(run.Made))
	for i, o := range run.Made {
		var err error
		if o.Change, err = r.renewed(ctx, o.Step, o.data); err != nil {
			return run, err
		}
		out.Made[i] = o
	}
	out.doubts = make([]doubt, len(run.doubts))
	for i, d := range run.doubts {
		if !d.undo() {
			c, err := r.renewed(ctx, d.step, d.draft)
			if err != nil {
				return run, err
			}
			d.named = &c
		}
		out.doubts[i] = d
	}
	return out, nil
}

func (r *Runner) renewed(ctx context.Context, step string, d draft) (Change, error) {
	s, ok := r.step(step)
	if !ok {
		return d.change, nil
	}
	c, err := s.renew(ctx, d)
	if err != nil {
		return d.change, cancelled(ctx, fmt.Errorf("look what %q is called now: %w", d.change.Line, err))
	}
	return c, nil
}

func (t typed[H, C]) renew(ctx context.Context, made draft) (Change, error) {
	c, err := t.value(made)
	if err != nil {
		return made.change, err
	}
	if p, ok := t.p.(Renewer[C]); ok {
		if c, err = p.Renew(ctx, c); err != nil {
			return made.change, err
		}
	}
	d, err := t.draft(c)
	return d.change, err
}
