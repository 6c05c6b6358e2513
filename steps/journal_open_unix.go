//go:build unix

package steps

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// A journal is an order to undo. Whoever could slip us one would have our
// rights in the directory, so a file is only believed when nobody but us and
// root can have written it, and when its name leads nowhere else.

// openGuarded opens a journal that passes. It looks at the open file, not at
// its name, which could be another one by then.
func openGuarded(path string, flag int) (*os.File, error) {
	// O_NONBLOCK: a named pipe in its place must not hold us up.
	f, err := os.OpenFile(path, flag|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.EMLINK) {
		return nil, errors.New("it is a symbolic link, which is not followed")
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err == nil {
		err = guardOwner(info)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// guardDir accepts a directory in which nobody but us and root can put files.
func guardDir(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return errors.New("it is not a directory")
	}
	return guardOwner(info)
}

func guardOwner(info fs.FileInfo) error {
	if perm := info.Mode().Perm(); perm&0o022 != 0 {
		return fmt.Errorf("others may write it (mode %04o): chmod go-w it if you trust what it says", perm)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return errors.New("its owner is not known")
	}
	if uid := os.Geteuid(); int(st.Uid) != uid && st.Uid != 0 {
		return fmt.Errorf("it belongs to user %d, this program runs as user %d", st.Uid, uid)
	}
	return nil
}

// syncDir makes the name of a new file outlive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	return errors.Join(err, d.Close())
}

// private says that a file's mode tells who may read it.
const private = true

// owned says that a file is this user's own.
func owned(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}
