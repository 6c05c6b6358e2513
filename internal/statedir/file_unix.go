//go:build unix

package statedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// nonblock: a named pipe in the file's place must not hold us up. nofollow: links
// were followed before.
const (
	nonblock = syscall.O_NONBLOCK
	nofollow = syscall.O_NOFOLLOW
)

func guardOpened(_ *os.File, info fs.FileInfo) error {
	if perm := info.Mode().Perm(); perm&0o022 != 0 {
		return fmt.Errorf("others may write it (mode %04o), so it is not trusted: look what it says, then chmod go-w it", perm)
	}
	if uid := owner(info); !trustedUser(uid) {
		return fmt.Errorf("it belongs to user %d, so it is not trusted: when you have looked what it says, copy it into a file of your own", uid)
	}
	return nil
}

// guardOurs refuses a file that is there and is not ours alone to write.
func guardOurs(_ *os.File, info fs.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	switch perm := info.Mode().Perm(); {
	case !ok:
		return errors.New("its owner is not known")
	case int(st.Uid) != os.Geteuid():
		return fmt.Errorf("it belongs to user %d, so it is not written: name another file, or take it away", st.Uid)
	case perm&0o022 != 0:
		return fmt.Errorf("others may write it (mode %04o), so it is not written: name another file, or chmod go-w it", perm)
	case st.Nlink > 1:
		return errors.New("it has another name as well (a hard link), so it is not written: name another file, or take it away")
	}
	return nil
}
