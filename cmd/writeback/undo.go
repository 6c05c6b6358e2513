package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard"
)

func (a *app) undoCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "undo [RUN]",
		Short: "Take back exactly what a run made (default: the latest)",
		Long: `undo takes back what RUN made and what is still there, the last change first, and
nothing else: what was there before the run stays, and so does what others added
since. The domain, the DC and what to trust are those of the run, unless flags say
otherwise. A run that is undone already stays as it is: an older one is undone by
its name.

What a run removed comes back as the journal says, and the journal is its only
witness. So --yes is not enough for such a run: it also takes --digest, which is the
SHA-256 that the report of the run and writeback runs show give.

A write that came back with an error and is not seen stays in doubt for 15 minutes:
it may still take effect. undo takes back the rest, and says when to come again.`,
		Args: atMost(1, "run"),
		RunE: a.verb(func(ctx context.Context, args []string) error {
			id := ""
			if len(args) == 1 {
				id = args[0]
			}
			return a.undo(ctx, id)
		}),
	}
	return cmd
}

func (a *app) undo(ctx context.Context, id string) (err error) {
	id, err = namedRun(id)
	if err != nil {
		return err
	}
	state, err := a.caller().OpenJournals(strings.TrimSpace("undo " + id))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	run, err := findRun(state.Store, id)
	if err != nil {
		return err
	}
	if err := a.undoesAll(run); err != nil {
		return err
	}
	if !run.Undoable() { // no DC has to be asked
		r := a.renderer()
		r.ReviewUndo(run)
		return r.Undone(steps.UndoResult{FormatVersion: steps.FormatVersion, Run: run.ID, State: steps.ResultUndone,
			Undone: []steps.Change{}, Left: []steps.Change{}})
	}
	if err := a.settings.GoOnWith(run); err != nil {
		return err
	}
	s, err := a.open(ctx, session.Purpose{Verb: "undo", Undo: &run})
	if err != nil {
		return err
	}
	defer s.session.Close()
	s.Store, s.Digest = state.Store, settings.Digest.Of(a.settings)
	res, err := s.Undo(ctx, run)
	if errors.Is(err, wizard.ErrDigest) {
		err = usagef("%w: --digest, as writeback runs show %s and the report have it", err, run.ID)
	}
	return errors.Join(err, s.renderer.Undone(res))
}

// undoesAll refuses --only and --skip where they leave out a part of what the run
// made: undo takes back a whole run, and passing over the flag would be a surprise.
func (a *app) undoesAll(run steps.Run) error {
	for _, o := range run.Made {
		for _, x := range []settings.Key[[]string]{settings.Only, settings.Skip} {
			if !a.caller().Wants(o.Step) && a.settings.ByFlag(x) {
				return usagef("undo takes back all that run %s made, also of the stage %s: leave --%s out", run.ID, steps.StageOf(o.Step), x.Name)
			}
		}
	}
	return nil
}

// namedRun is the ID that was given; "" where it is left out, or is latest.
func namedRun(id string) (string, error) {
	if id == "" || id == "latest" {
		return "", nil
	}
	if err := steps.CheckRunID(id); err != nil {
		return "", usagef("%w: writeback runs lists them, and latest is the newest", err)
	}
	return id, nil
}

// findRun reads the run that is meant: the latest in which anything was made
// where none is named. That one may be undone already: undo twice is not undo
// of two.
func findRun(store *steps.Store, id string) (steps.Run, error) {
	if id != "" {
		run, err := store.Read(id)
		if errors.Is(err, steps.ErrNoRun) {
			return run, usagef("there is no run %s: writeback runs lists them", id)
		}
		return run, err
	}
	run, err := store.History().Latest(func(r steps.Run) bool { return !r.Idle() })
	if errors.Is(err, steps.ErrNoRun) {
		return run, fmt.Errorf("no run in %s has made anything: writeback runs lists what is there; was it another --state-dir, or another user?", store.Dir())
	}
	return run, err
}
