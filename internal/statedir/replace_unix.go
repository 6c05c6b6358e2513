//go:build unix

package statedir

import (
	"io/fs"
	"os"
)

func createTemp(dir, pattern string) (*os.File, error) { return os.CreateTemp(dir, pattern) } // mode 0600

// createFile makes a new file to be added to.
func createFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_APPEND|os.O_WRONLY, 0o600)
}

// standing judges a file of which info is known.
func standing(_ string, info fs.FileInfo) error { return guardOurs(nil, info) }

func replace(from, to string) error { return os.Rename(from, to) }

// inUse: a file that is open can be removed here.
func inUse(error) bool { return false }
