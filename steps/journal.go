package steps

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// Journal is a run's journal, open for writing. It is not safe for concurrent
// use, and one process at a time may hold one: the caller has a lock for that.
type Journal struct {
	id      string
	path    string
	f       journalFile
	size    int64
	last    string
	records []Record
	broken  error // after the first append that went wrong nothing is appended any more
	now     func() time.Time
	cut     func(point string)
}

// journalFile is what a journal needs of its file.
type journalFile interface {
	WriteAt(b []byte, off int64) (int, error)
	Truncate(size int64) error
	Sync() error
	Close() error
}

var _ journalFile = (*os.File)(nil)

// ID is the run's ID.
func (j *Journal) ID() string { return j.id }

// Path is the journal's file.
func (j *Journal) Path() string { return j.path }

// Run is what the journal says by now.
func (j *Journal) Run() Run { return replay(j.id, j.records) }

// Close closes the file. Every record is on the disk already.
func (j *Journal) Close() error { return j.f.Close() }

// append writes r behind what is there and waits for the disk. It fills in what
// every record has, and returns the record's line. When it returns an error the
// file is as it was before, or, where even that failed, ends in a torn line,
// which readers cut off; and the journal takes nothing more.
func (j *Journal) append(r Record) (int, error) {
	if j.broken != nil {
		return 0, j.broken
	}
	r.FormatVersion, r.Seq, r.Prev = FormatVersion, len(j.records)+1, j.last
	r.Time = j.now().UTC().Truncate(time.Millisecond)
	line, err := r.encode()
	if err != nil {
		return 0, fmt.Errorf("journal %s: record %q: %w", j.path, r.Kind, err)
	}
	if err := j.fits(r, int64(len(line))+1); err != nil {
		return 0, err
	}
	j.reach("before", r)
	if err := j.write(append(line, '\n')); err != nil {
		j.broken = fmt.Errorf("journal %s: record %q: %w", j.path, r.Kind, err)
		return 0, j.broken
	}
	j.reach("after", r)
	j.size += int64(len(line)) + 1
	j.last = hash(line)
	j.records = append(j.records, r)
	return r.Seq, nil
}

// fits refuses what no reader would take any more. Before something is written to
// the world there must be room for what is to be said of it afterwards.
func (j *Journal) fits(r Record, size int64) error {
	room := maxJournalSize - j.size
	switch r.Kind {
	case KindApproved, KindSaved, KindIntent:
		room -= roomForEndings
	case KindUndoing: // when nothing more is made there is still room to take it back
		room -= roomForEndings / 3
	}
	switch {
	case size > maxRecordSize:
		return fmt.Errorf("journal %s: record %q would be %d bytes, and a record may be %d MiB: nothing was written for it", j.path, r.Kind, size, maxRecordSize>>20)
	case size > room:
		return fmt.Errorf("journal %s: record %q does not fit: the journal may be %d MiB, and has %d bytes; undo this run, or begin another in another --state-dir", j.path, r.Kind, maxJournalSize>>20, j.size)
	}
	return nil
}

// clip bounds a text from outside that a record holds.
func clip(text string) string {
	const most = 16 << 10
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + " …"
}

func (j *Journal) write(line []byte) error {
	_, err := j.f.WriteAt(line, j.size)
	if err == nil {
		err = j.f.Sync()
	}
	if err == nil {
		return nil
	}
	// A full disk takes half a line. Take it back, so that what is there is a
	// clean chain; a record that may or may not be on the disk is one that
	// was never written.
	if cut := j.f.Truncate(j.size); cut == nil {
		_ = j.f.Sync() // the error to report is the first one
	}
	return err
}

func (j *Journal) reach(when string, r Record) {
	if j.cut != nil {
		j.cut(fmt.Sprintf("%s %s %d", when, r.Kind, r.Seq))
	}
}
