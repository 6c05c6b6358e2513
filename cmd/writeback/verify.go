package main

import (
	"context"

	"github.com/spf13/cobra"
)

func (a *app) verifyCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Is everything as it should be, and what proves it",
		Args:  cobra.NoArgs,
		RunE:  a.verb(func(ctx context.Context, _ []string) error { return a.verify(ctx) }),
	}
}

func (a *app) verify(ctx context.Context) error {
	s, err := a.sit(ctx, false)
	if err != nil {
		return err
	}
	defer s.conn.Close()
	v, err := s.Verify(ctx)
	if err != nil {
		return err
	}
	if s.face.JSON {
		err = s.face.Document(v)
	} else {
		s.face.Verified(s.Runner.Target, v)
	}
	if !v.OK {
		a.code = exitChanges
	}
	return err
}
