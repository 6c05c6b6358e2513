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
	if err := show(p); err != nil {
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
