package sambatest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// home is the folder of one DC. It lies in a folder per user in the system's temporary folder, and a lock beside it is held while the process
// that made it lives:
//
//	sambatest-UID/lock       held while a folder is made or leftovers are removed
//	sambatest-UID/dc-1/      a DC
//	sambatest-UID/dc-1.lock  held by the process whose DC it is
//
// A lock that nobody holds is the leftover of a killed run. The next run removes it with its folder, if that is still there.
type home struct {
	dir  string
	lock *flock.Flock
}

const lockSuffix = ".lock"

func openHome() (*home, error) {
	return openHomeIn(filepath.Join(os.TempDir(), fmt.Sprintf("sambatest-%d", os.Getuid())))
}

func openHomeIn(base string) (_ *home, err error) {
	if err := os.MkdirAll(base, 0o700); err != nil {
		return nil, err
	}
	gate := flock.New(filepath.Join(base, "lock"))
	if err := gate.Lock(); err != nil {
		return nil, fmt.Errorf("lock %s: %w", base, err)
	}
	defer func() { err = errors.Join(err, gate.Close()) }()
	if err := removeLeftovers(base); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(base, "dc-")
	if err != nil {
		return nil, err
	}
	lock := flock.New(dir + lockSuffix)
	if err := lock.Lock(); err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	return &home{dir: dir, lock: lock}, nil
}

func removeLeftovers(base string) error {
	locks, err := filepath.Glob(filepath.Join(base, "dc-*"+lockSuffix))
	if err != nil {
		return err
	}
	for _, path := range locks {
		lock := flock.New(path)
		free, err := lock.TryLock()
		if err != nil {
			return fmt.Errorf("lock %s: %w", path, err)
		}
		if !free {
			continue
		}
		h := &home{dir: strings.TrimSuffix(path, lockSuffix), lock: lock}
		if err := h.remove(); err != nil {
			return fmt.Errorf("remove a leftover: %w", err)
		}
	}
	return nil
}

func (h *home) path(elem ...string) string {
	return filepath.Join(append([]string{h.dir}, elem...)...)
}

// remove deletes the folder and then its lock, which it holds meanwhile.
func (h *home) remove() error {
	err := os.RemoveAll(h.dir)
	if gone := os.Remove(h.lock.Path()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return errors.Join(err, h.lock.Close())
}
