//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// guardFile accepts a file that nobody but us and root can have written. A
// configuration or plan file decides what is granted to whom.
func guardFile(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	if perm := info.Mode().Perm(); perm&0o022 != 0 {
		return fmt.Errorf("others may write it (mode %04o), so it is not trusted: look what it says, then chmod go-w it", perm)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return errors.New("its owner is not known")
	}
	if uid := os.Geteuid(); int(st.Uid) != uid && st.Uid != 0 {
		return fmt.Errorf("it belongs to user %d, so it is not trusted: copy it into a file of your own when you have looked what it says", st.Uid)
	}
	return nil
}
