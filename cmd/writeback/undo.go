package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"writeback/internal/runs"
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
	id, err = runs.Named(id)
	if err != nil {
		return err
	}
	state, err := a.caller().OpenJournals(strings.TrimSpace("undo " + id))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	run, err := runs.Find(state.Store, id)
	if err != nil {
		return err
	}
	if err := a.caller().UndoesAll(run); err != nil {
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
