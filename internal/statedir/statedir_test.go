package statedir

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestDefault(t *testing.T) {
	path, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(path) || filepath.Base(path) != "writeback" {
		t.Fatalf("got %q", path)
	}
	if runtime.GOOS != "linux" {
		return
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	for xdg, want := range map[string]string{
		"":              filepath.Join(home, ".local", "state", "writeback"),
		"relative":      filepath.Join(home, ".local", "state", "writeback"),
		home + "/state": filepath.Join(home, "state", "writeback"),
	} {
		t.Setenv("XDG_STATE_HOME", xdg)
		if got, err := Default(); err != nil || got != want {
			t.Errorf("with %q: %q, %v, want %q", xdg, got, err, want)
		}
	}
}

func TestOpenMakesItForItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "state")
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(d.Path())
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v", info.Mode())
	}
	if filepath.Dir(d.Runs()) != d.Path() {
		t.Errorf("runs in %q", d.Runs())
	}
	if _, err := Open(path); err != nil {
		t.Errorf("opened again: %v", err)
	}
}

func TestOpenOfTheDefault(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the known folder cannot be moved by the environment")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_STATE_HOME", "")
	d, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	if home, err = filepath.EvalSymlinks(home); err != nil || !strings.HasPrefix(d.Path(), home) {
		t.Fatalf("%q, %v", d.Path(), err)
	}
}

func TestOpenRefusesWhatIsNoDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, filepath.Join(path, "below")} {
		if _, err := Open(p); err == nil || !strings.Contains(err.Error(), p) {
			t.Errorf("%s: %v", p, err)
		}
	}
}
