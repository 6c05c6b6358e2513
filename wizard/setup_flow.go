package wizard

import (
	"context"
	"errors"

	"writeback/steps"
)

// What a guided flow does once it is known what is wanted: the questions, the
// plan, its approval and the work; the check of how everything stands; the undo.

// open gives a flow about a run, or, with the zero Run, about what is asked:
// all that is not known for it is asked first. Back says that the run is to be
// taken back.
func (c *conductor) open(ctx context.Context, run steps.Run, back bool) (*Flow, error) {
	if run.ID != c.run.ID || back != c.back {
		if err := c.guide.For(run, back); err != nil {
			return nil, err
		}
		c.run, c.back = run, back
	}
	if err := c.ask(ctx); err != nil {
		return nil, err
	}
	return c.begin(ctx)
}

// begin opens the guide's flow.
func (c *conductor) begin(ctx context.Context) (*Flow, error) {
	for {
		s, err := c.guide.Begin(ctx)
		if err == nil {
			c.flow = s
			return s, nil
		}
		if err := c.again(ctx, err); err != nil {
			return nil, err
		}
	}
}

// setUp begins a new run, or goes on with one.
func (c *conductor) setUp(ctx context.Context, run steps.Run) error {
	s, err := c.open(ctx, run, false)
	if err != nil {
		return err
	}
	how, other, err := c.askInterrupted(ctx, s)
	for err != nil {
		if err = c.again(ctx, err); err != nil {
			return err
		}
		how, other, err = c.askInterrupted(ctx, s)
	}
	switch {
	case how == Leave:
		return ErrAborted
	case how != "":
		return c.proceed(ctx, how, other)
	}
	c.end, c.last, c.ours = Ending{}, "", false
	return c.apply(ctx, s)
}

// apply shows, asks for approval and makes the changes. After a failure the same
// run is continued, or taken back. What was approved stays so while it is tried
// again.
func (c *conductor) apply(ctx context.Context, s *Flow) error {
	s.granted = nil
	for {
		res, err := s.Apply(ctx, nil, "")
		if !errors.Is(err, ErrDeclined) {
			c.keep(s, res)
		}
		if err == nil || gone(ctx, err) {
			return err
		}
		how, chosen := c.after(ctx, err)
		if chosen != nil || how == Leave {
			return errors.Join(chosen, err)
		}
		if how == TakeBack {
			return c.takeBackLast(ctx)
		}
		if how == byName {
			if chosen = c.accept(ctx, s, acceptable(err)); chosen != nil {
				return errors.Join(chosen, err)
			}
		}
		if how == another {
			if chosen = c.rename(ctx, err); chosen != nil {
				return errors.Join(chosen, err)
			}
		}
		granted := s.granted
		if s, chosen = c.begin(ctx); chosen != nil {
			return errors.Join(chosen, err)
		}
		s.granted = granted
	}
}

// keep remembers how an attempt ended. One that came to nothing does not hide an
// earlier one that has made something.
func (c *conductor) keep(s *Flow, res steps.Result) {
	if res.FormatVersion == 0 || res.Run == "" && c.end.Result.Run != "" {
		return
	}
	c.end, c.moved = Ending{Result: res, Journal: s.Journal}, true
	c.remember(s, res.Run)
}

// remember keeps in mind which run the end is about. A journal that cannot be
// read says nothing: something of the run may be there.
func (c *conductor) remember(s *Flow, id string) {
	c.last, c.ours = id, false
	if id != "" {
		run, err := s.Store.Read(id)
		c.ours = err != nil || run.Undoable()
	}
}

// after lets the person decide what to do about an apply that went wrong.
func (c *conductor) after(ctx context.Context, problem error) (string, error) {
	options := []Option{{Value: TryAgain, Label: "Try again", Note: "looks at everything afresh"}}
	if c.ours {
		options[0].Note = "continues the run with what is left"
		options = append(options, Option{Value: TakeBack, Label: "Undo", Note: "takes back what the run has made"})
	}
	if len(acceptable(problem)) > 0 && c.flow != nil && c.flow.Accepting != nil {
		options = append(options, Option{Value: byName, Label: "Accept by name", Note: "what stands in the way is named; then all is looked at again"})
	}
	return c.ui.Choose(ctx, "That did not work", steps.ErrorText(problem), append(c.renaming(options, problem), c.leaving()))
}

// check looks how everything stands, with a run's settings, and lets the steps
// that can try themselves out. It writes nothing. Anew says that the flow has
// to be a new one; otherwise the last one will do as long as it works, so that
// nobody signs in once more for a check: a connection that was idle for long may be
// gone.
func (c *conductor) check(ctx context.Context, run steps.Run, anew bool) error {
	if !anew && c.flow != nil && !c.back && run.ID == c.run.ID {
		if err := c.verify(ctx, c.flow); err == nil || ctx.Err() != nil {
			return err
		}
	}
	for {
		s, err := c.open(ctx, run, false)
		if err != nil {
			return err
		}
		if err = c.verify(ctx, s); err == nil {
			return nil
		}
		if err := c.again(ctx, err); err != nil {
			return err
		}
	}
}

func (c *conductor) verify(ctx context.Context, s *Flow) error {
	v, err := s.Runner.Verify(ctx)
	if err == nil {
		c.end.Checked, c.end.Problem = &v, nil
	}
	return err
}

// takeBackLast takes back the run that the end is about.
func (c *conductor) takeBackLast(ctx context.Context) error {
	run, err := c.flow.Store.Read(c.last)
	if err != nil {
		return err
	}
	return c.takeBack(ctx, run)
}

// takeBack takes a run back, and again what was left of it if the person wants
// that.
func (c *conductor) takeBack(ctx context.Context, run steps.Run) error {
	s, err := c.open(ctx, run, true)
	if err != nil {
		return err
	}
	s.granted = nil
	for {
		if run, err = s.Store.Read(run.ID); err != nil {
			return err
		}
		res, err := s.Undo(ctx, run)
		c.undone(s, res, err)
		if err == nil || gone(ctx, err) {
			return err
		}
		how, chosen := c.ui.Choose(ctx, "Not all could be taken back", steps.ErrorText(err), []Option{
			{Value: TryAgain, Label: "Try again", Note: "goes on with what is left"},
			{Value: Leave, Label: c.leaving().Label, Note: "it can be undone later"},
		})
		if chosen != nil || how == Leave {
			return errors.Join(chosen, err)
		}
		granted := s.granted
		if s, chosen = c.begin(ctx); chosen != nil {
			return errors.Join(chosen, err)
		}
		s.granted = granted
	}
}

// undone remembers what an undo came to. What was taken back by an earlier
// attempt counts, too.
func (c *conductor) undone(s *Flow, res steps.UndoResult, err error) {
	if err != nil && len(res.Undone) == 0 {
		return
	}
	if before := c.end.Undone; before != nil && before.Run == res.Run {
		res.Undone = append(before.Undone[:len(before.Undone):len(before.Undone)], res.Undone...)
	}
	c.end, c.moved = Ending{Undone: &res, Journal: s.Journal}, true
	c.remember(s, res.Run)
}
