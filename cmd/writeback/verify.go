package main

import (
	"context"

	"github.com/spf13/cobra"

	"writeback/steps"
)

func (a *app) verifyCmd() *cobra.Command {
	var w waiting
	var file string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Is everything as it should be, and what proves it",
		Long: `verify looks whether everything is as it should be, and shows what proves it. The
exit code is 0 if it is, 3 where changes are needed or something stands in the way,
and 6 where only a manual step is left.

With --wait it then watches every DC of the domain, until all users that are to have
the rights have inherited them there, and ends with 3 where --wait-timeout is over
first. It signs in to the other DCs as to the first one, by the names that the site
objects give.

With --output prometheus it writes metrics for a scheduled check of drift and
coverage; with -o FILE they take the place of FILE at once, which suits the textfile
collector of node_exporter. Where the check itself fails, FILE stays as it was: alert
on writeback_last_check_timestamp_seconds, too.`,
		Example: `  writeback verify --domain corp.example --ad-user admin@corp.example
  writeback verify --wait --wait-timeout 2h
  writeback verify --output prometheus -o /var/lib/node_exporter/writeback.prom`,
		Args: atMost(0, ""),
		RunE: a.verb(func(ctx context.Context, _ []string) error { return a.verify(ctx, w, file) }),
	}
	cmd.Flags().StringVarP(&file, "out", "o", "", "write the metrics of --output prometheus to `FILE`")
	w.declare(cmd.Flags())
	return cmd
}

func (a *app) verify(ctx context.Context, w waiting, file string) error {
	if err := w.check(); err != nil {
		return err
	}
	file, err := a.verifyFile(file)
	if err != nil {
		return err
	}
	measured := a.settings.output == outputPrometheus
	if measured && w.on {
		return usagef("--wait watches, and --output prometheus is one look: leave one of them out")
	}
	s, err := a.sit(ctx, occasion{verb: "verify"})
	if err != nil {
		return err
	}
	defer s.close()
	v, err := s.Runner.Verify(ctx)
	if err != nil {
		return err
	}
	a.code = verdict(v)
	if w.on {
		return a.verifyEverywhere(ctx, s, v, w.timeout)
	}
	if measured {
		return a.metrics(s.face, file, s.Runner.Target, v)
	}
	return s.face.Verified(s.Runner.Target, v)
}

func verdict(v steps.Verification) int {
	if v.OK {
		return exitDone
	}
	for _, s := range v.Steps {
		if s.State == steps.StateChange || s.State == steps.StateBlocked {
			return exitChanges
		}
	}
	return exitManual
}
