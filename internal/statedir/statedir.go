// Package statedir is the directory where runs are remembered: where it is on
// each platform, who may write to it, and who is using it.
//
// It imports no other package of this module, and may not know what the files
// there say.
//
// What lies there decides what undo removes from a domain, so only the user
// (and those who own the machine anyway) may write to it. A directory that is
// already there is looked at and refused if it is open to others; its
// permissions are never changed, because it may be somebody's home.
package statedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Dir is a state directory that passed.
type Dir struct{ path string }

// Open opens the state directory path, or that of the platform if path is "".
// A directory that is not there is made, for its owner alone.
func Open(path string) (*Dir, error) {
	if path == "" {
		var err error
		if path, err = Default(); err != nil {
			return nil, err
		}
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("state directory %s: %w", path, err)
	}
	if err := create(path); err != nil {
		return nil, fmt.Errorf("state directory %s cannot be made: %w", path, err)
	}
	if path, err = guard(path); err != nil {
		return nil, fmt.Errorf("state directory %s is not safe: %w", path, err)
	}
	return &Dir{path}, nil
}

// Path is where the directory really is.
func (d *Dir) Path() string { return d.path }

// Runs is the path of the directory for journals. It may not be there yet; its
// parent is.
func (d *Dir) Runs() string { return filepath.Join(d.path, "runs") }

// Handoffs is the path of the directory for what was asked by scripts that a person
// takes to a sync server. It may not be there yet; its parent is.
func (d *Dir) Handoffs() string { return filepath.Join(d.path, "handoffs") }

// create makes path and its parents, for their owner alone.
func create(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := mkdir(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
