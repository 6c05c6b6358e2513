//go:build unix

package statedir

import "os"

func createTemp(dir, pattern string) (*os.File, error) { return os.CreateTemp(dir, pattern) } // mode 0600

func openFile(path string, flag int) (*os.File, error) { return os.OpenFile(path, flag, 0o600) }

func replace(from, to string) error { return os.Rename(from, to) }

// inUse: a file that is open can be removed here.
func inUse(error) bool { return false }
