package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/steps/stages"
)

func (a *app) exportCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "export [RUN]",
		Short: "Copy the journal of a run, for a colleague's report",
		Long: `export copies the journal of RUN (default: the latest that made anything) into FILE.
A colleague who works on the same change shows it beside the own run:

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
	id, err := namedRun(id)
	if err != nil {
		return err
	}
	store, err := a.caller().ReadStore()
	if err != nil {
		return err
	}
	x, err := examined(store, id)
	if err != nil {
		return err
	}
	text, run, err := store.Export(x.Run.ID)
	if err != nil {
		return err
	}
	if err := statedir.WriteWhole(file, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return fmt.Errorf("save the journal: %w", err)
	}
	if a.renderer().JSON {
		return a.document(struct {
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

// mostExport is how large a journal of somebody else may be. A run writes some hundred
// kilobytes.
const mostExport = 64 << 20

// others are the runs that --with names: of other people, of the change (where it is known
// here), and about nothing that contradicts target.
func (a *app) others(change string, target steps.Target) (all []steps.Examination, err error) {
	seen := map[string]bool{}
	for _, file := range settings.Beside.Of(a.settings) {
		raw, err := statedir.ReadGuarded(file, mostExport)
		if err != nil {
			return nil, usagef("--with %s: %w", shell.Name(file), err)
		}
		x, err := steps.ReadExport(file, raw, stages.Known)
		if err != nil {
			return nil, usagef("--with: %s", steps.Plain(err.Error())) // it is not ours to repair
		}
		if err := x.Run.MayJoin(change, target); err != nil {
			return nil, usagef("--with %s: %w", shell.Name(file), err)
		}
		if seen[x.Run.ID] {
			return nil, usagef("--with %s: run %s is there twice", shell.Name(file), x.Run.ID)
		}
		seen[x.Run.ID], change, target = true, x.Run.ChangeID, target.With(x.Run.Target)
		all = append(all, x)
	}
	return all, nil
}

// reported has a runner show what others did.
func (a *app) reported(r *steps.Runner) error {
	all, err := a.others(r.ChangeID, r.Target)
	if err != nil {
		return err
	}
	r.Reported = map[string][]steps.Evidence{}
	for _, x := range all {
		for id, e := range x.Run.Reported(x.Path) {
			r.Reported[id] = append(r.Reported[id], e)
			if stage, _, several := strings.Cut(id, "@"); several && !r.Wants(stage) { // here it is one stage that is left out
				r.Reported[stage] = append(r.Reported[stage], e)
			}
		}
	}
	return nil
}
