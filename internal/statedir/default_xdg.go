//go:build unix && !darwin

package statedir

import (
	"fmt"
	"os"
	"path/filepath"
)

// Default is $XDG_STATE_HOME/writeback, or ~/.local/state/writeback (XDG Base
// Directory Specification 0.8; a relative $XDG_STATE_HOME is ignored, as it
// says).
func Default() (string, error) {
	if base := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "writeback"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the state directory (--state-dir names one): %w", err)
	}
	return filepath.Join(home, ".local", "state", "writeback"), nil
}
