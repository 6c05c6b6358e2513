package leaks

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Folder fails t for every secret in a file below dir, and in the name of one. The
// files of but are meant to hold one: their paths, relative to dir, with slashes.
func Folder(t T, dir string, but ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		Text(t, "the name of "+path, filepath.Base(path))
		if !d.Type().IsRegular() || slices.Contains(but, filepath.ToSlash(rel)) {
			return nil
		}
		raw, err := os.ReadFile(path)
		Text(t, path, string(raw))
		return err
	})
	if err != nil {
		t.Errorf("look for secrets below %s: %v", dir, err)
	}
}
