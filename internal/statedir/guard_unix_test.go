//go:build unix

package statedir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenRefusesWhatOthersMayWrite(t *testing.T) {
	for _, mode := range []os.FileMode{0o770, 0o707, 0o777, 0o777 | os.ModeSticky} {
		path := filepath.Join(t.TempDir(), "state")
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "chmod go-w") {
			t.Errorf("mode %v: %v", mode, err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode()&^os.ModeDir != mode {
			t.Errorf("mode %v was changed to %v", mode, info.Mode())
		}
	}
}

func TestOpenRefusesAParentWhereOthersMayRename(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(parent, "state")
	if err := os.Chmod(parent, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), parent) {
		t.Errorf("got %v", err)
	}
	if err := os.Chmod(parent, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err != nil {
		t.Errorf("below a sticky directory, like /tmp: %v", err)
	}
}

func TestOpenRefusesAnotherOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a directory away")
	}
	path := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, 4711, -1); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "4711") || !strings.Contains(err.Error(), "--state-dir") {
		t.Errorf("got %v", err)
	}
}

func TestOpenFollowsALinkAndLooksAtItsEnd(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.Mkdir(real, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	d, err := Open(link)
	if err != nil || filepath.Base(d.Path()) != "real" {
		t.Fatalf("%+v, %v", d, err)
	}
	if err := os.Chmod(real, 0o770); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(link); err == nil {
		t.Error("a link hid what it leads to")
	}
}
