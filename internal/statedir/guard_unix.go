//go:build unix

package statedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

func mkdir(path string) error { return os.Mkdir(path, 0o700) }

// guard follows symbolic links to where the directory really is, and accepts it
// when nobody but its owner, us, can put anything into it, and nobody can put
// another directory in its place.
func guard(path string) (string, error) {
	found, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path, err
	}
	path = found
	info, err := os.Stat(path)
	if err != nil {
		return path, err
	}
	if !info.IsDir() {
		return path, errors.New("it is not a directory")
	}
	if uid, is := owner(info), os.Geteuid(); uid != is && uid != 0 {
		return path, fmt.Errorf("it belongs to user %d and this program runs as user %d: name a directory of your own with --state-dir", uid, is)
	}
	if perm := info.Mode().Perm(); perm&0o022 != 0 {
		return path, fmt.Errorf("others may write to it (mode %04o): run chmod go-w %q", perm, path)
	}
	return path, guardParents(path)
}

// guardParents refuses a parent where everybody may rename what is in it. A
// sticky one, like /tmp, is fine.
func guardParents(path string) error {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o002 != 0 && info.Mode()&fs.ModeSticky == 0 {
			return fmt.Errorf("everybody may write to %s, above it (mode %04o): run chmod o-w %q", dir, info.Mode().Perm(), dir)
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

// owner is the user ID of a file's owner, or -1.
func owner(info fs.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}
