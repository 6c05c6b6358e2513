package steps

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// A journal is handed to others as it is: its lines, of which the digest can be compared.
// Whoever reads it sees what it says, and that its lines belong together; that the one who
// is named in it wrote it, no file can show.

// Export gives the whole lines of a run's journal. The error is as that of [Store.Read].
func (s *Store) Export(id string) ([]byte, Run, error) {
	run, err := s.Read(id)
	if err != nil {
		return nil, run, err
	}
	if len(run.Records) == 0 {
		return nil, run, &JournalError{Path: s.path(id), Err: errors.New("the run never began: nothing was written by it")}
	}
	f, raw, err := s.content(id, os.O_RDONLY)
	if err != nil {
		return nil, run, err
	}
	_ = f.Close() // it was only read
	raw = raw[:bytes.LastIndexByte(raw, '\n')+1]
	if hash(raw) != run.Digest {
		return nil, run, &JournalError{Path: s.path(id), Err: errors.New("it was written to meanwhile: export it again")}
	}
	return raw, run, nil
}

// ReadExport reads a journal that somebody else has exported. What it means is compared by
// knows, as that of an own one. The error is a [*JournalError] where it is none, or where a
// line of it cannot be trusted: there is no run then.
func ReadExport(path string, raw []byte, knows Knows) (Examination, error) {
	bad := func(err error) (Examination, error) { return Examination{}, &JournalError{Path: path, Err: err} }
	if int64(len(raw)) > maxJournalSize {
		return bad(fmt.Errorf("it is larger than %d MiB", maxJournalSize>>20))
	}
	first, _, whole := bytes.Cut(raw, []byte("\n"))
	r, err := decodeRecord(first)
	if err == nil && (!whole || r.Opening == nil) {
		err = errors.New("it does not say what run it is")
	}
	if err != nil {
		return bad(fmt.Errorf("it is no journal as writeback export writes it: %w", err))
	}
	if err := CheckRunID(r.Opening.Run); err != nil {
		return bad(err)
	}
	x := examine(path, r.Opening.Run, raw)
	x.believe(knows)
	if x.Breach == nil && x.Torn {
		x.Breach = &JournalError{Path: path, Line: len(x.Lines) + 1, Err: errors.New("its last line was cut off")}
	}
	if x.Breach != nil {
		return Examination{}, x.Breach
	}
	return x, nil
}
