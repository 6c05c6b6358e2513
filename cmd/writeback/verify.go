package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"writeback/internal/exit"
	"writeback/internal/output"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard/plain"
)

func (a *app) verifyCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Is everything as it should be, and what proves it",
		Long: `verify looks whether everything is as it should be, and shows what proves it. The
exit code is 0 if it is, 3 where changes are needed or something stands in the way,
and 6 where only a manual step is left. It is 2 where the settings leave every stage
out: then nothing was looked at.

That everything is set up does not say that it reaches everybody: the people in scope
whose password cannot be written back are counted beside it, with the reasons. People
are the users that are not disabled and have no servicePrincipalName; with a sign-in
to the tenant, those of them that are synchronized to it. With --min-coverage PERCENT
the exit code is 3, too, where fewer of them can be reached.

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
		RunE: a.verb(func(ctx context.Context, _ []string) error { return a.verify(ctx) }),
	}
	return cmd
}

func (a *app) verify(ctx context.Context) error {
	wait, least := settings.Wait.Of(a.settings), settings.MinCoverage.Of(a.settings)
	file, err := output.MetricsFile(a.settings, settings.MetricsOut.Of(a.settings))
	if err != nil {
		return err
	}
	measured := settings.Output.Of(a.settings) == settings.Prometheus
	if measured && wait {
		return usagef("--wait watches, and --output prometheus is one look: leave one of them out")
	}
	once := a.caller().OneReading(ctx)
	s, err := a.open(once, session.Purpose{Verb: "verify"})
	if err != nil {
		return err
	}
	defer s.session.Close()
	v, err := s.Runner.Verify(once)
	if err != nil {
		return err
	}
	s.renderer.Least = least
	if a.code, err = exit.Verdict(v, least); err != nil {
		return err
	}
	if wait {
		return a.verifyEverywhere(ctx, s, v, least)
	}
	if measured {
		return a.metrics(s.renderer, file, s.Runner.Target, v)
	}
	return s.renderer.Verified(s.Runner.Target, v)
}

// metrics writes a check for Prometheus.
func (a *app) metrics(r *plain.Renderer, file string, t steps.Target, v steps.Verification) error {
	c := plain.Checked{Target: t, Verification: v, At: time.Now(), Program: version(), Least: r.Least}
	if file == "" {
		return r.Metrics(c)
	}
	return output.SaveMetrics(file, plain.Exposition(c))
}
