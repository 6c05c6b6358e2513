package steps

import (
	"bytes"
	"errors"
	"fmt"
)

// chain is a journal's content, read and checked.
type chain struct {
	records []Record
	size    int64  // bytes of the good lines: anything behind was only half written
	last    string // hash of the last good line
}

// readChain checks every line. The last one may be torn: a crash can leave a
// line without its line feed, or one that is no JSON; it was never
// acknowledged, so it counts for nothing. path is for errors, id is the run
// that the file must hold.
func readChain(path, id string, raw []byte) (chain, error) {
	var c chain
	for line := 1; len(raw) > 0; line++ {
		end := bytes.IndexByte(raw, '\n')
		if end < 0 {
			return c, nil
		}
		text := raw[:end]
		raw = raw[end+1:]
		r, err := decodeRecord(text)
		if errors.Is(err, errNotJSON) && len(raw) == 0 {
			return c, nil
		}
		if err == nil {
			err = c.follows(r, line, id)
		}
		if err != nil {
			return c, &JournalError{Path: path, Line: line, Err: err}
		}
		c.records = append(c.records, r)
		c.size += int64(end) + 1
		c.last = hash(text)
	}
	return c, nil
}

// follows says why r cannot be the next line, or nil.
func (c chain) follows(r Record, line int, id string) error {
	if r.Seq != line {
		return fmt.Errorf("it says that it is line %d: lines were removed, inserted or moved", r.Seq)
	}
	if r.Prev != c.last {
		return errors.New("the line before it is not the one that it was written after")
	}
	if (r.Kind == KindOpened) != (line == 1) {
		return fmt.Errorf("record %q does not belong here", r.Kind)
	}
	switch r.Kind {
	case KindOpened, KindReopened:
		if r.Opening == nil || r.Opening.Run != id {
			return fmt.Errorf("it does not belong to run %s", id)
		}
	case KindApproved:
		if r.Approval == nil {
			return errors.New("it approves nothing")
		}
	case KindIntent:
		if r.Change == nil {
			return errors.New("it intends nothing")
		}
	case KindAttested:
		if r.Attestation == nil {
			return errors.New("it attests nothing")
		}
	case KindUndoing:
		return c.refers(r, KindMade)
	case KindMade:
		return c.refers(r, KindIntent)
	case KindUndone:
		return c.refers(r, KindUndoing)
	case KindVoid, KindFailed:
		return c.refers(r, KindIntent, KindUndoing)
	}
	return nil
}

// refers checks that r is about an earlier line of one of the kinds, and of
// the same step.
func (c chain) refers(r Record, to ...Kind) error {
	if r.Of < 1 || r.Of > len(c.records) {
		return fmt.Errorf("it is about line %d, which is not before it", r.Of)
	}
	was := c.records[r.Of-1]
	for _, k := range to {
		if was.Kind == k && was.Step == r.Step && r.Change != nil {
			return nil
		}
	}
	return fmt.Errorf("%q cannot be about line %d, which is %q", r.Kind, r.Of, was.Kind)
}
