package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"writeback/steps"
	"writeback/wizard"
)

func (a *app) planCmd() *cobra.Command {
	var file string
	var detailed bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show every change as it would be made; write nothing",
		Args:  atMost(0, ""),
		RunE: a.verb(func(ctx context.Context, _ []string) error {
			return a.plan(ctx, file, detailed)
		}),
	}
	cmd.Flags().StringVarP(&file, "out", "o", "", "save the plan in `FILE`, for apply")
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 3 where changes are needed")
	return cmd
}

// interrupted is the run that an apply would continue. A journal that cannot be
// read was told of before: it does not stop a look.
func (a *app) interrupted(target steps.Target) (steps.Run, error) {
	store, err := a.readStore()
	if err != nil {
		return steps.Run{}, err
	}
	return store.History().Interrupted(target)
}

func (a *app) plan(ctx context.Context, file string, detailed bool) error {
	if err := checkPlanFile(file); err != nil {
		return err
	}
	s, err := a.sit(ctx, occasion{verb: "plan"})
	if err != nil {
		return err
	}
	defer s.close()
	p, err := s.Runner.Plan(ctx)
	if err != nil {
		return err
	}
	show := s.face.Planned
	if a.settings.output == outputGitHub {
		show = s.face.Summary
	}
	r := wizard.Review{Plan: p, Pending: p.Pending()}
	if run, err := a.interrupted(p.Target); err == nil {
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
	if detailed && p.Pending() > 0 {
		a.code = exitChanges
	}
	return wizard.Blocked(p)
}
