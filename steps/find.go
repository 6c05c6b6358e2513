package steps

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sort"
	"strings"
	"time"
)

// Which run is meant where nobody names one. A journal that cannot be trusted
// stands in the way of a verb that would write in its place, and of no other.

// Latest reads the latest run that match accepts; nil accepts every run. It does
// not pass over a journal that it cannot trust: that might be the one. The error
// is [ErrNoRun] when there is none.
func (s *Store) Latest(match func(Run) bool) (Run, error) {
	return s.latest(match, func(Target) bool { return false })
}

// latest passes over a journal that cannot be trusted where its first line is whole
// and says that it is of a place that other accepts.
func (s *Store) latest(match func(Run) bool, other func(Target) bool) (Run, error) {
	ids, err := s.ids()
	if err != nil {
		return Run{}, err
	}
	for i := len(ids) - 1; i >= 0; i-- {
		r, err := s.Read(ids[i])
		if err != nil {
			if t, known := s.place(ids[i]); known && other(t) {
				continue
			}
			return Run{}, err
		}
		if match == nil || match(r) {
			return r, nil
		}
	}
	return Run{}, ErrNoRun
}

// place is the target in the first line of a journal, whatever comes behind it.
func (s *Store) place(id string) (Target, bool) {
	f, raw, err := s.content(id, os.O_RDONLY)
	if err != nil {
		return Target{}, false
	}
	_ = f.Close() // it was only read
	first, _, whole := bytes.Cut(raw, []byte("\n"))
	r, err := decodeRecord(first)
	if err != nil || !whole || (chain{}).follows(r, 1, id) != nil {
		return Target{}, false
	}
	return r.Opening.Target, true
}

// Interrupted reads the run on target that has to be continued before another
// one is begun there: the latest that is not empty, if it is [Run.Unfinished].
// The error is [ErrNoRun] when there is none. A journal that cannot be trusted
// stands in the way, unless it is of another place.
func (s *Store) Interrupted(target Target) (Run, error) {
	r, err := s.latest(
		func(r Run) bool { return r.Target.Same(target) && !r.Idle() },
		func(t Target) bool { return !t.Same(target) })
	if err == nil && !r.Unfinished() {
		return Run{}, ErrNoRun
	}
	return r, err
}

// ids lists the runs, the oldest first. Those of a time to come stand before all
// others: the clock was wrong, or somebody made up a name; they can be looked at
// and undone by it, and hide no run that was made since.
func (s *Store) ids() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	var ids, ahead []string
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), journalExt)
		switch {
		case !ok || CheckRunID(id) != nil:
		case s.ahead(id):
			ahead = append(ahead, id)
		default:
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	sort.Strings(ahead)
	return append(ahead, ids...), nil
}

// setBack is how far a clock may have been set back since a run was named.
const setBack = 24 * time.Hour

// ahead says that a run's name is of a time to come.
func (s *Store) ahead(id string) bool {
	return id > s.now().UTC().Add(setBack).Format(stampLayout)
}
