package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"writeback/internal/runs"
	"writeback/steps"
)

func (a *app) runsCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List what was made, when, by whom, on which DC",
		Long: `runs lists the runs that the state directory has journals of, the latest first: what
became of each, when it began, how many changes of it are in the world now (OURS), and
where and by whom it was made. At a terminal times are told from now, and what does not
fit is left out, from the last column on; --output json has everything.`,
		Args: noVerb,
		RunE: a.verb(func(context.Context, []string) error { return a.runs() }),
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "show RUN",
		Short: "Show the journal of one run; latest is the newest that made something",
		Args:  exactly("run"),
		RunE:  a.verb(func(_ context.Context, args []string) error { return a.showRun(args[0]) }),
	}, a.repairCmd())
	return cmd
}

// runs lists the journals that can be trusted; the others are in the error.
func (a *app) runs() error {
	store, err := a.caller().ReadStore()
	if err != nil {
		return err
	}
	all, bad := store.History().Runs()
	if len(all) == 0 && bad != nil {
		return bad // "no runs" would not be so
	}
	if columns, _ := a.tty.Size(); columns > 0 {
		return errors.Join(a.renderer().RunsSeen(all, time.Now(), columns), bad)
	}
	return errors.Join(a.renderer().Runs(all), bad)
}

func (a *app) showRun(id string) error {
	run, err := a.runOf(id)
	if err != nil {
		return err
	}
	return a.renderer().RunDetail(run)
}

// runOf reads the run of that name, to be shown.
func (a *app) runOf(id string) (run steps.Run, err error) {
	if id, err = runs.Named(id); err != nil {
		return run, err
	}
	store, err := a.caller().ReadStore()
	if err != nil {
		return run, err
	}
	return runs.Find(store, id)
}
