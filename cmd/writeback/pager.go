package main

import (
	"bytes"
	"context"
	"slices"

	"github.com/spf13/cobra"

	"writeback/internal/settings"
	"writeback/internal/terminal"
)

// Only what is shown to a person at a terminal goes through a pager, and never a verb
// that asks: its questions would stand below what they are about.

// pagedVerbs are the verbs that show and do not ask.
var pagedVerbs = []string{"plan", "verify", "explain", "doctor", "runs", "show"}

// paged collects what a verb shows, where that may go through a pager. leave shows
// it, when the verb is done with everything else.
func (a *app) paged(cmd *cobra.Command) (leave func(context.Context) error) {
	nothing := func(context.Context) error { return nil }
	program := a.tty.Pager()
	out, file := a.out, terminal.FileOf(a.out)
	switch {
	case program == nil || file == nil || !a.tty.Seen || a.byLines() || settings.NoPager.Of(a.settings) || settings.Output.Of(a.settings) != "text":
		return nothing
	case !slices.Contains(pagedVerbs, cmd.Name()), settings.Wait.Of(a.settings):
		return nothing
	}
	var text bytes.Buffer
	a.out = &text
	return func(ctx context.Context) error {
		a.out = out
		columns, rows := a.tty.Size()
		if ctx.Err() == nil && terminal.LinesOf(text.String(), columns) >= rows && rows > 0 {
			if shown := a.tty.Page(program, file, text.Bytes()); shown {
				return nil
			}
		}
		_, err := out.Write(text.Bytes())
		return err
	}
}
