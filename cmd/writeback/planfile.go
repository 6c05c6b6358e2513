package main

import (
	"fmt"
	"io"

	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
)

// checkPlanFile refuses a name under which no plan can be saved, before any work
// is done.
func checkPlanFile(path string) error {
	if path == "-" {
		return usagef("--out: name a file; --output json writes the plan to standard output")
	}
	return settings.CheckOut(settings.PlanOut, path)
}

// savePlan writes the file whole or not at all.
func savePlan(path string, p steps.Plan) error {
	if err := statedir.WriteWhole(path, func(w io.Writer) error { return steps.WritePlan(w, p) }); err != nil {
		return fmt.Errorf("save the plan: %w", err)
	}
	return nil
}

// loadPlan reads a plan file that nobody else can have written.
func loadPlan(path string) (*steps.Plan, error) {
	f, err := statedir.OpenGuarded(path)
	if err != nil {
		return nil, usagef("plan file %s: %w", path, err)
	}
	defer f.Close()
	p, err := steps.ReadPlan(settings.PlainText(f))
	if err != nil {
		return nil, usagef("plan file %s: %w", path, err)
	}
	return &p, nil
}
