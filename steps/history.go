package steps

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"slices"
	"sort"
	"strings"
	"time"
)

// History is what the journals of a store say: which runs there are, which of them
// is meant where nobody names one, and what people said. Each journal is read once,
// when it is first asked about: all answers rest on the same reading, and a question
// about the latest run reads no other journal. It holds what it has read, so that it is
// kept no longer than there are questions. It is not safe for concurrent use.
//
// A journal that cannot be trusted is named in the error of an answer, as a
// [*JournalError]. It stands in the way of a verb that would write in its place, and
// of no other.
type History struct {
	store *Store
	ids   []string // the latest first
	err   error    // why they are not known
	read  []chapter
}

// chapter is what one journal says. err is why it cannot be trusted: there is no run
// then.
type chapter struct {
	id  string
	run Run
	err error
}

// History begins to read the journals. An error that concerns all of them comes with
// each answer.
func (s *Store) History() *History {
	ids, err := s.ids()
	slices.Reverse(ids)
	return &History{store: s, ids: ids, err: err}
}

// chapters are the journals, the latest first.
func (h *History) chapters() iter.Seq[chapter] {
	return func(yield func(chapter) bool) {
		for i, id := range h.ids {
			if i == len(h.read) {
				run, err := h.store.Read(id)
				h.read = append(h.read, chapter{id, run, err})
			}
			if !yield(h.read[i]) {
				return
			}
		}
	}
}

// IDs are those of the runs, the latest first, also those whose journals cannot be
// trusted.
func (h *History) IDs() ([]string, error) { return h.ids, h.err }

// Runs are all runs, the latest first. Journals that cannot be trusted are left out,
// and named in the error, which joins one [*JournalError] each.
func (h *History) Runs() ([]Run, error) {
	if h.err != nil {
		return nil, h.err
	}
	runs := make([]Run, 0, len(h.ids))
	var bad []error
	for c := range h.chapters() {
		if c.err != nil {
			bad = append(bad, c.err)
			continue
		}
		runs = append(runs, c.run)
	}
	return runs, errors.Join(bad...)
}

// Latest is the latest run that match accepts; nil accepts every run. It does not pass
// over a journal that cannot be trusted: that might be the one. The error is
// [ErrNoRun] when there is none.
func (h *History) Latest(match func(Run) bool) (Run, error) {
	if h.err != nil {
		return Run{}, h.err
	}
	for c := range h.chapters() {
		if c.err != nil {
			return Run{}, c.err
		}
		if match == nil || match(c.run) {
			return c.run, nil
		}
	}
	return Run{}, ErrNoRun
}

// Interrupted is the run on target that has to be continued before another one is
// begun there: the latest that is [Run.Unfinished] in a step that wants accepts, and that
// no later run on target has worked in. Nil wants every step. The error is [ErrNoRun] when
// there is none. A journal that cannot be trusted stands in the way, unless it is of
// another place.
func (h *History) Interrupted(target Target, wants func(step string) bool) (Run, error) {
	if h.err != nil {
		return Run{}, h.err
	}
	var later []Run
	for c := range h.chapters() {
		switch {
		case c.err != nil && slices.ContainsFunc(later, func(l Run) bool { return l.left(nil, wants) }): // work was done there since
		case c.err != nil:
			if t, known := h.store.place(c.id); !known || t.Same(target) {
				return Run{}, c.err
			}
		case !c.run.Target.Same(target) || c.run.Idle():
		case c.run.Unfinished() && c.run.left(later, wants):
			return c.run, nil
		default:
			later = append(later, c.run)
		}
	}
	return Run{}, ErrNoRun
}

// Unfinished are the runs that have to be continued before others are begun in their
// places, the latest of each place, the latest first. Wants is as for
// [History.Interrupted], and the error as that of [History.Runs].
func (h *History) Unfinished(wants func(step string) bool) (open []Run, err error) {
	runs, err := h.Runs()
	for i, r := range runs {
		there := func(x Run) bool { return x.Target.Same(r.Target) && !x.Idle() }
		later := slices.DeleteFunc(slices.Clone(runs[:i]), func(x Run) bool { return !there(x) })
		if r.Unfinished() && r.left(later, wants) && !slices.ContainsFunc(open, there) {
			open = append(open, r)
		}
	}
	return open, err
}

// left says whether the run is about a step that is wanted, and that later ones have not
// worked in.
func (r Run) left(later []Run, wants func(step string) bool) bool {
	open := func(step string) bool {
		return (wants == nil || wants(step)) && !slices.ContainsFunc(later, func(l Run) bool { return l.about(step) })
	}
	if r.Approval == nil { // it is not known what it was to do
		return len(later) == 0
	}
	if r.State == RunInDoubt { // no later run has looked at that
		later = nil
	}
	return slices.ContainsFunc(r.stages(), open)
}

// Places are the latest runs that did something, one of each place: a word, or an
// answer, ends nothing. The error is as that of [History.Runs].
func (h *History) Places() (last []Run, err error) {
	runs, err := h.Runs()
	for _, r := range runs {
		there := func(l Run) bool { return l.Target.Same(r.Target) }
		if !r.Idle() && !slices.ContainsFunc(last, there) {
			last = append(last, r)
		}
	}
	return last, err
}

// about are the runs that say something about a target, the oldest first. The error is as that of
// [History.Runs].
func (h *History) about(target Target) (out []Run, err error) {
	runs, err := h.Runs()
	for _, r := range slices.Backward(runs) {
		if equal, common := r.Target.compare(target); equal && common { // of what nobody knows, nothing says that it is the same
			out = append(out, r)
		}
	}
	return out, err
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
