package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/steps/stages"
)

// state is the state directory while this process writes into it.
type state struct {
	store *steps.Store
	lock  *statedir.Lock

	closed bool
}

// openState takes the lock: one run at a time.
func (a *app) openState(what string) (*state, error) {
	dir, err := statedir.Open(settings.StateDir.Of(a.settings))
	if err != nil {
		return nil, err
	}
	lock, err := dir.Lock(what)
	if err != nil {
		return nil, err
	}
	store, err := a.openStore(dir)
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	a.journals = &state{store: store, lock: lock}
	return a.journals, nil
}

// readStore opens the journals for reading, without the lock: what another
// process writes meanwhile is seen as far as it has got. Looking makes nothing: a
// directory that is not there holds no runs.
func (a *app) readStore() (*steps.Store, error) {
	dir, path, err := a.stateThere()
	if err != nil {
		return nil, err
	}
	runs := filepath.Join(path, "runs")
	if dir != nil {
		runs = dir.Runs()
	}
	store, err := steps.LookStore(runs)
	return a.fit(store), err
}

// stateThere is the state directory, nil where there is none, and its path.
func (a *app) stateThere() (dir *statedir.Dir, path string, err error) {
	path = settings.StateDir.Of(a.settings)
	if path == "" {
		if path, err = statedir.Default(); err != nil {
			return nil, "", err
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		dir, err = statedir.Open(path)
		return dir, path, err
	}
	return nil, path, nil
}

func (a *app) openStore(dir *statedir.Dir) (*steps.Store, error) {
	store, err := steps.OpenStore(dir.Runs())
	return a.fit(store), err
}

// fit gives a store what it needs of the system, and of the stages.
func (a *app) fit(store *steps.Store) *steps.Store {
	if store != nil {
		store.Cut, store.Guard, store.Steps, store.Now = a.cut, statedir.Guard, stages.Known, a.clock
	}
	return store
}

func (s *state) close() error {
	s.closed = true
	return s.lock.Release()
}
