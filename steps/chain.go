package steps

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// chain is a journal's content, read and checked.
type chain struct {
	records []Record
	size    int64    // bytes of the good lines: anything behind was only half written
	last    string   // hash of the last good line
	digests []string // of the file up to and with each line

	ended map[int]bool // announcements with an ending, by line
}

// readChain checks every line. The last one may be torn: a crash can leave a
// line without its line feed; it was never acknowledged, so it counts for
// nothing. A line with its line feed was written whole: what is wrong with it is
// damage. path is for errors, id is the run that the file must hold.
func readChain(path, id string, raw []byte) (chain, error) {
	var c chain
	whole := sha256.New()
	line := 0
	for text := range wholeLines(raw) {
		line++
		r, err := decodeRecord(text)
		if err == nil {
			err = c.follows(r, line, id)
		}
		if err != nil {
			return c, &JournalError{Path: path, Line: line, Err: err}
		}
		c.add(r, text)
		c.size += int64(len(text)) + 1
		whole.Write(text)
		whole.Write([]byte{'\n'})
		c.digests = append(c.digests, hex.EncodeToString(whole.Sum(nil)))
	}
	return c, nil
}

// wholeLines are the lines that end in a line feed, without it. What is behind the last
// one is a piece of a line.
func wholeLines(raw []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for {
			text, rest, whole := bytes.Cut(raw, []byte("\n"))
			if !whole || !yield(text) {
				return
			}
			raw = rest
		}
	}
}

// add takes r, the line text, into the chain.
func (c *chain) add(r Record, text []byte) {
	c.records = append(c.records, r)
	c.last = hash(text)
	switch r.Kind {
	case KindMade, KindUndone, KindVoid:
		if c.ended == nil {
			c.ended = map[int]bool{}
		}
		c.ended[r.Of] = true
	}
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
		return CheckChangeID(r.Opening.ChangeID)
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
	case KindTold:
		if r.Told == nil {
			return errors.New("it tells nothing")
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

// refers checks that r is about an earlier line of one of the kinds, of the same
// step, that has no ending yet; and, where r is not what was made of it, about
// the same change.
func (c chain) refers(r Record, to ...Kind) error {
	if r.Of < 1 || r.Of > len(c.records) {
		return fmt.Errorf("it is about line %d, which is not before it", r.Of)
	}
	was := c.records[r.Of-1]
	if !slices.Contains(to, was.Kind) || was.Step != r.Step || r.Change == nil || was.Change == nil {
		return fmt.Errorf("%q cannot be about line %d, which is %q", r.Kind, r.Of, was.Kind)
	}
	if c.ended[r.Of] && r.Kind != KindUndoing {
		return fmt.Errorf("%q cannot be about line %d, which has an ending already", r.Kind, r.Of)
	}
	if r.Kind != KindMade && r.Change.Key(r.Step) != was.Change.Key(r.Step) {
		return fmt.Errorf("it is about line %d, and names another change", r.Of)
	}
	return nil
}
