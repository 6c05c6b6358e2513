package steps

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Store is the directory that holds the journals, one file a run. Undo acts on
// what they say, so a journal that somebody else could have written is refused.
type Store struct {
	dir string

	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Guard, when it is not nil, is asked about each journal that was opened to
	// be read: its error refuses it. It is there for permissions that the mode
	// of a file does not show.
	Guard func(f *os.File) error
	// Cut, when it is not nil, is called before and after each record is
	// written, with "before intent 7" or "after intent 7". It is there for
	// tests that kill the process at every one of these points.
	Cut func(point string)

	// Steps finds the step that a record belongs to, so that what its data mean
	// can be compared with its line. Nil: nobody looks.
	Steps Knows

	open func(f *os.File) journalFile // nil: the file itself; tests put a full disk here
}

// How large a journal, and a record of it, may be: for who writes it as for who
// reads it. A record is a few kilobytes, a saved security descriptor at most some
// hundred.
var (
	maxJournalSize int64 = 256 << 20
	maxRecordSize  int64 = 32 << 20
	roomForEndings int64 = 48 << 20 // kept free while anything is announced: made, failed, closed
)

const journalExt = ".jsonl"

// OpenStore opens the directory dir, and makes it (0700) if its parent is there.
// The error is a [*JournalError] when others may write to it.
func OpenStore(dir string) (*Store, error) {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("open journals: %w", err)
	}
	if err := guardDir(dir); err != nil {
		return nil, &JournalError{Path: dir, Err: err}
	}
	return &Store{dir: dir}, nil
}

// ReadOnlyStore is the store in dir for a caller that only reads: nothing is made, and a
// directory that is not there holds no runs.
func ReadOnlyStore(dir string) (*Store, error) {
	if err := guardDir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &JournalError{Path: dir, Err: err}
	}
	return &Store{dir: dir}, nil
}

// Dir is the directory.
func (s *Store) Dir() string { return s.dir }

// Create begins a run: a new file whose first record, o, is on the disk when
// Create returns. o.Run is filled in.
func (s *Store) Create(o Opening) (*Journal, error) {
	ids, err := s.ids()
	if err != nil {
		return nil, err
	}
	last := ""
	if n := len(ids); n > 0 && !s.ahead(ids[n-1]) {
		last = ids[n-1]
	}
	id, err := newRunID(s.now(), last)
	if err != nil {
		return nil, err
	}
	path := s.path(id)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("begin run %s: %w", id, err)
	}
	j := s.journal(id, f, chain{})
	o.Run = id
	_, err = j.append(Record{Kind: KindOpened, Opening: &o})
	if err == nil {
		err = syncDir(s.dir)
	}
	if err != nil {
		_ = j.Close()
		_ = os.Remove(path) // a journal that says nothing is of no use
		return nil, fmt.Errorf("begin run %s: %w", id, err)
	}
	return j, nil
}

// Reopen goes on with a run as it was seen: the journal must still say all that it
// said then, and have announced nothing since. It cuts off a line that a crash left
// half written, and records who goes on. o.Run is filled in; o.Target must be the
// run's, on whatever DC.
func (s *Store) Reopen(seen Run, o Opening) (*Journal, error) {
	id := seen.ID
	f, c, err := s.load(id, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if now := (Run{ID: id, Records: c.records, digests: c.digests}); len(c.records) > 0 && now.CheckDigest(seen.Digest) != nil {
		_ = f.Close() // it was only read
		return nil, &JournalError{Path: s.path(id), Err: errors.New("it was changed after it was shown: look at the run again")}
	}
	j := s.journal(id, f, c)
	if err := j.resume(o); err != nil {
		_ = j.Close()
		return nil, err
	}
	return j, nil
}

func (j *Journal) resume(o Opening) error {
	if len(j.records) == 0 {
		return &JournalError{Path: j.path, Err: errors.New("the run never began: nothing was written by it")}
	}
	run := j.Run()
	if !run.Target.Same(o.Target) {
		return &TargetError{What: "run " + j.id, Have: run.Target, Want: o.Target}
	}
	if o.ChangeID != "" && run.ChangeID != "" && o.ChangeID != run.ChangeID {
		return &OtherChangeError{Run: j.id, Have: run.ChangeID, Want: o.ChangeID}
	}
	if err := j.f.Truncate(j.size); err != nil {
		return fmt.Errorf("journal %s: cut off its torn end: %w", j.path, err)
	}
	o.Run = j.id
	_, err := j.append(Record{Kind: KindReopened, Opening: &o})
	return err
}

// Read tells what a run's journal says. A run whose journal was never begun
// properly is [RunEmpty].
func (s *Store) Read(id string) (Run, error) {
	f, c, err := s.load(id, os.O_RDONLY)
	if err != nil {
		return Run{}, err
	}
	_ = f.Close() // it was only read
	r := replay(id, c.records)
	if n := len(c.digests); n > 0 {
		r.Digest, r.digests = c.digests[n-1], c.digests
	}
	return r, nil
}

// load opens a journal, reads it and checks it. The caller closes the file.
func (s *Store) load(id string, flag int) (*os.File, chain, error) {
	f, raw, err := s.content(id, flag)
	if err != nil {
		return nil, chain{}, err
	}
	c, err := readChain(s.path(id), id, raw)
	if err == nil && s.Steps != nil {
		if line, doubtful := believe(c.records, s.Steps); doubtful != nil {
			err = &JournalError{Path: s.path(id), Line: line, Err: doubtful}
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, chain{}, err
	}
	return f, c, nil
}

// content opens a journal and reads it, whatever it says. The caller closes the
// file.
func (s *Store) content(id string, flag int) (*os.File, []byte, error) {
	if err := CheckRunID(id); err != nil {
		return nil, nil, err
	}
	path := s.path(id)
	f, err := openGuarded(path, flag)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("run %s: %w", id, ErrNoRun)
	}
	if err != nil {
		return nil, nil, &JournalError{Path: path, Err: err}
	}
	if s.Guard != nil {
		if err := s.Guard(f); err != nil {
			return nil, nil, errors.Join(&JournalError{Path: path, Err: err}, f.Close())
		}
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxJournalSize+1))
	if err == nil && int64(len(raw)) > maxJournalSize {
		err = fmt.Errorf("it is larger than %d MiB", maxJournalSize>>20)
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, &JournalError{Path: path, Err: err}
	}
	return f, raw, nil
}

func (s *Store) journal(id string, f *os.File, c chain) *Journal {
	j := &Journal{id: id, path: s.path(id), f: f, size: c.size, last: c.last, records: c.records, now: s.now, cut: s.Cut}
	if s.open != nil {
		j.f = s.open(f)
	}
	return j
}

func (s *Store) path(id string) string { return filepath.Join(s.dir, id+journalExt) }

func (s *Store) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}
