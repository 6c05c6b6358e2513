package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mandoc reads every page without finding fault.
func TestManPagesAreSound(t *testing.T) {
	needs(t, "mandoc")
	pages := 0
	for name, raw := range unpacked(t, here()) {
		if !strings.HasPrefix(name, "man/man1/") {
			continue
		}
		pages++
		path := filepath.Join(t.TempDir(), filepath.Base(name))
		if err := os.WriteFile(path, raw, 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("mandoc", "-T", "lint", "-W", "style", path).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	if pages < 19 {
		t.Errorf("%d pages", pages)
	}
}
