package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

func (a *app) runsCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List what was made, when, by whom, on which DC",
		Args:  noVerb,
		RunE:  a.verb(func(context.Context, []string) error { return a.runs() }),
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "show RUN",
		Short: "Show the journal of one run",
		Args:  exactly("run"),
		RunE:  a.verb(func(_ context.Context, args []string) error { return a.showRun(args[0]) }),
	})
	return cmd
}

// runs lists the journals that can be trusted; the others are in the error.
func (a *app) runs() error {
	store, err := a.readStore()
	if err != nil {
		return err
	}
	all, bad := store.List()
	return errors.Join(a.face().Runs(all), bad)
}

func (a *app) showRun(id string) error {
	if err := checkRunID(id); err != nil {
		return err
	}
	store, err := a.readStore()
	if err != nil {
		return err
	}
	run, err := findRun(store, id)
	if err != nil {
		return err
	}
	return a.face().RunDetail(run)
}
