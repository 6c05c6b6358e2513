package statedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// What is written outside the state directory is made as one's own: a new file for
// its owner alone, never what stands there already under that name, be it another
// user's, a link, or a device.

// CheckPlace tells, before any work is done, whether a file can be put at path. An
// error speaks of the path as "it".
func CheckPlace(path string) error {
	_, err := place(path, guarded)
	return err
}

// CheckPlaceForAll is CheckPlace for a file that everybody may read: who else may write
// to its folder is not asked, since nobody relies on what it says.
func CheckPlaceForAll(path string) error {
	_, err := place(path, filepath.EvalSymlinks)
	return err
}

// How a folder is found that something is put into. A group may write to that of a log,
// as to /var/log: nobody relies on a log.
func guarded(folder string) (string, error) { return follow(folder, false) }
func forLog(folder string) (string, error)  { return follow(folder, true) }

// place gives the real path of a file that is to be made, or written anew.
func place(path string, find func(folder string) (string, error)) (string, error) {
	if err := nameable(path); err != nil {
		return "", err
	}
	folder, file := filepath.Split(path)
	if file == "" || file == "." || file == ".." {
		return "", errors.New("it is not the name of a file")
	}
	if folder == "" {
		folder = "."
	}
	real, err := find(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no directory %s", filepath.Clean(folder))
	}
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(real); err != nil || !info.IsDir() {
		return "", fmt.Errorf("there is no directory %s", filepath.Clean(folder))
	}
	path = filepath.Join(real, file)
	return path, oursAt(path)
}

// oursAt refuses what stands at path and is not an ordinary file of ours.
func oursAt(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		return errors.New("a symbolic link is there, which is not an ordinary file, so nothing is written: name another file, or take the link away")
	case !info.Mode().IsRegular():
		return errors.New("it is there and is not an ordinary file, so nothing is written: name another one")
	}
	return standing(path, info)
}

// OpenLog opens a file to add lines to it: a new one for its owner alone, or one that
// is ours.
func OpenLog(path string) (*os.File, error) {
	real, err := place(path, forLog)
	if err != nil {
		return nil, err
	}
	f, err := createFile(real)
	if !errors.Is(err, fs.ErrExist) {
		return f, err
	}
	if f, err = os.OpenFile(real, os.O_APPEND|os.O_WRONLY|nonblock|nofollow, 0); err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not an ordinary file")
	}
	if err == nil {
		err = guardOurs(f, info)
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	return f, nil
}
