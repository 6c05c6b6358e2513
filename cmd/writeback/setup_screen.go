package main

import (
	"context"
	"fmt"
	"os"

	"writeback/internal/rehearsal"
	"writeback/steps"
	"writeback/steps/stages"
	"writeback/wizard"
	"writeback/wizard/plain"
	"writeback/wizard/tui"
)

// lead runs do with the renderer that fits the terminal.
func (a *app) lead(ctx context.Context, do func(context.Context, wizard.GuidedUI) error) error {
	if a.practice != nil {
		do = rehearsal.Welcomed(a.caller().ReadStore, do)
	}
	if a.byLines() {
		f := a.renderer()
		f.Colour = false // what is read out is text and nothing else
		return do(ctx, &plain.Guided{Renderer: f, Hidden: a.caller().Ask})
	}
	return tui.Run(ctx, tui.Options{
		In: a.tty.In, Out: os.Stdout, Title: a.title(), Colour: a.renderer().Colour,
		Stages: []steps.Info{stages.DelegateInfo, stages.WritebackInfo, stages.SSPRInfo},
		Open:   a.opener(), Copy: a.tty.Clipboard(os.Stdout),
	}, func(ctx context.Context, ui wizard.GuidedUI) error {
		a.stderr.Divert(ui.Busy)
		defer a.stderr.Divert(nil)
		return do(ctx, ui)
	})
}

// title tells a rehearsal from the real thing, on every screen.
func (a *app) title() string {
	if a.practice != nil {
		return "writeback · practice"
	}
	return "writeback"
}

// opener opens links. A rehearsal leads to no real page, where something real
// could be set.
func (a *app) opener() func(url string) error {
	if a.practice == nil {
		return a.tty.Browser()
	}
	return func(url string) error {
		return fmt.Errorf("a rehearsal: for real, %s would be opened now", steps.Plain(url))
	}
}
