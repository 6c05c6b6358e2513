package statedir

import (
	"fmt"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// Default is %LOCALAPPDATA%\writeback, asked of the system and not of the
// environment: the local profile, which does not roam.
func Default() (string, error) {
	base, err := windows.KnownFolderPath(windows.FOLDERID_LocalAppData, windows.KF_FLAG_DEFAULT)
	if err != nil {
		return "", fmt.Errorf("find the state directory (--state-dir names one): %w", err)
	}
	return filepath.Join(base, "writeback"), nil
}
