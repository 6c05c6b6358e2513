package statedir

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// What is written outside the state directory: for its owner alone; and, where it is
// to be there whole or not at all, beside its place under another name, and then put
// there. Both differ from system to system.

// CreateTemp makes a new file in the directory dir, for its owner alone, whatever
// dir gives the files in it. Of the pattern the last * stands for what makes the
// name a new one. It is for the caller to close and to remove.
func CreateTemp(dir, pattern string) (*os.File, error) { return createTemp(dir, pattern) }

// OpenFile opens a file to be written, with flags of package os. One that is made is
// for its owner alone, whatever its directory gives the files in it.
func OpenFile(path string, flag int) (*os.File, error) { return openFile(path, flag) }

// Replace gives a closed file another name in the same directory, and takes away
// what has that name. On Windows it waits up to two seconds for others (a virus
// scanner, an indexer) to let go of either.
func Replace(from, to string) error { return replace(from, to) }

// WriteWhole puts a file for its owner alone at path, whole or not at all: what is
// there stays until all is on the disk. write gives the content.
func WriteWhole(path string, write func(io.Writer) error) error {
	tmp, err := CreateTemp(filepath.Dir(path), beside)
	if err != nil {
		return err
	}
	return whole(tmp, path, write)
}

// WriteWholeForAll is WriteWhole for a file that everybody may read: on Windows,
// whoever may read its directory.
func WriteWholeForAll(path string, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), beside)
	if err != nil {
		return err
	}
	return whole(tmp, path, func(w io.Writer) error {
		return errors.Join(tmp.Chmod(0o644), write(w))
	})
}

// beside is the name until a file is whole: nobody looks for one that ends so.
const beside = ".writeback-*"

func whole(tmp *os.File, path string, write func(io.Writer) error) error {
	err := write(tmp)
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = Replace(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
