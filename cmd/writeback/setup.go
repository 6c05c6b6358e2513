package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"writeback/internal/exit"
	"writeback/internal/guide"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/wizard"
)

func (a *app) setupCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Be led through it: questions, the plan, approval, the work",
		Long: `setup asks for what the flags, the environment and the configuration file do not
say, all of it before anything is written; shows the plan; and makes the changes
once they are approved. It can be left at any time with Ctrl-C, and goes on from
there when it is begun again: an interrupted run can be resumed or undone, earlier
runs can be looked through, and how everything stands can be checked.

With --accessible (or ACCESSIBLE=1, or on a terminal that can do nothing else) it
speaks in plain lines, for screen readers.

Without a terminal there is nobody to ask: use plan and apply with flags.`,
		Args: atMost(0, ""),
		RunE: a.verb(func(ctx context.Context, _ []string) error { return a.setup(ctx) }),
	}
	return cmd
}

// bare is what the program does without a verb: at a terminal it leads.
func (a *app) bare(cmd *cobra.Command, args []string) error {
	if a.tty.In == nil || !a.tty.Seen {
		return cmd.Help()
	}
	return a.verb(func(ctx context.Context, _ []string) error {
		if settings.NoInput.Of(a.settings) {
			return cmd.Help()
		}
		return a.setup(ctx)
	})(cmd, args)
}

// setup leads through one session.
func (a *app) setup(ctx context.Context) error {
	if err := a.maySetUp(); err != nil {
		return err
	}
	return a.lead(ctx, func(ctx context.Context, ui wizard.GuidedUI) (err error) {
		g := guide.New(a.caller(), ui, func(s *session.Session) *wizard.Flow { return &a.work(s).Flow }, a.stderr.End)
		defer func() { err = errors.Join(err, g.Close()) }()
		end, err := wizard.Setup(ctx, g, ui)
		if err == nil {
			a.code = exit.Ending(end)
		}
		return err
	})
}

func (a *app) maySetUp() error {
	s := a.settings
	switch {
	case settings.NoInput.Of(s):
		return usagef("setup asks questions, which --no-input forbids: %s", withoutQuestions)
	case a.tty.In == nil || !a.tty.Seen:
		return usagef("setup asks questions, and there is no terminal to ask them on: %s", withoutQuestions)
	case settings.Output.Of(s) == "json":
		return usagef("setup speaks to a person: plan and apply write documents with --output json")
	case settings.ADPasswordFile.Of(s) == "-":
		return usagef("setup reads answers from standard input, so the password cannot come from there: name a file, or leave --ad-password-file out")
	}
	return nil
}

const withoutQuestions = "writeback plan --domain FQDN --ad-user NAME --ad-password-file FILE shows the plan, writeback apply with the same flags and --yes makes it"
