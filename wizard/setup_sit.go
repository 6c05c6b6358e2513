package wizard

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"writeback/steps"
)

// The second half of a guided sitting: what an earlier one left, the plan, its
// approval, the work, and the undo.

// begin opens the sitting.
func (c *conductor) begin(ctx context.Context) (*Sitting, error) {
	for {
		s, err := c.guide.Begin(ctx)
		if err == nil {
			return s, nil
		}
		if err := c.again(ctx, err); err != nil {
			return nil, err
		}
	}
}

// sit settles what an earlier sitting left, and applies.
func (c *conductor) sit(ctx context.Context) error {
	s, err := c.begin(ctx)
	if err != nil {
		return err
	}
	run, err := s.Store.Interrupted(s.Runner.Target)
	if errors.Is(err, steps.ErrNoRun) {
		return c.apply(ctx, s)
	}
	if err != nil {
		return err
	}
	how, err := c.face.Choose(ctx, "A run was interrupted", about(run), []Option{
		{Value: Resume, Label: "Resume it", Note: "what is left is shown and approved first"},
		{Value: TakeBack, Label: "Undo it", Note: "takes back what it made; then a new run can be begun"},
		{Value: Leave, Label: "Leave", Note: "it stays as it is"},
	})
	if err != nil {
		return err
	}
	switch how {
	case Resume:
		return c.apply(ctx, s)
	case TakeBack:
		return c.anew(ctx, s, run)
	}
	return ErrAborted
}

// about says what there is of a run, for whoever has to decide about it.
func about(r steps.Run) string {
	text := fmt.Sprintf("Run %s on %s was begun %s by %s. It has made %d of its changes.",
		r.ID, r.Target.Domain, r.Started.UTC().Format("2006-01-02 15:04:05Z"), r.Who.User, len(r.Made))
	if r.State == steps.RunInDoubt {
		text += " A write was under way: whether it took place is looked up first."
	}
	if r.Error != "" {
		text += " It ended with: " + r.Error
	}
	return text
}

// anew takes an interrupted run back, and begins a new one if the person wants
// that.
func (c *conductor) anew(ctx context.Context, s *Sitting, run steps.Run) error {
	if err := c.undo(ctx, s, run.ID); err != nil {
		return err
	}
	how, err := c.face.Choose(ctx, "The interrupted run is undone", "Nothing of run "+run.ID+" is left.", []Option{
		{Value: Anew, Label: "Start anew", Note: "a new plan is made, shown and approved first"},
		{Value: Leave, Label: "Leave"},
	})
	if err != nil || how != Anew {
		return err
	}
	c.end, c.ours = Ending{}, false
	return c.apply(ctx, s)
}

// apply shows, asks for approval and makes the changes. After a failure the same
// run is continued, or taken back.
func (c *conductor) apply(ctx context.Context, s *Sitting) error {
	for {
		res, err := s.Apply(ctx, nil, "")
		c.keep(s, res)
		if err == nil || gone(ctx, err) {
			return err
		}
		how, chosen := c.after(ctx, err)
		if chosen != nil || how == Leave {
			return errors.Join(chosen, err)
		}
		if s, chosen = c.begin(ctx); chosen != nil {
			return errors.Join(chosen, err)
		}
		if how == TakeBack {
			return c.undo(ctx, s, c.end.Result.Run)
		}
	}
}

// keep remembers how an attempt ended. One that came to nothing does not hide an
// earlier one that has made something.
func (c *conductor) keep(s *Sitting, res steps.Result) {
	if res.FormatVersion == 0 || res.Run == "" && c.end.Result.Run != "" {
		return
	}
	c.end.Result, c.end.Journal = res, s.Journal
	if res.Run != "" {
		run, err := s.Store.Read(res.Run)
		c.ours = err != nil || run.Undoable() // a journal that cannot be read says nothing
	}
}

// after lets the person decide what to do about an apply that went wrong.
func (c *conductor) after(ctx context.Context, problem error) (string, error) {
	options := []Option{{Value: TryAgain, Label: "Try again", Note: "looks at everything afresh, and asks for approval again"}}
	if c.ours {
		options[0].Note = "continues the run with what is left"
		options = append(options, Option{Value: TakeBack, Label: "Undo", Note: "takes back what the run has made"})
	}
	return c.face.Choose(ctx, "That did not work", problem.Error(), append(options, Option{Value: Leave, Label: "Leave", Note: c.left()}))
}

// left says what is there if the person leaves now.
func (c *conductor) left() string {
	if c.ours || c.end.Undone != nil {
		return "the run can be continued or undone later"
	}
	return "nothing has been written"
}

// undo takes a run back, and again what was left of it if the person wants
// that.
func (c *conductor) undo(ctx context.Context, s *Sitting, id string) error {
	for {
		run, err := s.Store.Read(id)
		if err != nil {
			return err
		}
		res, err := s.Undo(ctx, run)
		if err == nil || len(res.Undone) > 0 {
			c.end.Undone = &res
		}
		if s.Journal != "" {
			c.end.Journal = s.Journal
		}
		if err == nil || gone(ctx, err) {
			return err
		}
		how, chosen := c.face.Choose(ctx, "Not all could be taken back", strings.TrimSpace(err.Error()), []Option{
			{Value: TryAgain, Label: "Try again", Note: "goes on with what is left"},
			{Value: Leave, Label: "Leave", Note: "it can be undone later"},
		})
		if chosen != nil || how == Leave {
			return errors.Join(chosen, err)
		}
		if s, chosen = c.begin(ctx); chosen != nil {
			return errors.Join(chosen, err)
		}
	}
}
