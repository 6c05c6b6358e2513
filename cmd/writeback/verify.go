package main

import (
	"context"

	"github.com/spf13/cobra"

	"writeback/steps"
)

func (a *app) verifyCmd() *cobra.Command {
	var w waiting
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Is everything as it should be, and what proves it",
		Long: `verify looks whether everything is as it should be, and shows what proves it. The
exit code is 0 if it is, 3 where changes are needed or something stands in the way,
and 6 where only a manual step is left.

With --wait it then watches every DC of the domain, until all users that are to have
the rights have inherited them there, and ends with 3 where --wait-timeout is over
first. It signs in to the other DCs as to the first one, by the names that the site
objects give.`,
		Args: atMost(0, ""),
		RunE: a.verb(func(ctx context.Context, _ []string) error { return a.verify(ctx, w) }),
	}
	w.declare(cmd.Flags())
	return cmd
}

func (a *app) verify(ctx context.Context, w waiting) error {
	if err := w.check(); err != nil {
		return err
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
