package statedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// mkdir makes the directory with a protected DACL: full control for us, SYSTEM
// and Administrators, inherited by the files in it, and nothing from above, where
// in C:\ProgramData every user may add files (MS-DTYP 2.5.1.1 for the SDDL).
// SYSTEM and Administrators own the computer: to keep them out would keep backups
// out and nobody else.
func mkdir(path string) error {
	sa, err := forUs(path, "OICI")
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return err
	}
	if err := windows.CreateDirectory(name, sa); err != nil {
		return &os.PathError{Op: "mkdir", Path: path, Err: err}
	}
	return nil
}

// forUs is the descriptor of what is made for its owner alone; flags are those of
// inheritance of its ACEs.
func forUs(path, flags string) (*windows.SecurityAttributes, error) {
	me, err := self()
	if err != nil {
		return nil, err
	}
	sd, err := windows.SecurityDescriptorFromString(fmt.Sprintf("D:P(A;%[1]s;FA;;;%[2]s)(A;%[1]s;FA;;;SY)(A;%[1]s;FA;;;BA)", flags, me))
	if err != nil {
		return nil, fmt.Errorf("write a security descriptor for %s: %w", path, err)
	}
	sa := &windows.SecurityAttributes{SecurityDescriptor: sd}
	sa.Length = uint32(unsafe.Sizeof(*sa))
	return sa, nil
}

// guard follows junctions and symbolic links to where the directory really is, for
// they can be led elsewhere later; and accepts it when it belongs to us, to SYSTEM
// or to Administrators, nobody else may write there, and not everybody can put
// another directory in its place. The journals' directory in it, which may have
// permissions of its own, is looked at as well.
func guard(path string) (string, error) {
	path, err := guardDirectory(path)
	if err != nil {
		return path, err
	}
	if runs, err := guardDirectory(filepath.Join(path, "runs")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return path, fmt.Errorf("%s in it: %w", filepath.Base(runs), err)
	}
	return path, guardParents(path)
}

func guardDirectory(path string) (string, error) {
	d, err := os.Open(path) // what is judged stays open, so that it is this one
	if err != nil {
		return path, err
	}
	defer d.Close()
	if info, err := d.Stat(); err != nil || !info.IsDir() {
		return path, errors.Join(errors.New("it is not a directory"), err)
	}
	found, err := finalPath(windows.Handle(d.Fd()))
	if err != nil && !straight(path) { // the drivers of some drives cannot tell
		return path, fmt.Errorf("find out where it really is: %w", err)
	}
	if err != nil {
		found = path
	}
	sd, err := descriptor(d)
	if err != nil {
		return found, err
	}
	if err := guardDescriptor(sd); err != nil {
		return found, fmt.Errorf("%w: take that from them (icacls %q shows who may), or name a directory of your own with --state-dir", err, found)
	}
	return found, nil
}

func descriptor(f *os.File) (*windows.SECURITY_DESCRIPTOR, error) {
	sd, err := windows.GetSecurityInfo(windows.Handle(f.Fd()), windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return nil, fmt.Errorf("read its security descriptor: %w", err)
	}
	return sd, nil
}

// Flags of GetFinalPathNameByHandle: a path with a drive letter, or, for a volume
// without one, with the volume's GUID.
const (
	volumeNameDOS  = 0
	volumeNameGUID = 1
)

// finalPath is the path of an open file or directory, without junctions and links.
func finalPath(h windows.Handle) (path string, err error) {
	buf := make([]uint16, windows.MAX_LONG_PATH)
	for _, form := range []uint32{volumeNameDOS, volumeNameGUID} {
		var n uint32
		if n, err = windows.GetFinalPathNameByHandle(h, &buf[0], uint32(len(buf)), form); err == nil && int(n) < len(buf) {
			return short(windows.UTF16ToString(buf[:n])), nil
		}
	}
	return "", err
}

// straight tells whether no part of a path leads elsewhere.
func straight(path string) bool {
	for ; ; path = filepath.Dir(path) {
		if path == filepath.Dir(path) {
			return true
		}
		// A junction has a mode bit of its own, a link another.
		if info, err := os.Lstat(path); err != nil || info.Mode().Type() != fs.ModeDir {
			return false
		}
	}
}

// short is a path as people write it: \\?\C:\x as C:\x, and \\?\UNC\server\share as
// \\server\share. One of a volume without a letter stays as it is.
func short(path string) string {
	if rest, ok := strings.CutPrefix(path, `\\?\UNC\`); ok {
		return `\\` + rest
	}
	if rest, ok := strings.CutPrefix(path, `\\?\`); ok && len(rest) > 1 && rest[1] == ':' {
		return rest
	}
	return path
}

// guardParents refuses a parent that everybody may rename, or where everybody may
// rename what is in it. One whose permissions we may not read is passed over.
func guardParents(path string) error {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		top := dir == filepath.Dir(dir)
		sd, err := windows.GetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
		if err == nil {
			err = guardParent(sd, top)
		} else if errors.Is(err, windows.ERROR_ACCESS_DENIED) {
			err = nil
		}
		if err != nil {
			return fmt.Errorf("%s, above it: %w (icacls %q shows who may): name a directory elsewhere with --state-dir", dir, err, dir)
		}
		if top {
			return nil
		}
	}
}
