package main

import (
	"errors"

	"writeback/internal/statedir"
	"writeback/steps"
)

// state is the state directory while this process writes into it.
type state struct {
	store *steps.Store
	lock  *statedir.Lock
}

// openState takes the lock: one run at a time.
func (a *app) openState(what string) (*state, error) {
	dir, err := statedir.Open(a.settings.stateDir)
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
	return &state{store, lock}, nil
}

// readStore opens the journals for reading, without the lock: what another
// process writes meanwhile is seen as far as it has got.
func (a *app) readStore() (*steps.Store, error) {
	dir, err := statedir.Open(a.settings.stateDir)
	if err != nil {
		return nil, err
	}
	return a.openStore(dir)
}

func (a *app) openStore(dir *statedir.Dir) (*steps.Store, error) {
	store, err := steps.OpenStore(dir.Runs())
	if err != nil {
		return nil, err
	}
	store.Cut, store.Guard = a.cut, statedir.Guard
	return store, nil
}

func (s *state) close() error { return s.lock.Release() }
