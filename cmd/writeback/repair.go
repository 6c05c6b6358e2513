package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"writeback/internal/settings"
	"writeback/wizard"
)

func (a *app) repairCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "repair",
		Short: "Say what is wrong with the journals, and mend what loses nothing",
		Long: `repair looks at everything in the folder of the journals: lines that were changed or
damaged, ends that an interruption left, files that others may write or read, names
of a time to come, files of others.

What can be mended with nothing lost is shown, and mended after approval, or with
--yes: a journal that cannot be trusted is set aside as it is, in the folder
set-aside beside the others; a torn end is cut off, and the file as it was stays
there, too. Nothing is deleted, and no file of another user is touched.`,
		Args: noVerb,
		RunE: a.verb(func(ctx context.Context, _ []string) error { return a.repair(ctx) }),
	}
}

func (a *app) repair(ctx context.Context) (err error) {
	store, err := a.caller().ReadStore()
	if err != nil {
		return err
	}
	faults, err := store.Faults()
	if err != nil {
		return err
	}
	mends := 0
	for _, f := range faults {
		if f.Mend != "" {
			mends++
		}
	}
	r := a.renderer()
	if mends == 0 || r.JSON && !settings.Yes.Of(a.settings) {
		return r.Faults(store.Dir(), faults, nil)
	}
	if !r.JSON {
		if err := r.Faults(store.Dir(), faults, nil); err != nil {
			return err
		}
	}
	if !settings.Yes.Of(a.settings) {
		ok, err := r.Approve(ctx, "repair")
		if err != nil {
			return err
		}
		if !ok {
			return wizard.ErrDeclined
		}
	}
	state, err := a.caller().OpenJournals("runs repair")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	left, mended, err := state.Store.MendApproved(faults)
	if left == nil {
		return err
	}
	return errors.Join(err, r.Faults(state.Store.Dir(), left, mended))
}
