package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"writeback/steps"
)

func (a *app) undoCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "undo [RUN]",
		Short: "Take back exactly what a run made (default: the latest)",
		Long: `undo takes back what RUN made and what is still there, the last change first, and
nothing else: what was there before the run stays, and so does what others added
since. The domain, the DC and what to trust are those of the run, unless flags say
otherwise.`,
		Args: atMostOne("run"),
		RunE: a.verb(func(ctx context.Context, args []string) error {
			id := ""
			if len(args) == 1 {
				id = args[0]
			}
			return a.undo(ctx, id)
		}),
	}
}

func (a *app) undo(ctx context.Context, id string) error {
	state, err := a.openState("undo " + id)
	if err != nil {
		return err
	}
	defer state.close()
	run, err := findRun(state.store, id)
	if err != nil {
		return err
	}
	if err := a.goOnWith(run); err != nil {
		return err
	}
	s, err := a.sit(ctx, true)
	if err != nil {
		return err
	}
	defer s.conn.Close()
	s.Store = state.store
	res, err := s.Undo(ctx, run)
	s.face.Undone(res)
	return errors.Join(err, s.face.Document(res))
}

// findRun reads the run that is meant: the latest that did something where none
// is named.
func findRun(store *steps.Store, id string) (steps.Run, error) {
	if id != "" {
		run, err := store.Read(id)
		if errors.Is(err, steps.ErrNoRun) {
			return run, usagef("there is no run %s: writeback runs lists them", id)
		}
		return run, err
	}
	run, err := store.Latest(func(r steps.Run) bool { return r.State != steps.RunEmpty && r.State != steps.RunUndone })
	if errors.Is(err, steps.ErrNoRun) {
		return run, fmt.Errorf("no run has anything left to undo: %w", err)
	}
	return run, err
}

// goOnWith takes domain, DC and trust from the run.
func (a *app) goOnWith(run steps.Run) error {
	from := "run " + run.ID
	for _, names := range [][]string{shown, reached} {
		if err := a.settings.goOn(run.Settings, names, from); err != nil {
			return err
		}
	}
	if a.settings.domain == "" && a.settings.dc == "" {
		return a.settings.set("domain", []string{run.Target.Domain}, from)
	}
	return nil
}
