package output

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
)

// Check refuses a name under which no plan can be saved, before any work
// is done.
func Check(path string) error {
	if path == "-" {
		return settings.Usagef("--out: name a file; --output json writes the plan to standard output")
	}
	return settings.CheckOut(settings.PlanOut, path)
}

// Format is the format that the name of a file says, "" for none.
func Format(file string) string {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".html", ".htm":
		return "html"
	case ".md", ".markdown":
		return "md"
	case ".json":
		return "json"
	}
	return ""
}

// Save writes a file whole or not at all. It names accounts and permissions, so that
// at first nobody else may read it.
func Save(what, path string, text []byte) error {
	if err := statedir.WriteWhole(path, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return fmt.Errorf("save the %s: %w", what, err)
	}
	return nil
}

// Document writes one JSON document that no renderer knows.
func Document(w io.Writer, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(steps.PlainJSON(raw), '\n'))
	return err
}
