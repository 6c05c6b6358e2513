package wizard

import (
	"context"
	"errors"

	"writeback/steps"
)

// What a person can choose where a guided flow could go on in several ways.
const (
	SetUp    = "set up"    // find out what is needed, and make what is approved
	Resume   = "resume"    // continue the interrupted run
	TakeBack = "undo"      // take back what a run made
	Anew     = "anew"      // take the interrupted run back, and begin a new one after that
	Check    = "check"     // look how everything stands, and write nothing
	Earlier  = "runs"      // look through the journals
	TryAgain = "try again" // do once more what went wrong
	Leave    = "leave"     // end here; what was made stays
)

// Setup leads a person through one flow. Where there are journals it asks
// first what is to be done: go on with a run that was interrupted, take it back,
// look how everything stands, look through the runs, or begin a new one. It asks
// what is not known yet, all of it before anything is written; shows the plan,
// makes what was approved, and says how it ended and how it can go on from there,
// until the person leaves. What goes wrong is told, and can be tried again
// without anything being asked twice.
//
// The error is nil where all was done, or undone, or only looked at, as the
// person wished; otherwise it wraps [ErrAborted] or [ErrDeclined] where the
// person left, or what went wrong last. An ending without a result says that
// nothing was begun.
func Setup(ctx context.Context, g Guide, ui GuidedUI) (Ending, error) {
	c := &conductor{guide: g, ui: ui}
	return c.menu(ctx, c.start(ctx))
}

// whoLeft says in our words that a signal, or the renderer, has ended the flow.
// The engine's words say more, where it was at work.
func whoLeft(ctx context.Context, err error) error {
	var stopped *steps.CancelledError
	if err == nil || ctx.Err() == nil || errors.Is(err, ErrAborted) || errors.As(err, &stopped) && stopped.Run != "" {
		return err
	}
	return ErrAborted
}

// gone says that the person has left, or was made to.
func gone(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, ErrAborted) || errors.Is(err, ErrDeclined)
}

// conductor is one guided flow while it lasts.
type conductor struct {
	guide  Guide
	ui     GuidedUI
	run    steps.Run // whose settings the guide has; zero: those of the answers
	back   bool      // the guide's flow is one that takes that run back
	flow   *Flow     // the last one; nil before the first
	end    Ending
	last   string // the run that end is about, "" for none
	ours   bool   // something that it made is in the world, or may be
	moved  bool   // what was chosen last has made another end of it
	atMenu bool   // the end was shown: whoever does not go on goes back there
}

// ask goes from group to group until all is known.
func (c *conductor) ask(ctx context.Context) error {
	for {
		g, err := c.guide.Next(ctx)
		if err != nil {
			if err := c.again(ctx, err); err != nil {
				return err
			}
			continue
		}
		if len(g.Questions) == 0 {
			return nil
		}
		if err := c.group(ctx, g); err != nil {
			return err
		}
	}
}

// group asks one group until its answers are taken. What was answered stays
// filled in.
func (c *conductor) group(ctx context.Context, g Group) error {
	for {
		answers, err := c.ui.Ask(ctx, g)
		if err != nil {
			return err
		}
		if err = g.check(answers); err == nil {
			err = c.guide.Answer(ctx, answers)
		}
		if err == nil || gone(ctx, err) {
			return err
		}
		g = g.again(answers, err)
	}
}

// check asks every question's own Check: no answer goes round it.
func (g Group) check(answers map[string]string) error {
	for _, q := range g.Questions {
		if q.Check == nil {
			continue
		}
		if err := q.Check(answers[q.Key]); err != nil {
			return err
		}
	}
	return nil
}

// again is the group with what was answered filled in, but for secrets, and with
// what was wrong with it.
func (g Group) again(answers map[string]string, problem error) Group {
	out := Group{Title: g.Title, Problem: steps.ErrorText(problem)}
	for _, q := range g.Questions {
		if a := answers[q.Key]; q.Kind != Secret && a != q.Value {
			q.Value, q.From = a, "answer"
		}
		out.Questions = append(out.Questions, q)
	}
	return out
}

// again tells what went wrong and lets the person try once more: nil says so.
func (c *conductor) again(ctx context.Context, problem error) error {
	if gone(ctx, problem) {
		return problem
	}
	options := []Option{{Value: TryAgain, Label: "Try again", Note: "what was answered is kept"}}
	how, err := c.ui.Choose(ctx, "That did not work", steps.ErrorText(problem), append(c.renaming(options, problem), c.leaving()))
	switch {
	case err != nil:
		return err
	case how == another:
		return c.rename(ctx, problem)
	case how == TryAgain:
		return nil
	}
	return problem
}

// another is the choice to name another connector account than one that was refused:
// to try again with the same one would come to the same.
const another = "another account"

func (c *conductor) renaming(options []Option, problem error) []Option {
	if c.guide.Rename(problem) == nil {
		return options
	}
	return append(options, Option{Value: another, Label: "Name another account", Note: "the connector account is asked for again"})
}

func (c *conductor) rename(ctx context.Context, problem error) error {
	c.guide.Rename(problem)()
	return c.ask(ctx)
}

// leaving is the way out of something that went wrong.
func (c *conductor) leaving() Option {
	if c.atMenu {
		return Option{Value: Leave, Label: "Go back", Note: c.left()}
	}
	return Option{Value: Leave, Label: "Leave", Note: c.left()}
}

// left says what is there if the person leaves now.
func (c *conductor) left() string {
	if c.ours || c.end.Undone != nil {
		return "the run can be continued or undone later"
	}
	return "nothing has been written"
}
