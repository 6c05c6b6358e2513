package wizard

import (
	"context"
	"errors"
	"fmt"

	"writeback/steps"
)

// How a guided flow begins: with what earlier ones have left. Where there is
// no journal nothing is asked.

// back is the answer that leads to the screen before.
const back = "back"

// start asks what is to be done, and does it.
func (c *conductor) start(ctx context.Context) error {
	for {
		history, err := c.history(ctx)
		if err != nil {
			return err
		}
		if len(history.Runs) == 0 {
			return c.setUp(ctx, steps.Run{})
		}
		how, run, err := c.first(ctx, history)
		if err != nil {
			return err
		}
		if how == Earlier {
			if how, run, err = c.browse(ctx, history); err != nil {
				return err
			}
		}
		switch {
		case how == back:
		case how == Leave && len(history.Open) > 0:
			return ErrAborted
		case how == Leave:
			return nil
		default:
			return c.proceed(ctx, how, run)
		}
	}
}

// history reads the journals.
func (c *conductor) history(ctx context.Context) (History, error) {
	for {
		history, err := c.guide.Runs(ctx)
		if err == nil {
			return history, nil
		}
		if err := c.again(ctx, err); err != nil {
			return history, err
		}
	}
}

// proceed does what was chosen about a run.
func (c *conductor) proceed(ctx context.Context, how string, run steps.Run) error {
	switch how {
	case Resume:
		return c.setUp(ctx, run)
	case TakeBack:
		return c.takeBack(ctx, run)
	case Anew:
		if err := c.takeBack(ctx, run); err != nil {
			return err
		}
		return c.setUp(ctx, steps.Run{})
	case Check:
		return c.check(ctx, run, true)
	}
	return c.setUp(ctx, steps.Run{})
}

// first is the first screen: the interrupted run, or one of several, or the ways
// to begin.
func (c *conductor) first(ctx context.Context, history History) (how string, run steps.Run, err error) {
	switch len(history.Open) {
	case 0:
		return c.afresh(ctx, history)
	case 1:
		how, err = c.interrupted(ctx, history.Open[0], earlier(history), Option{Value: Leave, Label: "Leave", Note: "it stays as it is"})
		return how, history.Open[0], err
	}
	return c.several(ctx, history)
}

func earlier(history History) Option {
	note := counted(len(history.Runs), "run") + " in the journals"
	if history.damaged() > 0 {
		note += "; not all of them can be trusted"
	}
	return Option{Value: Earlier, Label: "Earlier runs", Note: note}
}

// afresh begins where nothing was interrupted.
func (c *conductor) afresh(ctx context.Context, history History) (string, steps.Run, error) {
	text := "There are journals of earlier runs here. None of them was interrupted."
	if bad := history.damaged(); bad > 0 {
		text = fmt.Sprintf("There are journals of earlier runs here. %s cannot be trusted, and what is in there about an interruption is not known. Look under earlier runs, and move the file elsewhere first: no new run is begun before.", counted(bad, "journal"))
	}
	if newest := history.Runs[0]; newest.Err == nil {
		text += fmt.Sprintf("\nThe latest was begun %s, on %s: %s.", Ago(newest.Run.Started, history.Now), newest.Run.Target.Name(), ended(newest.Run.State))
	}
	how, err := c.ui.Choose(ctx, "What is to be done?", text, []Option{
		{Value: SetUp, Label: "Set up", Note: "what is needed is found out, shown and approved first"},
		{Value: Check, Label: "Check how everything stands", Note: "nothing is written"},
		earlier(history),
		{Value: Leave, Label: "Leave"},
	})
	if err != nil || how != Check {
		return how, steps.Run{}, err
	}
	return c.ofWhich(ctx, history.Last)
}

// ofWhich chooses the run whose settings a check is made with; the zero Run
// where there is none: then all is asked.
func (c *conductor) ofWhich(ctx context.Context, last []steps.Run) (string, steps.Run, error) {
	switch len(last) {
	case 0:
		return Check, steps.Run{}, nil
	case 1:
		return Check, last[0], nil
	}
	options := []Option{}
	for _, r := range last {
		options = append(options, Option{Value: r.ID, Label: r.Target.Name(), Note: "with the settings of run " + r.ID})
	}
	id, err := c.ui.Choose(ctx, "What is to be checked?", "There were runs in several places.", append(options,
		Option{Value: SetUp, Label: "Another place", Note: "all is asked"}, Option{Value: back, Label: "Go back"}))
	if err != nil || id == back {
		return back, steps.Run{}, err
	}
	return Check, named(last, id), nil
}

func named(runs []steps.Run, id string) steps.Run {
	for _, r := range runs {
		if r.ID == id {
			return r
		}
	}
	return steps.Run{}
}

// several lets one of several interrupted runs be picked.
func (c *conductor) several(ctx context.Context, history History) (string, steps.Run, error) {
	options := []Option{}
	for _, r := range history.Open {
		options = append(options, Option{Value: r.ID, Label: "Run " + r.ID + " on " + r.Target.Name(),
			Note: fmt.Sprintf("begun %s; %d of its changes are made", Ago(r.Started, history.Now), len(r.Made))})
	}
	id, err := c.ui.Choose(ctx, "Several runs were interrupted", "Each is of another place, and can be continued or undone by itself.", append(options,
		Option{Value: SetUp, Label: "Set up another place", Note: "all is asked; these runs stay as they are"}, earlier(history),
		Option{Value: Leave, Label: "Leave", Note: "they stay as they are"}))
	if err != nil || id == SetUp || id == Earlier || id == Leave {
		return id, steps.Run{}, err
	}
	run := named(history.Open, id)
	how, err := c.interrupted(ctx, run, Option{Value: back, Label: "Go back"})
	return how, run, err
}

// interrupted asks what becomes of a run that was interrupted.
func (c *conductor) interrupted(ctx context.Context, run steps.Run, more ...Option) (string, error) {
	return c.ui.Choose(ctx, "A run was interrupted", about(run), append([]Option{
		{Value: Resume, Label: "Resume it", Note: "what is left is shown and approved first"},
		{Value: TakeBack, Label: "Undo it", Note: "takes back what it made"},
		{Value: Anew, Label: "Start anew", Note: "takes back what it made; then all is asked again, and a new run begins"},
	}, more...))
}

// about says what there is of a run, for whoever has to decide about it.
func about(r steps.Run) string {
	text := fmt.Sprintf("Run %s on %s was begun %s by %s. It has made %d of its changes.",
		r.ID, r.Target.Name(), r.Started.UTC().Format("2006-01-02 15:04:05Z"), r.Who.User, len(r.Made))
	if r.State == steps.RunInDoubt {
		text += " A write was under way: whether it took place is looked up first."
	}
	if r.Error != "" {
		text += " It ended with: " + r.Error
	}
	return text
}

// askInterrupted asks about a run that stands in the way of the one that is to begin:
// where it was not known before whose domain it is.
func (c *conductor) askInterrupted(ctx context.Context, s *Flow) (how string, run steps.Run, err error) {
	run, err = s.Store.History().Interrupted(s.Runner.Target, s.Runner.Wants)
	switch {
	case errors.Is(err, steps.ErrNoRun):
		return "", run, nil
	case err != nil:
		return "", run, err
	case run.ID == c.run.ID:
		return "", run, nil // it is the one that is gone on with
	}
	how, err = c.interrupted(ctx, run, Option{Value: Leave, Label: "Leave", Note: "it stays as it is"})
	return how, run, err
}

// browse lets the person look through the journals, and choose what is to be
// done with one of them.
func (c *conductor) browse(ctx context.Context, history History) (how string, run steps.Run, err error) {
	id, how, err := c.ui.Browse(ctx, history)
	if err != nil || how == "" {
		return back, run, err
	}
	r, found := history.Run(id)
	switch {
	case found && how == TakeBack && r.MayUndo(), found && how == Resume && history.MayResume(r):
		return how, r.Run, nil
	}
	return back, run, fmt.Errorf("run %s: it cannot be chosen to %s it", id, how)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// ended says in words how a run ended.
func ended(state string) string {
	words := map[string]string{
		steps.RunDone: "all was as it should be at its end", steps.RunManual: "a manual step was left at its end",
		steps.RunUndone: "it was taken back", steps.RunAttested: "it holds a person's word", steps.RunTold: "it holds an answer that a person brought",
		steps.RunEmpty: "nothing came of it",
	}
	if w := words[state]; w != "" {
		return w
	}
	return state
}
