package session

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

// Journals are the state directory while this process writes into it.
type Journals struct {
	Store *steps.Store

	lock   *statedir.Lock
	closed bool
}

// OpenJournals takes the lock: one run at a time.
func (c *Caller) OpenJournals(what string) (*Journals, error) {
	dir, err := statedir.Open(settings.StateDir.Of(c.Settings))
	if err != nil {
		return nil, err
	}
	lock, err := dir.Lock(what)
	if err != nil {
		return nil, err
	}
	store, err := c.OpenStore(dir)
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	c.journals = &Journals{Store: store, lock: lock}
	return c.journals, nil
}

// ReadStore opens the journals for reading, without the lock: what another
// process writes meanwhile is seen as far as it has got. Looking makes nothing: a
// directory that is not there holds no runs.
func (c *Caller) ReadStore() (*steps.Store, error) {
	dir, path, err := c.stateThere()
	if err != nil {
		return nil, err
	}
	runs := filepath.Join(path, "runs")
	if dir != nil {
		runs = dir.Runs()
	}
	store, err := steps.ReadOnlyStore(runs)
	return c.fit(store), err
}

// stateThere is the state directory, nil where there is none, and its path.
func (c *Caller) stateThere() (dir *statedir.Dir, path string, err error) {
	path = settings.StateDir.Of(c.Settings)
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

// OpenStore opens the journals of a directory.
func (c *Caller) OpenStore(dir *statedir.Dir) (*steps.Store, error) {
	store, err := steps.OpenStore(dir.Runs())
	return c.fit(store), err
}

// fit gives a store what it needs of the system, and of the stages.
func (c *Caller) fit(store *steps.Store) *steps.Store {
	if store != nil {
		store.Cut, store.Guard, store.Steps, store.Now = c.Cut, statedir.Guard, stages.Known, c.Now
	}
	return store
}

// Close gives the lock back.
func (s *Journals) Close() error {
	s.closed = true
	return s.lock.Release()
}

// JournalErrors are those of single journals in an error that joins them.
func JournalErrors(err error) (all []*steps.JournalError) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			all = append(all, JournalErrors(e)...)
		}
		return all
	}
	var one *steps.JournalError
	if errors.As(err, &one) {
		all = append(all, one)
	}
	return all
}

// StoreThere opens the journals where there are any, and makes no directory.
func (c *Caller) StoreThere() (*steps.Store, error) {
	path := settings.StateDir.Of(c.Settings)
	if path == "" {
		var err error
		if path, err = statedir.Default(); err != nil {
			return nil, err
		}
	}
	if settings.Practice.Of(c.Settings) {
		path = filepath.Join(path, "practice")
	}
	switch info, err := os.Stat(filepath.Join(path, "runs")); {
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fs.ErrNotExist
	}
	dir, err := statedir.Open(path)
	if err != nil {
		return nil, err
	}
	return c.OpenStore(dir)
}
