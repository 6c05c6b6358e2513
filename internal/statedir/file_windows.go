package statedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

const (
	nonblock = 0
	nofollow = windows.O_FILE_FLAG_OPEN_REPARSE_POINT
)

func guardOpened(f *os.File, _ fs.FileInfo) error {
	sd, err := descriptor(f)
	if err != nil {
		return err
	}
	if err := guardDescriptor(sd); err != nil {
		return fmt.Errorf("%w, so it is not trusted: when you have looked what it says, copy it into a folder of your own", err)
	}
	return nil
}

// guardOurs refuses a file that is there and is not ours alone to write.
func guardOurs(f *os.File, _ fs.FileInfo) error {
	sd, err := descriptor(f)
	if err == nil {
		err = guardDescriptor(sd)
	}
	if err != nil {
		return fmt.Errorf("%w, so it is not written: name another file, or take it away", err)
	}
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(windows.Handle(f.Fd()), &info); err != nil {
		return err
	}
	if info.NumberOfLinks > 1 {
		return errors.New("it has another name as well (a hard link), so it is not written: name another file, or take it away")
	}
	return nil
}
