package steps

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"writeback/internal/visible"
)

// The verbs of a [Change].
const (
	VerbAdd    = "add"    // something that was not there will be
	VerbRemove = "remove" // something that is there will not be
	VerbSet    = "set"    // one value takes the place of another
)

// Change is what a person approves, and what every renderer, plan file and journal
// shows of one write. It only describes: what is written is the procedure's own
// value, planned afresh, never anything read back from a Change.
type Change struct {
	Verb       string `json:"verb"`                 // [VerbAdd], [VerbRemove] or [VerbSet]
	Target     string `json:"target"`               // the object: a DN, a setting's name
	Line       string `json:"line"`                 // one line of plain text: what a person reads and approves
	SDDL       string `json:"sddl,omitempty"`       // the ACE in SDDL, where the change is one
	Before     string `json:"before,omitempty"`     // the value that was found
	After      string `json:"after,omitempty"`      // the value that will be
	Equivalent string `json:"equivalent,omitempty"` // the same with the administrator's present tool, e.g. a dsacls command
}

// Describer is what the engine needs of a procedure's own change type: a
// description that depends on nothing but the value.
type Describer interface {
	Describe() Change
}

// Key is what an approval binds: a stable hash (64 hexadecimal digits) over
// everything the person was shown that has meaning, under the step it was shown
// in. Equivalent is left out: it only says the same in other words.
func (c Change) Key(step string) string {
	return digest("change", step, c.Verb, c.Target, c.Line, c.SDDL, c.Before, c.After)
}

// check says why c may not be shown to a person, or nil.
func (c Change) check() error {
	switch c.Verb {
	case VerbAdd, VerbRemove, VerbSet:
	default:
		return fmt.Errorf("verb %q is none of add, remove, set", c.Verb)
	}
	if c.Line == "" {
		return errors.New("a change without a line cannot be approved")
	}
	for _, f := range []struct{ name, text string }{{"target", c.Target}, {"line", c.Line}, {"sddl", c.SDDL}} {
		if err := visible.Check(f.text); err != nil {
			return fmt.Errorf("%s %q: %w", f.name, f.text, err)
		}
	}
	for _, f := range []struct{ name, text string }{{"before", c.Before}, {"after", c.After}, {"equivalent", c.Equivalent}} {
		if err := visible.CheckText(f.text); err != nil {
			return fmt.Errorf("%s %q: %w", f.name, f.text, err)
		}
	}
	return nil
}

// digest hashes strings so that no two different lists give the same bytes:
// each one is preceded by its length.
func digest(parts ...string) string {
	h := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil))
}
