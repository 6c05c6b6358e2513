package main

import (
	"context"

	"github.com/spf13/cobra"

	"writeback/internal/session"
	"writeback/wizard"
)

func (a *app) explainCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "explain USER",
		Short: "Why this user's password can, or cannot, be written back",
		Long: `explain tells for one user how each right of the connector account is decided: by
which ACE, set on which object, and what stands in the way; then what else decides,
such as a protected group, the password policy in force, or a disabled account. It
ends with one sentence. USER is a DN, a UPN, a sAMAccountName, DOMAIN\name or a SID.
A user of another domain of the forest is found by any of these but the bare
sAMAccountName: that domain is connected to with the same sign-in.

With --only sspr --auth METHOD and no domain it tells the tenant's half alone; USER is
then a UPN or a SID.

Nothing is written. The exit code is 0 whatever the answer is.`,
		Args: exactly("user"),
		RunE: a.verb(func(ctx context.Context, args []string) error { return a.explainUser(ctx, args[0]) }),
	}
}

func (a *app) explainUser(ctx context.Context, name string) error {
	ctx = a.caller().OneReading(ctx, name)
	s, err := a.open(ctx, session.Purpose{Verb: "explain"})
	if err != nil {
		return err
	}
	defer s.session.Close()
	e, err := s.session.Explain(ctx, name)
	if err != nil {
		return session.Cancelled(ctx, err)
	}
	return s.renderer.Explained(wizard.Explanation{Explanation: e, Advice: advice()})
}
