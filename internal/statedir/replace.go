package statedir

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// What is to be there whole or not at all is written beside its place under another
// name, and then put there. How differs from system to system.

// CreateTemp makes a new file in the directory dir, for its owner alone, whatever
// dir gives the files in it. Of the pattern the last * stands for what makes the
// name a new one. It is for the caller to close and to remove.
func CreateTemp(dir, pattern string) (*os.File, error) { return createTemp(dir, pattern) }

// Replace gives a closed file another name in the same directory, and takes away
// what has that name. On Windows it waits up to two seconds for others (a virus
// scanner, an indexer) to let go of either.
func Replace(from, to string) error { return replace(from, to) }

// Whole is a file while it is written.
type Whole struct {
	tmp  *os.File
	path string // where it will be
}

// beside is the name until a file is whole: nobody looks for one that ends so.
const beside = ".writeback-*"

// Begin begins a file for its owner alone at path: what is there stays until all is
// on the disk. It refuses what [CheckPlace] refuses. It ends with Keep or Drop.
func Begin(path string) (*Whole, error) {
	path, err := place(path, guarded)
	if err != nil {
		return nil, err
	}
	tmp, err := CreateTemp(filepath.Dir(path), beside)
	if err != nil {
		return nil, err
	}
	return &Whole{tmp, path}, nil
}

func (w *Whole) Write(p []byte) (int, error) { return w.tmp.Write(p) }

// Keep puts the file in its place, on the disk.
func (w *Whole) Keep() error {
	err := errors.Join(w.tmp.Sync(), w.tmp.Close())
	if err == nil {
		err = Replace(w.tmp.Name(), w.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(w.tmp.Name()))
	}
	return nil
}

// Drop leaves what is there as it is.
func (w *Whole) Drop() error { return errors.Join(w.tmp.Close(), os.Remove(w.tmp.Name())) }

// WriteWhole puts a file for its owner alone at path, whole or not at all. write
// gives the content.
func WriteWhole(path string, write func(io.Writer) error) error {
	w, err := Begin(path)
	if err != nil {
		return err
	}
	return w.fill(write)
}

// WriteWholeForAll is WriteWhole for a file that everybody may read: on Windows,
// whoever may read its directory.
func WriteWholeForAll(path string, write func(io.Writer) error) error {
	path, err := place(path, filepath.EvalSymlinks)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), beside)
	if err != nil {
		return err
	}
	return (&Whole{tmp, path}).fill(func(w io.Writer) error {
		return errors.Join(tmp.Chmod(0o644), write(w))
	})
}

func (w *Whole) fill(write func(io.Writer) error) error {
	if err := write(w); err != nil {
		return errors.Join(err, w.Drop())
	}
	return w.Keep()
}
