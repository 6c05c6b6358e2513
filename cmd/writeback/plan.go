package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"writeback/internal/change"
	"writeback/internal/exit"
	"writeback/internal/output"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard"
)

func (a *app) planCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan [PLANFILE]",
		Short: "Show every change as it would be made; write nothing",
		Long: `plan shows every change as it would be made, and writes nothing. With --out it saves
the plan, for apply.

A plan that is saved begins a change that several people can bring about. A stage
that --only leaves out stands in it as unplanned; whoever may do it plans it under
the same change (one that --skip leaves out is no part of it):

  writeback plan change.json --only sspr --tenant ID --auth browser --out sspr.json

The other stages stay as PLANFILE has them. Each of you approves and applies your
own stage, from your own computer. For a colleague who does not want this program,
--by-hand FILE writes the steps as a page (.html, .md).`,
		Args: atMost(1, "plan file"),
		RunE: a.verb(func(ctx context.Context, args []string) error {
			file := ""
			if len(args) == 1 {
				file = args[0]
			}
			return a.plan(ctx, file)
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

func (a *app) plan(ctx context.Context, others string) error {
	file := settings.PlanOut.Of(a.settings)
	if err := output.Check(file); err != nil {
		return err
	}
	joined, err := change.Join(a.settings, a.caller().Change, others, file)
	if err != nil {
		return err
	}
	a.caller().Change = joined
	form, err := output.PageForm(settings.ByHandOut.Of(a.settings))
	if err != nil {
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
	saved, err := change.Saved(a.settings, joined, p, s.Opening.Who)
	if err != nil {
		return err
	}
	if err := change.KeepsOthers(a.settings, file, others, change.PlannedBy(s.Opening.Who)); err != nil {
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
		if err := change.Save(file, saved); err != nil {
			return err
		}
		fmt.Fprintf(a.err, "saved: %s, change %s\n", steps.Plain(file), saved.ChangeID)
		a.handOn(&saved, file, "")
	}
	if err := a.byHand(form, change.Page(p, saved)); err != nil {
		return err
	}
	if settings.DetailedExitCode.Of(a.settings) && p.Pending() > 0 {
		a.code = exit.Changes
	}
	return wizard.Blocked(p)
}

// handOn says what the others of the change do next.
func (a *app) handOn(p *steps.Plan, file, run string) {
	change.HandOn(a.err, p, file, run, a.caller().Skipped(), a.settings.World())
}
