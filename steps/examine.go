package steps

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
)

// What a person is to be told of a journal does not end where it can no longer be
// trusted: what can still be read of it is shown, as that. Nothing is ever
// written, or undone, by what is read here.

// Examination is a journal as it lies on the disk.
type Examination struct {
	Path   string
	Size   int64  // in bytes
	SHA256 string // of the whole file, 64 hexadecimal digits
	Last   string // SHA-256 of the last whole line, which the next one would carry; "" where there is none
	Torn   bool   // behind that line there is a piece of one, which a crash left; it counts for nothing
	Lines  []Line // in the order of the file
	// Run is the story that the readable lines tell, those that cannot be trusted
	// included.
	Run Run
	// Breach is a [*JournalError] for the first line that cannot be trusted, nil
	// where there is none. A chain of hashes shows what was changed, removed,
	// inserted or moved; that lines were cut off its end, or that all of it was
	// made anew, only shows against a digest that was kept elsewhere.
	Breach error
}

// Line is one line of a journal that was examined.
type Line struct {
	N      int     // from 1
	Record *Record // nil: it cannot be read
	Err    error   // why it is not what it should be; nil: it follows the line before it
}

// Trusted says that the line stands before everything that cannot be trusted.
func (x Examination) Trusted(l Line) bool {
	var broken *JournalError
	return !errors.As(x.Breach, &broken) || l.N < broken.Line
}

// Examine reads a run's journal, also one that cannot be trusted. The error is
// [ErrNoRun] where there is none, a [*JournalError] where others could have
// written all of it.
func (s *Store) Examine(id string) (Examination, error) {
	x, _, err := s.examine(id)
	return x, err
}

// examine also gives what the file system says of the file that was read.
func (s *Store) examine(id string) (Examination, fs.FileInfo, error) {
	f, raw, err := s.content(id, os.O_RDONLY)
	if err != nil {
		return Examination{}, nil, err
	}
	info, err := f.Stat()
	_ = f.Close() // it was only read
	if err != nil {
		return Examination{}, nil, err
	}
	x := examine(s.path(id), id, raw)
	if s.Steps != nil {
		x.believe(s.Steps)
	}
	return x, info, nil
}

// believe looks at what the records mean, up to the first that cannot be trusted.
func (x *Examination) believe(knows Knows) {
	var good, all []Record
	for _, l := range x.Lines {
		switch {
		case l.Record == nil:
		case x.Trusted(l):
			good = append(good, *l.Record)
		case l.Record.Change != nil:
			c := *l.Record.Change
			c.Equivalent = ""
			l.Record.Change = &c
		case l.Record.Approval != nil:
			l.Record.Approval = l.Record.Approval.renewed(nil)
		}
	}
	if line, err := believe(good, knows); err != nil {
		x.Breach = &JournalError{Path: x.Path, Line: line, Err: err}
		x.Lines[line-1].Err = err
	}
	for i, l := range x.Lines {
		if l.Record == nil {
			continue
		}
		if i < len(good) {
			*l.Record = good[i]
		}
		all = append(all, *l.Record)
	}
	x.Run = replay(x.Run.ID, all)
}

func examine(path, id string, raw []byte) Examination {
	x := Examination{Path: path, Size: int64(len(raw)), SHA256: hash(raw)}
	x.Torn = len(raw) > 0 && raw[len(raw)-1] != '\n'
	strict := chain{}
	var readable []Record
	n := 0
	for text := range wholeLines(raw) {
		n++
		r, err := decodeRecord(text)
		known := err == nil || json.Unmarshal(text, &r) == nil && kinds[r.Kind]
		switch {
		case err != nil:
		case x.Breach == nil:
			err = strict.follows(r, n, id)
		case r.Prev != x.Last:
			err = errors.New("the line before it is not the one that it was written after")
		}
		if err != nil && x.Breach == nil {
			x.Breach = &JournalError{Path: path, Line: n, Err: err}
		}
		line := Line{N: n, Err: err}
		if known && r.whole(n) {
			line.Record = &r
			readable = append(readable, r)
		}
		strict.add(r, text)
		x.Last = strict.last
		x.Lines = append(x.Lines, line)
	}
	x.Run = replay(id, readable)
	return x
}

// whole says that a record on line n holds what its kind needs, so that it can
// be told of although nobody knows who wrote it.
func (r Record) whole(n int) bool {
	switch r.Kind {
	case KindOpened:
		return n == 1 && r.Opening != nil
	case KindReopened:
		return r.Opening != nil
	case KindApproved:
		return r.Approval != nil
	case KindAttested:
		return r.Attestation != nil
	case KindTold:
		return r.Told != nil
	case KindSaved, KindClosed:
		return true
	}
	return r.Change != nil
}
