package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"writeback/internal/output"
	"writeback/internal/settings"
	"writeback/steps"
)

func (a *app) exportCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "export [RUN]",
		Short: "Copy the journal of a run, for a colleague's report",
		Long: `export copies the journal of RUN (default: the latest that made anything, or
holds somebody's word on a part of a change) into FILE.
A colleague who works on the same change shows it beside their own run:

  writeback report --with FILE --out report.html

The journal has names, permissions and settings, and no secrets. Nothing in it is
signed: send its digest, which export prints, another way if that matters.`,
		Args: atMost(1, "run"),
		RunE: a.verb(func(_ context.Context, args []string) error {
			id := ""
			if len(args) == 1 {
				id = args[0]
			}
			return a.export(id, settings.ExportOut.Of(a.settings))
		}),
	}
}

func (a *app) export(id, file string) error {
	if file == "" || file == "-" {
		return usagef("where is the journal to go? name a file with --out FILE")
	}
	if err := settings.CheckOut(settings.ExportOut, file); err != nil {
		return err
	}
	store, x, err := a.examined(id, func(r steps.Run) bool { return !r.Idle() || r.ChangeID != "" && r.State == steps.RunAttested })
	if err != nil {
		return err
	}
	text, run, err := store.Export(x.Run.ID)
	if err != nil {
		return err
	}
	if err := output.Save("journal", file, text); err != nil {
		return err
	}
	if a.renderer().JSON {
		return output.Document(a.tty.JSON(a.out), struct {
			FormatVersion int    `json:"formatVersion"`
			Run           string `json:"run"`
			ChangeID      string `json:"change,omitempty"`
			SHA256        string `json:"sha256"`
			File          string `json:"file"`
		}{steps.FormatVersion, run.ID, run.ChangeID, run.Digest, file})
	}
	of := "which belongs to no change"
	if run.ChangeID != "" {
		of = "of change " + run.ChangeID
	}
	_, err = fmt.Fprintf(a.out, "saved: %s, the journal of run %s, %s\nsha256:%s\n", steps.Plain(file), run.ID, of, run.Digest)
	return err
}
