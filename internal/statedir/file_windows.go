package statedir

import (
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

const nonblock = 0

func guardOpened(f *os.File, _ fs.FileInfo) error {
	sd, err := windows.GetSecurityInfo(windows.Handle(f.Fd()), windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return fmt.Errorf("read its security descriptor: %w", err)
	}
	if err := guardDescriptor(sd); err != nil {
		return fmt.Errorf("%w, so it is not trusted: when you have looked what it says, copy it into a folder of your own", err)
	}
	return nil
}
