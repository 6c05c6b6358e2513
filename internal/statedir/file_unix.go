//go:build unix

package statedir

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// nonblock: a named pipe in the file's place must not hold us up.
const nonblock = syscall.O_NONBLOCK

func guardOpened(_ *os.File, info fs.FileInfo) error {
	if perm := info.Mode().Perm(); perm&0o022 != 0 {
		return fmt.Errorf("others may write it (mode %04o), so it is not trusted: look what it says, then chmod go-w it", perm)
	}
	if uid, is := owner(info), os.Geteuid(); uid != is && uid != 0 {
		return fmt.Errorf("it belongs to user %d, so it is not trusted: when you have looked what it says, copy it into a file of your own", uid)
	}
	return nil
}
