package output

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"writeback/internal/bundle"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/statedir"
)

// SaveBundle writes the table of names into the state directory, and then the bundle, each
// whole or not at all.
func SaveBundle(dirOfState, file string, text []byte, names *bundle.Names) (table string, err error) {
	state, err := statedir.Open(dirOfState)
	if err != nil {
		return "", err
	}
	dir, err := statedir.Open(filepath.Join(state.Path(), "bundles"))
	if err != nil {
		return "", err
	}
	if here, err := os.Stat(filepath.Dir(file)); err == nil {
		if there, err := os.Stat(dir.Path()); err == nil && os.SameFile(here, there) {
			return "", settings.Usagef("--out %s: the tables of names are there, and a bundle must not lie beside one: name another folder", shell.Name(file))
		}
	}
	table = filepath.Join(dir.Path(), time.Now().UTC().Format("20060102T150405Z-")+rand.Text()[:6]+".json")
	if err := statedir.WriteWhole(table, func(w io.Writer) error { return names.WriteTable(w, filepath.Base(file)) }); err != nil {
		return "", fmt.Errorf("save the table of names: %w", err)
	}
	if err := statedir.WriteWhole(file, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return "", fmt.Errorf("save the bundle: %w", err)
	}
	return table, nil
}
