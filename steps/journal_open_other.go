//go:build !unix

package steps

import (
	"errors"
	"os"
)

// On Windows a DACL says who may write a journal: that of the state directory,
// which its files inherit, and [Store].Guard looks at the files' own. Here only what
// a name leads to is looked at.

func openGuarded(path string, flag int) (*os.File, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	// A junction or a symbolic link has its own mode bit, so it is not regular.
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil && !os.SameFile(info, opened) {
		err = errors.New("it was exchanged while it was opened")
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func guardDir(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return errors.New("it is not a directory")
	}
	return nil
}

// syncDir does nothing: a directory cannot be flushed here, and NTFS journals
// the names of files by itself.
func syncDir(string) error { return nil }

// private: who may read a file its DACL says, and not its mode.
const private = false

// owned: nobody can tell from here, so that what is not read is not moved either.
func owned(os.FileInfo) bool { return false }
