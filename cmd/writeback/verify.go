package main

import (
	"context"

	"github.com/spf13/cobra"

	"writeback/steps"
)

func (a *app) verifyCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Is everything as it should be, and what proves it",
		Long: `verify looks whether everything is as it should be, and shows what proves it. The
exit code is 0 if it is, 3 where changes are needed or something stands in the way,
and 6 where only a manual step is left.`,
		Args: atMost(0, ""),
		RunE: a.verb(func(ctx context.Context, _ []string) error { return a.verify(ctx) }),
	}
}

func (a *app) verify(ctx context.Context) error {
	s, err := a.sit(ctx, occasion{verb: "verify"})
	if err != nil {
		return err
	}
	defer s.conn.Close()
	v, err := s.Runner.Verify(ctx)
	if err != nil {
		return err
	}
	a.code = verdict(v)
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
