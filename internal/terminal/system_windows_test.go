package terminal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Somebody put a program of that name into a directory that is searched first.
func TestSystemProgramOnWindows(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rundll32.exe"), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+";"+os.Getenv("PATH"))
	path, err := systemProgram("rundll32.exe")
	if err != nil || strings.HasPrefix(path, dir) || !strings.EqualFold(filepath.Base(filepath.Dir(path)), "system32") {
		t.Errorf("%s, %v", path, err)
	}
	if path, err := systemProgram("writeback-is-not-there.exe"); err == nil {
		t.Errorf("found %s", path)
	}
}
