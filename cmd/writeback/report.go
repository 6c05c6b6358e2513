package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"writeback/internal/output"
	"writeback/internal/runs"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/steps"
	"writeback/steps/stages"
	"writeback/wizard/tell"
)

func (a *app) reportCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report [RUN]",
		Short: "Evidence of a run for a change board, as HTML, Markdown or JSON",
		Long: `report writes down what the journal of RUN says (default: the latest that made
anything): who approved what, when, how, and from which machine; every change in
words and in SDDL, and what became of it; the descriptors before and after; whose
password can be written back; what proves each stage; what people said; how to take
it back; and the digest of the journal.

FILE ends in .html, .md or .json, or --format says which it is. The HTML file is
complete in itself: no network, no script. - is standard output.

Nothing is asked of a DC or a tenant: the report is about the run, and writeback
verify is about now. Coverage is that of the plan that was approved; after --yes,
where nobody measured it, the report says so.

With --with the report also tells what others did of the same change, as their
journals have it (writeback export writes one). That is shown as reported, which is
less than attested: anybody could have made the file.

A journal that was tampered with is still reported, marked as not trusted, and the
exit code is 1.`,
		Example: `  writeback report -o change-4711.html
  writeback report 20261122T111844Z-3f2a -o change-4711.md
  writeback report -o - --format json`,
		Args: atMost(1, "run"),
		RunE: a.verb(func(_ context.Context, args []string) error {
			id := ""
			if len(args) == 1 {
				id = args[0]
			}
			return a.report(id)
		}),
	}
	return cmd
}

func (a *app) report(id string) error {
	to, err := output.ReportTo(settings.ReportOut.Of(a.settings), settings.Format.Of(a.settings), settings.Output.Of(a.settings) == settings.JSON)
	if err != nil {
		return err
	}
	store, x, err := a.examined(id, func(r steps.Run) bool { return !r.Idle() })
	if err != nil {
		return err
	}
	others, err := a.othersOf(x)
	if err != nil {
		return err
	}
	history := store.History()
	words, unread := history.Words(x.Run.Target)
	told, _ := history.Answers(x.Run.Target) // unread says which journals are missing
	doc := tell.Source{
		Journal: x, Words: words, Told: told, WordsErr: unread, Practice: settings.Practice.Of(a.settings), Program: version(), At: time.Now(),
		Others: others, Undo: runs.UndoCommand(a.settings, x), Verify: runs.VerifyCommand(a.settings, x.Run), Rewrite: stages.Rewrite,
	}.Report()
	if err := to.Write(doc, a.out, a.tty.JSON(a.out), a.err); err != nil {
		return err
	}
	return x.Breach
}

// othersOf are the runs of the same change that --with names.
func (a *app) othersOf(x steps.Examination) ([]steps.Examination, error) {
	if !a.settings.Unset(settings.Beside) && x.Run.ChangeID == "" {
		return nil, usagef("run %s belongs to no change: there is nothing that others could have done of it. Plan with --out, and have each stage applied from that plan file", x.Run.ID)
	}
	all, err := a.caller().Beside(x.Run)
	for _, other := range all {
		if other.Run.ID == x.Run.ID {
			return nil, usagef("--with %s: it is the journal of the run itself", shell.Name(other.Path))
		}
	}
	return all, err
}

// examined reads the journal of a run by its name, or the latest that is worth it.
func (a *app) examined(name string, worth func(steps.Run) bool) (*steps.Store, steps.Examination, error) {
	id, err := runs.Named(name)
	if err != nil {
		return nil, steps.Examination{}, err
	}
	store, err := a.caller().ReadStore()
	if err != nil {
		return nil, steps.Examination{}, err
	}
	x, err := runs.Examined(store, id, worth)
	return store, x, err
}
