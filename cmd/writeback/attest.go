package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"writeback/internal/change"
	"writeback/internal/runs"
	"writeback/internal/settings"
	"writeback/internal/spelling"
	"writeback/steps"
	"writeback/steps/stages"
)

func (a *app) attestCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "attest STAGE [PLANFILE]",
		Short: "Say that a manual step is done; only the journal is written",
		Long: `attest records who says that the manual step of STAGE (writeback or sspr) is done.
plan and verify then show the stage as attested, with the name, and never as verified:
proof to the contrary outweighs it. --withdraw ends that; the journal keeps both.

With PLANFILE the word is a part of its change: writeback export copies it for the one
report of all.`,
		Args: cobra.RangeArgs(1, 2),
		RunE: a.verb(func(_ context.Context, args []string) error {
			word := steps.Attestation{Step: args[0], Says: steps.SaysDone, By: settings.By.Of(a.settings), Note: settings.Note.Of(a.settings)}
			if settings.Withdraw.Of(a.settings) {
				word.Says = steps.SaysWithdrawn
			}
			file := ""
			if len(args) == 2 {
				file = args[1]
			}
			return a.attest(word, file)
		}),
	}
	return cmd
}

func (a *app) attest(word steps.Attestation, file string) (err error) {
	manual := []string{stages.WritebackInfo.ID, stages.SSPRInfo.ID}
	switch {
	case !slices.Contains(manual, word.Step):
		return usagef("no step of stage %q is done by hand: attest %s%s", word.Step, strings.Join(manual, " or "), spelling.DidYouMean(word.Step, manual))
	case word.By == "":
		return usagef("who says so? add --by NAME")
	}
	state, err := a.caller().OpenJournals("attest " + word.Step)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	target, id, err := a.attestTarget(state.Store, file)
	if err != nil {
		return err
	}
	run, err := state.Store.Attest(steps.Opening{Verb: "attest", ChangeID: id, Program: version(), Target: target, Who: steps.Self("")}, word)
	if err != nil {
		return err
	}
	return a.renderer().Attested(run)
}

// attestTarget is the place of the plan file, and its change; or the place that the
// settings name, or that of the latest run: a person's word needs no connection.
func (a *app) attestTarget(store *steps.Store, file string) (steps.Target, string, error) {
	if file != "" {
		p, err := change.Load(file)
		if err != nil {
			return steps.Target{}, "", err
		}
		return runs.PlaceOf(a.settings, *p, file)
	}
	domain := ""
	if a.practice != nil {
		domain = a.practice.Domain.Name()
	}
	t, err := runs.Place(a.settings, store, domain)
	return t, "", err
}
