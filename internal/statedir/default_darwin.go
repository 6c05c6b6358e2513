package statedir

import (
	"fmt"
	"os"
	"path/filepath"
)

// Default is ~/Library/Application Support/writeback.
func Default() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the state directory (--state-dir names one): %w", err)
	}
	return filepath.Join(home, "Library", "Application Support", "writeback"), nil
}
