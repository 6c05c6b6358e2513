package statedir

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/windows"
)

func createTemp(dir, pattern string) (*os.File, error) {
	sa, err := forUs(dir, "")
	if err != nil {
		return nil, err
	}
	before, after := pattern, ""
	if i := strings.LastIndexByte(pattern, '*'); i >= 0 {
		before, after = pattern[:i], pattern[i+1:]
	}
	for try := 0; ; try++ {
		path := filepath.Join(dir, before+strings.ToLower(rand.Text()[:10])+after)
		f, err := createNew(path, sa)
		if try == 100 || !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// createFile makes a new file to be added to.
func createFile(path string) (*os.File, error) {
	sa, err := forUs(path, "")
	if err != nil {
		return nil, err
	}
	f, err := createNew(path, sa)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
}

// standing judges a file of which info is known.
func standing(path string, info fs.FileInfo) error {
	f, err := os.OpenFile(path, os.O_RDONLY|nofollow, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return guardOurs(f, info)
}

// createNew makes a file that has its descriptor from the beginning: between the
// making and the giving of another one others could open it.
func createNew(path string, sa *windows.SecurityAttributes) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, sa,
		windows.CREATE_NEW, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}

const (
	patience = 2 * time.Second
	pause    = 20 * time.Millisecond
)

// replace has the new name on the disk when it returns (MOVEFILE_WRITE_THROUGH).
func replace(from, to string) error {
	old, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	place, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	for late := time.Now().Add(patience); ; time.Sleep(pause) {
		err := windows.MoveFileEx(old, place, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
		if err == nil {
			return nil
		}
		// A file in its place that somebody has open is "access denied" here.
		if !inUse(err) && !errors.Is(err, windows.ERROR_ACCESS_DENIED) || time.Now().After(late) {
			return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
		}
	}
}

// inUse says that somebody else has the file open, and does not share it.
func inUse(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}
