//go:build unix

package steps

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// On Windows the DACLs of journal and directory see to this: internal/statedir.

func TestJournalsAreForTheirOwner(t *testing.T) {
	b, path, _ := oneRun(t)
	for name, want := range map[string]os.FileMode{path: 0o600, b.dir: 0o700 | os.ModeDir} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, want %v", name, info.Mode(), want)
		}
	}
}

// Whoever could feed us a journal could have us undo what he likes.
func TestJournalThatOthersCouldHaveWritten(t *testing.T) {
	b, path, raw := oneRun(t)
	id := b.latest().ID
	refused := func(name, why string) {
		t.Helper()
		_, rerr := b.store.Read(id)
		_, oerr := b.store.Reopen(Run{ID: id}, b.opening())
		for _, err := range []error{rerr, oerr} {
			var bad *JournalError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), why) {
				t.Errorf("%s: %v, want %q", name, err, why)
			}
		}
	}
	for _, mode := range []os.FileMode{0o620, 0o602, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		refused("mode "+mode.String(), "others may write it")
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(path, 4711, -1); err != nil {
			t.Fatal(err)
		}
		refused("owner", "belongs to user 4711")
	}
	elsewhere := filepath.Join(t.TempDir(), "forged")
	if err := os.WriteFile(elsewhere, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, path); err != nil {
		t.Fatal(err)
	}
	refused("link", "symbolic link")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.Read(id); err == nil {
		t.Error("a directory was read as a journal")
	}

	if err := os.Chmod(b.dir, 0o770); err != nil {
		t.Fatal(err)
	}
	var bad *JournalError
	if _, err := OpenStore(b.dir); !errors.As(err, &bad) {
		t.Errorf("a directory that others may write to: %v", err)
	}
	link := filepath.Join(t.TempDir(), "runs")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenStore(link); !errors.As(err, &bad) {
		t.Errorf("a link to a directory: %v", err)
	}
}
