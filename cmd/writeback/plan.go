package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard"
)

func (a *app) planCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show every change as it would be made; write nothing",
		Args:  atMost(0, ""),
		RunE: a.verb(func(ctx context.Context, _ []string) error {
			return a.plan(ctx)
		}),
	}
	return cmd
}

// interrupted is the run that an apply would continue. An unreadable journal was reported
// earlier; it does not stop a read-only verb.
func (a *app) interrupted(by *steps.Runner) (steps.Run, error) {
	store, err := a.caller().ReadStore()
	if err != nil {
		return steps.Run{}, err
	}
	return store.History().Interrupted(by.Target, by.Wants)
}

func (a *app) plan(ctx context.Context) error {
	file := settings.PlanOut.Of(a.settings)
	if err := checkPlanFile(file); err != nil {
		return err
	}
	ctx = a.caller().OneReading(ctx)
	s, err := a.open(ctx, session.Purpose{Verb: "plan"})
	if err != nil {
		return err
	}
	defer s.session.Close()
	p, err := s.Runner.Plan(ctx)
	if err != nil {
		return err
	}
	show := s.renderer.Planned
	if settings.Output.Of(a.settings) == settings.GitHub {
		show = s.renderer.Summary
	}
	r := wizard.Review{Plan: p, Pending: p.Pending()}
	if run, err := a.interrupted(s.Runner); err == nil {
		r.Continues, r.Made = run.ID, len(run.Made)
	}
	if err := show(r); err != nil {
		return err
	}
	if file != "" {
		if err := savePlan(file, p); err != nil {
			return err
		}
		fmt.Fprintf(a.err, "saved: %s\n", steps.Plain(file))
	}
	if settings.DetailedExitCode.Of(a.settings) && p.Pending() > 0 {
		a.code = exitChanges
	}
	return wizard.Blocked(p)
}
