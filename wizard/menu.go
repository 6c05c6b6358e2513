package wizard

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"writeback/steps"
)

// The end is where a person can go on from: what was made can be checked again,
// attested and taken back, and earlier runs can be looked at, until they leave.

// The ways to go on from the end that no other screen has. Said and withdrawn are
// followed by a space and the stage.
const (
	makes     = "make"
	said      = "done"
	withdrawn = "withdraw"
)

// menu shows how it ended, and does what is chosen there, until the person
// leaves. err is why the first attempt ended early.
func (c *conductor) menu(ctx context.Context, err error) (Ending, error) {
	for {
		c.conclude(whoLeft(ctx, err))
		if gone(ctx, c.end.Err) || c.nothing() {
			return c.end, c.end.Err // nobody looks any more, or there is nothing to see
		}
		c.atMenu = true
		next, failed := c.ui.End(ctx, c.end)
		switch {
		case failed != nil && (ctx.Err() != nil || errors.Is(failed, ErrAborted)), failed == nil && (next == Leave || next == ""):
			return c.end, c.end.Err
		case failed != nil:
			return c.end, errors.Join(c.end.Err, failed)
		}
		err = c.follow(ctx, next)
	}
}

// nothing says that there is nothing to see.
func (c *conductor) nothing() bool {
	return c.end.Result.FormatVersion == 0 && c.end.Undone == nil && c.end.Checked == nil
}

// conclude fills the end in.
func (c *conductor) conclude(err error) {
	c.end.Err, c.end.Command, c.end.Undo, c.end.Report, c.end.Advice = err, "", "", "", Advice{}
	if c.end.Undone == nil {
		c.end.Command = c.guide.Command()
		if c.ours {
			c.end.Undo, c.end.Report = c.guide.Undo(c.last), c.guide.Report(c.last)
		}
		if c.ours && err == nil && c.flow != nil {
			c.end.Advice = c.flow.Advice
		}
	}
	c.end.Next, c.end.Pick = c.ways()
}

// ways are the ways to go on.
func (c *conductor) ways() (all []Option, pick string) {
	words := c.words()
	pick = Leave
	for _, s := range c.end.Stages() {
		_, given := words[s.ID]
		if s.State == steps.StateManual && !given {
			all = append(all, Option{Value: said + " " + s.ID, Label: "I have done it: " + s.Title, Note: "your word is remembered, and shown as attested; then all is looked at again"})
			pick = all[0].Value
		}
		if given && s.Planned() {
			all = append(all, Option{Value: withdrawn + " " + s.ID, Label: "Withdraw my attestation: " + s.Title, Note: "the journal keeps both"})
		}
	}
	if c.end.Has(steps.StateChange) {
		all = append(all, Option{Value: makes, Label: "Make the changes", Note: "what is needed now is shown and approved first"})
	}
	all = append(all, Option{Value: Check, Label: "Check again", Note: "looks afresh at every stage; nothing is written"})
	switch {
	case c.ours && c.end.Undone != nil:
		all = append(all, Option{Value: TakeBack, Label: "Undo what is left", Note: "what is taken back is shown and approved first"})
	case c.ours:
		all = append(all, Option{Value: TakeBack, Label: "Undo what this run made", Note: "what is taken back is shown and approved first"})
	case c.end.Undone != nil:
		all = append(all, Option{Value: Anew, Label: "Start anew", Note: "all is asked again, and a new run begins"})
	}
	return append(all, Option{Value: Earlier, Label: "Earlier runs", Note: "the journals, and what can be done with them"}, Option{Value: Leave, Label: "Leave"}), pick
}

// words are those that people have given here. Journals that cannot be read have
// been told of by then.
func (c *conductor) words() map[string]steps.Attestation {
	if c.flow == nil || c.flow.Store == nil {
		return nil
	}
	words, _ := c.flow.Store.History().Attested(c.flow.Runner.Target) // those that can be read
	return words
}

// follow does what was chosen. What it came to is in the end; its error is that
// of the flow from now on. What went wrong before anything came of it leaves
// the end as it was.
func (c *conductor) follow(ctx context.Context, next string) error {
	before := c.end.Err
	c.end.Problem, c.moved = nil, false
	done, err := c.does(ctx, next)
	switch {
	case err == nil && done:
		return nil
	case err == nil:
		return before
	case ctx.Err() == nil && !errors.Is(err, ErrAborted) && !c.moved:
		c.end.Problem = err
		return before
	}
	return err
}

// does tells whether anything was done.
func (c *conductor) does(ctx context.Context, next string) (bool, error) {
	what, stage, _ := strings.Cut(next, " ")
	switch what {
	case Check:
		return true, c.check(ctx, c.run, false)
	case said:
		return true, c.attest(ctx, stage, steps.SaysDone)
	case withdrawn:
		return true, c.attest(ctx, stage, steps.SaysWithdrawn)
	case TakeBack:
		return true, c.takeBackLast(ctx)
	case Anew:
		return true, c.setUp(ctx, steps.Run{})
	case Earlier:
		return c.browseRuns(ctx)
	case makes:
		s, err := c.open(ctx, c.run, false)
		if err != nil {
			return true, err
		}
		return true, c.apply(ctx, s)
	}
	return false, fmt.Errorf("go on from the end: %q is no way to", next)
}

// browseRuns shows the journals, and tells whether something was done there.
func (c *conductor) browseRuns(ctx context.Context) (done bool, err error) {
	history, err := c.history(ctx)
	if err != nil {
		return false, err
	}
	how, run, err := c.browse(ctx, history)
	if err != nil || how == back {
		return false, err
	}
	return true, c.proceed(ctx, how, run)
}
