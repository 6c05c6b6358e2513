//go:build unix

package statedir

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"
	"syscall"
)

// nameable: every name is one of a file here.
func nameable(string) error { return nil }

// workingFolder asks the system: PWD may lead through a link.
func workingFolder() (string, error) { return syscall.Getwd() }

// guardLink accepts a link that we, or root, made.
func guardLink(path string, info fs.FileInfo) error {
	if uid := owner(info); !trustedUser(uid) {
		return fmt.Errorf("the link %s on the way to it belongs to user %d, so it is not followed: name the file that is meant", path, uid)
	}
	return nil
}

// guardFolder accepts a folder in which nobody but us and root can put one file in
// the place of another.
func guardFolder(path string, mayShare bool) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if uid := owner(info); !trustedUser(uid) {
		return fmt.Errorf("the folder %s belongs to user %d, who can put something else in its place: use a folder of your own", path, uid)
	}
	perm := info.Mode().Perm()
	open := perm&0o002 != 0 || perm&0o020 != 0 && !mayShare && !ownGroup(info)
	if open && info.Mode()&fs.ModeSticky == 0 {
		return fmt.Errorf("others may write to the folder %s (mode %04o), and put something else in its place: use a folder of your own, or take that from them (chmod go-w)", path, perm)
	}
	return nil
}

func trustedUser(uid int) bool { return uid == 0 || uid == os.Geteuid() }

// adminGroup is the group admin of macOS, whose members own the machine.
const adminGroup = 80

// ownGroup tells whether nobody is in the group of a folder but who is trusted
// anyway: it is the user's own group, which has the same number (login.defs(5),
// USERGROUPS_ENAB).
func ownGroup(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	gid := -1
	if ok {
		gid = int(st.Gid)
	}
	return runtime.GOOS == "darwin" && gid == adminGroup || gid > 0 && gid == os.Geteuid() && gid == os.Getegid()
}

// handed tells whether a path is a file that was open already when this process
// began: <(…) of a shell, or standard input. Who started us chose it.
func handed(name string) bool {
	name = path.Clean(name)
	return name == "/dev/stdin" || strings.HasPrefix(name, "/dev/fd/") || strings.HasPrefix(name, "/proc/self/fd/")
}
