package statedir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Who may write to a folder cannot always be read: above, it is passed over; where the
// file lies, its owner could put another in its place.
func TestTheFolderOfTheFileIsReadable(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	above := filepath.Join(dir, "above")
	holder := filepath.Join(above, "holder")
	file := filepath.Join(holder, "file")
	if err := os.MkdirAll(holder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, unreadable string
		refused          bool
	}{
		{file, "", false},
		{file, above, false},
		{file, holder, true},
		{holder, holder, true}, // something is to be put into it
		{holder, above, false},
		{filepath.Join(above, "holder", "..", "holder", "file"), holder, true},
	} {
		at, err := passUnread(c.path, func(folder string) error {
			if folder == c.unreadable {
				return fmt.Errorf("the folder %s: %w", folder, errUnreadable)
			}
			return nil
		})
		if errors.Is(err, errUnreadable) != c.refused || (err == nil) == c.refused || err == nil && at == "" {
			t.Errorf("%s, where %s is unreadable: %q, %v", c.path, c.unreadable, at, err)
		}
	}
}
