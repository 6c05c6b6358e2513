package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"writeback/internal/change"
	"writeback/internal/output"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard"
)

func (a *app) hardenCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "harden",
		Short: "Restrict who can do something to the connector account, after approval",
		Long: `harden brings the permissions of the connector account's own object to what
Set-ADSyncRestrictedPermissions makes of them: inheritance off; full control for SYSTEM,
Administrators, Domain Admins and Enterprise Admins; read for Authenticated Users and
Enterprise Domain Controllers; and no other ACE but those for SELF.

The ACEs that go are others'. Each is shown as a line of its own; --keep leaves one, and
--one-by-one asks for each. All of it is one write, and undo takes exactly that back.
It is refused where you could not change the account's permissions afterwards.

--yes alone does not remove what is others': save the plan with --out, look at it, and
apply that file.`,
		Example: `  writeback harden --domain corp.example --ad-user admin@corp.example --out harden.json
  writeback apply harden.json --ad-user admin@corp.example --yes`,
		Args: atMost(0, ""),
		RunE: a.verb(func(ctx context.Context, _ []string) error {
			if file := settings.PlanOut.Of(a.settings); file != "" {
				return a.planHarden(ctx, file)
			}
			return a.harden(ctx)
		}),
	}
}

// planHarden shows the plan and saves it.
func (a *app) planHarden(ctx context.Context, file string) error {
	if err := output.Check(file); err != nil {
		return err
	}
	if settings.OneByOne.Of(a.settings) {
		if err := a.choose(ctx); err != nil {
			return err
		}
	}
	s, err := a.open(ctx, session.Purpose{Verb: string(session.Harden), Dry: true})
	if err != nil {
		return err
	}
	defer s.session.Close()
	p, err := s.Runner.Plan(ctx)
	if err != nil {
		return err
	}
	if err := s.renderer.Planned(wizard.Review{Plan: p, Pending: p.Pending()}); err != nil {
		return err
	}
	if err := change.Save(file, p); err != nil {
		return err
	}
	fmt.Fprintf(a.err, "saved: %s\n", steps.Plain(file))
	return wizard.Blocked(p)
}

func (a *app) harden(ctx context.Context) (err error) {
	state, err := a.caller().OpenJournals(string(session.Harden))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	if settings.OneByOne.Of(a.settings) {
		if err := a.choose(ctx); err != nil {
			return err
		}
	}
	s, err := a.open(ctx, session.Purpose{Verb: string(session.Harden)})
	if err != nil {
		return err
	}
	defer s.session.Close()
	s.Store = state.Store
	res, err := s.Apply(ctx, nil, "")
	return errors.Join(err, s.renderer.Applied(res))
}

// choose asks for each ACE that would go, and keeps those that a person does not want to
// remove. What is decided is planned, shown and approved afterwards.
func (a *app) choose(ctx context.Context) error {
	s, err := a.open(ctx, session.Purpose{Verb: string(session.Harden), Dry: true})
	if err != nil {
		return err
	}
	defer s.session.Close()
	p, err := s.Runner.Plan(ctx)
	if err != nil {
		return err
	}
	keep := settings.Keep.Of(a.settings)
	for _, step := range p.Steps {
		for _, c := range step.Changes {
			if c.Verb != steps.VerbRemove {
				continue
			}
			fmt.Fprintf(a.err, "\n%s\n    %s\n", c.Line, c.SDDL)
			ok, err := s.renderer.Approve(ctx, "remove")
			if err != nil {
				return err
			}
			if !ok {
				keep = append(keep, c.SDDL)
			}
		}
	}
	settings.Keep.Put(a.settings, keep, settings.FromAnswer)
	return nil
}
