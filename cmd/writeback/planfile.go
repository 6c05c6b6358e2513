package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"writeback/internal/shell"
	"writeback/internal/statedir"
	"writeback/steps"
)

// checkPlanFile refuses a name under which no plan can be saved, before any work
// is done.
func checkPlanFile(path string) error {
	if path == "-" {
		return usagef("--out: name a file; --output json writes the plan to standard output")
	}
	return checkOut("out", path)
}

// checkOut refuses a name under which no file of ours can be put, before any work is
// done; "" is for none.
func checkOut(flag, path string) error { return checkPlace(flag, path, statedir.CheckPlace) }

func checkPlace(flag, path string, check func(string) error) error {
	if path == "" {
		return nil
	}
	if err := checkName(flag, path); err != nil {
		return err
	}
	if err := check(path); err != nil {
		return usagef("--%s %s: %w", flag, shell.Name(path), err)
	}
	return nil
}

// checkName refuses what is meant for another flag, as scripts confuse them.
func checkName(flag, path string) error {
	switch {
	case path == "-":
		return usagef("--%s: name a file; - is not one", flag)
	case slices.Contains([]string{"json", "yaml", "table", "text", "html", "md", "markdown", outputPrometheus, outputGitHub}, strings.ToLower(path)):
		return usagef("--%s %s: that is the name of a format, and a file is meant: --output says the format (of a report --format); for a file of this name write .%c%[2]s", flag, path, filepath.Separator)
	}
	return nil
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
	p, err := steps.ReadPlan(plainText(f))
	if err != nil {
		return nil, usagef("plan file %s: %w", path, err)
	}
	return &p, nil
}
