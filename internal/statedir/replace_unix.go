//go:build unix

package statedir

import "os"

func createTemp(dir, pattern string) (*os.File, error) { return os.CreateTemp(dir, pattern) } // mode 0600

func replace(from, to string) error { return os.Rename(from, to) }

// inUse: a file that is open can be removed here.
func inUse(error) bool { return false }
