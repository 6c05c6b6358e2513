package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"writeback/internal/statedir"
	"writeback/steps"
)

func (a *app) runsCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List what was made, when, by whom, on which DC",
		Args:  cobra.NoArgs,
		RunE:  a.verb(func(context.Context, []string) error { return a.runs() }),
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "show RUN",
		Short: "Show the journal of one run",
		Args:  cobra.ExactArgs(1),
		RunE:  a.verb(func(_ context.Context, args []string) error { return a.showRun(args[0]) }),
	})
	return cmd
}

// store opens the journals for reading, without the lock: reading while another
// process writes shows what it has written so far.
func (a *app) store() (*steps.Store, error) {
	dir, err := statedir.Open(a.settings.stateDir)
	if err != nil {
		return nil, err
	}
	return a.openStore(dir)
}

func (a *app) runs() error {
	store, err := a.store()
	if err != nil {
		return err
	}
	all, bad := store.List()
	face := a.face()
	if face.JSON {
		docs := make([]runDocument, 0, len(all))
		for _, r := range all {
			docs = append(docs, document(r))
		}
		return errors.Join(face.Document(map[string]any{"formatVersion": steps.FormatVersion, "runs": docs}), bad)
	}
	face.Runs(all)
	return bad
}

func (a *app) showRun(id string) error {
	store, err := a.store()
	if err != nil {
		return err
	}
	run, err := findRun(store, id)
	if err != nil {
		return err
	}
	face := a.face()
	if face.JSON {
		doc := document(run)
		doc.FormatVersion, doc.Records = steps.FormatVersion, run.Records
		return face.Document(doc)
	}
	face.RunDetail(run)
	return nil
}

// runDocument is one run as JSON.
type runDocument struct {
	FormatVersion int                      `json:"formatVersion,omitempty"`
	Run           string                   `json:"run"`
	State         string                   `json:"state"`
	Started       time.Time                `json:"started"`
	Ended         time.Time                `json:"ended"`
	Target        steps.Target             `json:"target"`
	Program       string                   `json:"program"`
	Who           steps.Who                `json:"who"`
	Settings      map[string]steps.Setting `json:"settings"`
	Made          []steps.Change           `json:"made"` // ours, and in the world now
	Error         string                   `json:"error,omitempty"`
	Records       []steps.Record           `json:"records,omitempty"`
}

func document(r steps.Run) runDocument {
	d := runDocument{
		Run: r.ID, State: r.State, Started: r.Started, Ended: r.Ended, Target: r.Target, Program: r.Program,
		Who: r.Who, Settings: r.Settings, Made: []steps.Change{}, Error: r.Error,
	}
	for _, o := range r.Made {
		d.Made = append(d.Made, o.Change)
	}
	return d
}
