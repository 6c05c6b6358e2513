package rehearsal

import (
	"context"

	"writeback/steps"
	"writeback/wizard"
)

const (
	madeUp = "Everything here is made up: the domain corp.contoso.com with some 500 people, its tenant and its sync server are inside this program. Nothing real is reached.\n\n" +
		"You are signed in as the administrator. What is asked, shown and approved is as it is for real, and can be undone. What is left to a person counts as done when you say so.\n\n" +
		"It is kept until writeback practice --reset."
	begin = "begin"
)

// Welcomed has the renderer say where one is, before the first rehearsal: later ones
// begin with what that left.
func Welcomed(journals func() (*steps.Store, error), do func(context.Context, wizard.GuidedUI) error) func(context.Context, wizard.GuidedUI) error {
	return func(ctx context.Context, ui wizard.GuidedUI) error {
		store, err := journals()
		if err != nil {
			return err
		}
		if runs, err := store.History().Runs(); err != nil || len(runs) > 0 {
			return do(ctx, ui) // which says what is wrong with them
		}
		how, err := ui.Choose(ctx, "A rehearsal", madeUp, []wizard.Option{
			{Value: begin, Label: "Begin", Note: "a few questions, the plan, your approval, the work"},
			{Value: wizard.Leave, Label: "Leave"},
		})
		switch {
		case err != nil:
			return err
		case how == wizard.Leave:
			return wizard.ErrAborted
		}
		return do(ctx, ui)
	}
}
