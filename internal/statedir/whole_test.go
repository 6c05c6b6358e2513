package statedir

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A file is there whole, or what was there before is, and nothing is left beside it.
func TestWriteWhole(t *testing.T) {
	own := errors.New("no more")
	for name, to := range map[string]func(string, func(io.Writer) error) error{"for its owner": WriteWhole, "for all": WriteWholeForAll} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			for _, text := range []string{"first", "second"} {
				if err := to(path, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }); err != nil {
					t.Fatal(err)
				}
				if got, err := os.ReadFile(path); err != nil || string(got) != text {
					t.Errorf("%q, %v", got, err)
				}
			}
			err := to(path, func(w io.Writer) error { _, _ = io.WriteString(w, "half"); return own })
			if got, _ := os.ReadFile(path); !errors.Is(err, own) || string(got) != "second" {
				t.Errorf("%v, and then %q", err, got)
			}
			if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
				t.Errorf("left: %v, %v", left, err)
			}
			if err := to(filepath.Join(path, "below"), func(io.Writer) error { return nil }); err == nil {
				t.Error("there is no such directory, and no error")
			}
		})
	}
}
