package statedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// nameable refuses the names of devices and named pipes: to open a pipe is to tell
// its other end who we are.
func nameable(path string) error {
	slashed := strings.ToLower(strings.ReplaceAll(path, "/", `\`))
	host, after, _ := strings.Cut(strings.TrimPrefix(slashed, `\\`), `\`)
	if !strings.HasPrefix(slashed, `\\`) || host == "?" && len(after) > 1 && (after[1] == ':' || strings.HasPrefix(after, `unc\`) && !strings.Contains(after, `\pipe\`)) {
		return nil
	}
	if share, _, _ := strings.Cut(after, `\`); host == "." || host == "?" || share == "pipe" {
		return errors.New("it is the name of a device or a pipe, and not a regular file")
	}
	return nil
}

func workingFolder() (string, error) { return os.Getwd() }

// guardLink accepts a link or junction that belongs to those who are trusted, and
// that nobody else may lead elsewhere.
func guardLink(path string, _ fs.FileInfo) error {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return err
	}
	h, err := windows.CreateFile(name, windows.READ_CONTROL, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil,
		windows.OPEN_EXISTING, windows.FILE_FLAG_OPEN_REPARSE_POINT|windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: path, Err: err}
	}
	link := os.NewFile(uintptr(h), path)
	defer link.Close()
	sd, err := descriptor(link)
	if err == nil {
		err = guardDescriptor(sd)
	}
	if err != nil {
		return fmt.Errorf("the link %s on the way to it is not followed: %w: name the file that is meant", path, err)
	}
	return nil
}

// guardFolder accepts a folder in which nobody but those who are trusted can put one
// file in the place of another. The top of a volume is passed over as far as it cannot
// be renamed.
//
// Errors: errUnreadable, of which the caller decides.
func guardFolder(path string, mayShare bool) error {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		return fmt.Errorf("the folder %s: %w: use a folder of your own (icacls shows who may)", path, errUnreadable)
	}
	if err == nil {
		err = judgeFolder(sd, path == filepath.Dir(path), mayShare)
	}
	if err != nil {
		return fmt.Errorf("the folder %s: %w, and put something else in its place: use a folder of your own (icacls shows who may)", path, err)
	}
	return nil
}

// judgeFolder judges the descriptor of a folder. Where mayShare, only what everybody
// may do counts.
func judgeFolder(sd *windows.SECURITY_DESCRIPTOR, top, mayShare bool) error {
	if mayShare || top { // its owner is whoever made the volume
		return guardParent(sd, top)
	}
	me, err := self()
	if err != nil {
		return err
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return fmt.Errorf("read its owner: %w", err)
	}
	if !trusted(owner, me) {
		return fmt.Errorf("it belongs to %s, who may rename it", name(owner))
	}
	return eachAllowed(sd, func(a allowed) error {
		if !a.inheritOnly && a.mask&renameMask != 0 && !trusted(a.sid, me) {
			return fmt.Errorf("%s may rename it, or what is in it", name(a.sid))
		}
		return nil
	})
}

// handed: Windows gives open files no names.
func handed(string) bool { return false }
