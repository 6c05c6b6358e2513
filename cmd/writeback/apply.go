package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"writeback/internal/change"
	"writeback/internal/exit"
	"writeback/internal/session"
	"writeback/steps"
	"writeback/steps/stages"
)

func (a *app) applyCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "apply [PLANFILE]",
		Short: "Make the changes, after approval; continue an interrupted run",
		Long: `apply makes the changes of PLANFILE, or of a plan made now. It shows them first
and asks for approval, unless --yes is given. Where something is no longer as it
was when the plan was made, nothing is written (exit code 5).

A run that was interrupted is continued. Where no domain and no DC is named, the
settings are those of the one interrupted run.

A plan file says what is done. Whom to speak to and to trust (--dc, --ca-cert,
--tls-pin, --ad-user, …) it does not say: that comes from the flags, the
environment or the configuration file, and what the file says of them has no
effect. A password is never sent to a domain that only the plan file names.`,
		Args: atMost(1, "plan file"),
		RunE: a.verb(func(ctx context.Context, args []string) error {
			file := ""
			if len(args) == 1 {
				file = args[0]
			}
			return a.apply(ctx, file)
		}),
	}
}

func (a *app) apply(ctx context.Context, file string) (err error) {
	approved, err := change.Approved(a.settings, file)
	if err == nil && approved != nil {
		a.caller().Change = session.ChangeIn(*approved)
		err = change.Take(a.settings, approved, file)
	}
	if err != nil {
		return err
	}
	state, err := a.caller().OpenJournals("apply")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	if approved == nil {
		if err := a.caller().GoOnInterrupted(state.Store); err != nil {
			return err
		}
	}
	s, err := a.open(ctx, session.Purpose{Verb: "apply"})
	if err != nil {
		return err
	}
	defer s.session.Close()
	s.Store = state.Store
	res, err := s.Apply(ctx, approved, file)
	if res.State == steps.ResultManual {
		a.code = exit.Manual
	}
	if err = errors.Join(err, s.renderer.Applied(res)); err != nil || res.Run == "" {
		return err
	}
	defer a.handOn(approved, file, res.Run)
	if a.caller().Skipped()[stages.DelegateInfo.ID] {
		s.renderer.NoDomain = true // nothing was made that domain controllers replicate
	}
	if s.session.Task != session.SetUp {
		return nil
	}
	return s.renderer.Advised(advice())
}
