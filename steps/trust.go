package steps

import (
	"encoding/json"
	"errors"
	"fmt"

	"writeback/internal/visible"
)

// A chain of hashes has no key, so a journal whose hashes fit may still have
// been written by somebody else. Undo acts on the data of a record, people
// approve its line: so the line is always computed from the data, and a record
// in which they differ is not believed. What was made must be what was
// intended, and what was intended must have been approved.

// Knows finds the step that records with an ID belong to. A step needs no
// connection for what is asked here.
type Knows func(id string) (Step, bool)

// believe checks what the records of a journal mean. The equivalents of changes
// are never taken from the file: it puts those that the data give in their
// place. The error has the line, from 1.
func believe(records []Record, knows Knows) (line int, err error) {
	same, approved := map[string]string{}, &Approval{}
	defer func() { // also where it ends early
		for i := range records {
			if a := records[i].Approval; a != nil {
				records[i].Approval = a.renewed(same)
			}
			if c := records[i].Change; c != nil && line > 0 && i >= line-1 {
				bare := *c
				bare.Equivalent = ""
				records[i].Change = &bare
			}
		}
	}()
	for i := range records {
		r := &records[i]
		if r.Approval != nil {
			approved = r.Approval
		}
		if r.Change == nil {
			continue
		}
		if r.Kind == KindIntent && !approved.keys(r.Step)[r.Change.Key(r.Step)] {
			return i + 1, fmt.Errorf("nobody approved %q on %s", Plain(r.Change.Line), Plain(r.Change.Target))
		}
		var intent *Record
		if r.Kind == KindMade {
			intent = &records[r.Of-1]
		}
		if r.Kind == KindIntent || r.Kind == KindMade {
			is, err := meaning(*r, intent, knows)
			if err != nil {
				return i + 1, err
			}
			same[r.Change.Key(r.Step)] = is.Equivalent
		}
		c := *r.Change
		c.Equivalent = same[c.Key(r.Step)]
		r.Change = &c
	}
	return 0, nil
}

// meaning is the change that the data of an intent, or of what was made of one,
// describe. For a step that nobody knows it is the line as it stands, without
// its equivalent.
func meaning(r Record, intent *Record, knows Knows) (Change, error) {
	s, known := knows(r.Step)
	if !known {
		c := *r.Change
		c.Equivalent = ""
		return c, nil
	}
	is, err := s.describe(r.Data)
	if err != nil {
		return is, fmt.Errorf("its data cannot be read: %w", err)
	}
	if !is.says(*r.Change) {
		return is, fmt.Errorf("its line is %q on %s, and its data mean %q on %s", Plain(r.Change.Line), Plain(r.Change.Target), Plain(is.Line), Plain(is.Target))
	}
	if intent != nil {
		if err := s.same(draft{*intent.Change, intent.Data}, draft{is, r.Data}); err != nil {
			return is, fmt.Errorf("what was made is not what line %d intended: %w", r.Of, err)
		}
	}
	return is, nil
}

// says tells whether a person reads the same in both. What a later program
// escapes in a name was shown raw by an earlier one.
func (c Change) says(d Change) bool { return c.shown() == d.shown() }

func (c Change) shown() Change {
	return Change{Verb: c.Verb, Target: Plain(c.Target), Line: Plain(c.Line), SDDL: Plain(c.SDDL), Before: visible.Text(c.Before), After: visible.Text(c.After)}
}

// renewed is the approval with the equivalents that the data of its lines give.
func (a *Approval) renewed(same map[string]string) *Approval {
	out := *a
	out.Steps = make([]ApprovedStep, len(a.Steps))
	for i, s := range a.Steps {
		s.Changes = append([]Change{}, s.Changes...)
		for k, c := range s.Changes {
			s.Changes[k].Equivalent = same[c.Key(s.ID)]
		}
		out.Steps[i] = s
	}
	return &out
}

// describe is the change that data mean.
func (t typed[H, C]) describe(data json.RawMessage) (Change, error) {
	c, err := t.value(draft{data: data})
	if err != nil {
		return Change{}, err
	}
	return c.Describe(), nil
}

// same says why made is not intent with nothing but what the server knew added,
// or nil.
func (t typed[H, C]) same(intent, made draft) error {
	c, err := t.value(intent)
	if err != nil {
		return err
	}
	m, err := t.value(made)
	if err != nil {
		return err
	}
	if i, ok := any(c).(Identity[C]); ok {
		if !i.Same(m) {
			return errors.New("its data are those of another change")
		}
		return nil
	}
	if !c.Describe().says(m.Describe()) {
		return errors.New("its line is another one")
	}
	return nil
}

// ours says why a change that was made is not ours to take back, by what was
// kept before; nil: it is, or the procedure has no such witness.
func (t typed[H, C]) ours(made draft, kept json.RawMessage) error {
	p, ok := t.p.(Witness[C])
	if !ok {
		return nil
	}
	c, err := t.value(made)
	if err != nil {
		return err
	}
	if kept == nil {
		return errors.New("the journal does not hold the object as it was before the change, so nothing shows that the change is ours")
	}
	return p.Ours(c, kept)
}
