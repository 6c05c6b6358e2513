package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"writeback/steps"
)

func (a *app) planCmd() *cobra.Command {
	var file string
	var detailed bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show every change as it would be made; write nothing",
		Args:  cobra.NoArgs,
		RunE: a.verb(func(ctx context.Context, _ []string) error {
			return a.plan(ctx, file, detailed)
		}),
	}
	cmd.Flags().StringVarP(&file, "out", "o", "", "save the plan in `FILE`, for apply")
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 3 where changes are needed")
	return cmd
}

func (a *app) plan(ctx context.Context, file string, detailed bool) error {
	s, err := a.sit(ctx, false)
	if err != nil {
		return err
	}
	defer s.conn.Close()
	p, err := s.Plan(ctx)
	if err != nil {
		return err
	}
	if err := s.face.Document(p); err != nil {
		return err
	}
	if file != "" {
		if err := savePlan(file, p); err != nil {
			return err
		}
		fmt.Fprintf(a.err, "saved: %s\n", file)
	}
	switch {
	case p.Has(steps.StateBlocked):
		a.code = exitError
	case detailed && p.Pending() > 0:
		a.code = exitChanges
	}
	return nil
}

// savePlan writes the file whole or not at all.
func savePlan(path string, p steps.Plan) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".plan-*") // mode 0600
	if err != nil {
		return fmt.Errorf("save the plan: %w", err)
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if err = steps.WritePlan(tmp, p); err != nil {
		return err
	}
	if err = tmp.Sync(); err != nil {
		return fmt.Errorf("save the plan: %w", err)
	}
	if err = tmp.Close(); err != nil {
		return fmt.Errorf("save the plan: %w", err)
	}
	return os.Rename(tmp.Name(), path)
}

// loadPlan reads a plan file that nobody else can have written.
func loadPlan(path string) (*steps.Plan, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &usageError{err: err}
	}
	defer f.Close()
	if err := guardFile(f); err != nil {
		return nil, fmt.Errorf("plan file %s: %w", path, err)
	}
	p, err := steps.ReadPlan(f)
	if err != nil {
		return nil, fmt.Errorf("plan file %s: %w", path, err)
	}
	return &p, nil
}
