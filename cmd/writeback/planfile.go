package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"writeback/internal/shell"
	"writeback/internal/statedir"
	"writeback/steps"
)

// checkPlanFile refuses a name under which no plan can be saved, before any work
// is done. What is there and no ordinary file (a device, a link) is not ours to
// put a file in the place of.
func checkPlanFile(path string) error {
	if path == "" {
		return nil
	}
	if path == "-" {
		return usagef("--out: name a file; --output json writes the plan to standard output")
	}
	info, err := os.Lstat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return usagef("--out: %s is there and is not an ordinary file", shell.Name(path))
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return usagef("--out: %w", err)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return usagef("--out: there is no directory %s", shell.Name(filepath.Dir(path)))
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
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("plan file %s: %w", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("plan file %s: %w", path, err)
	}
	defer f.Close()
	p, err := steps.ReadPlan(plainText(f))
	if err != nil {
		return nil, fmt.Errorf("plan file %s: %w", path, err)
	}
	return &p, nil
}
