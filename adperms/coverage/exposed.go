package coverage

import (
	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// An edit must not hand an administrator's account to the connector account. That
// a protected account takes nothing from above holds only once AdminSDHolder's task
// has been there: until then a fresh member of Domain Admins is a user like any
// other. So it is asked of the access check, on the descriptor as it will be.

// Guarded is an account that AdminSDHolder's task looks after, or will.
type Guarded struct {
	DN         string
	SID        secdesc.SID
	GUID       secdesc.GUID
	Class      secdesc.GUID        // schemaIDGUID of its most specific class
	Descriptor []byte              // nil: not shown
	By         []adperms.Protected // what protects it
	Above      []Object            // up to the domain's root, the nearest first
}

// Guards are the accounts to ask about.
type Guards struct {
	Accounts []Guarded
	More     bool     // there are more: these are the first of them
	Unseen   []string // what could not be read, so that accounts may be missing
	Forest   string   // the forest's root domain, whose groups protect accounts here and are not seen from here; "" where they are
}

// Exposure is how the connector account stands to one account: each a right of
// Rights.
type Exposure struct {
	Now    []adperms.Right // what it may do already
	Gained []adperms.Right // what it may do after the edits, or may do where a condition holds, and could not before
	// Unknown says that a descriptor could not be read, of the account or of what
	// lies between it and an edit.
	Unknown bool
}

// Exposed tells what the edits of a question do to one account. The error is that
// of an edit that cannot be made.
func Exposed(q Question, g Guarded) (e Exposure, err error) {
	s := New(q)
	if s.err != nil {
		return e, s.err
	}
	for _, o := range g.Above {
		s.Add(o)
	}
	u := User{DN: []byte(g.DN), SID: g.SID.Bytes(), Class: g.Class, Descriptor: g.Descriptor}
	edit := s.edits[fold(g.DN)]
	var d descriptor
	if g.Descriptor != nil {
		d.read(s.filter, g.Descriptor)
	}
	if g.Descriptor == nil || d.err != nil {
		e.Unknown = edit != nil || s.within(g.Above)
		return e, nil
	}
	if !d.fixed && s.hides(g.Above) {
		e.Unknown = true
		return e, nil
	}
	n := s.at(parent(u.DN))
	if n == nil {
		n = s.nowhere
	}
	if err := s.derive(n); err != nil {
		return e, err
	}
	a, err := s.check(&u, &d, n, edit)
	if err != nil {
		return e, err
	}
	for i, r := range Rights {
		has := func(mask uint8) bool { return mask>>i&1 == 1 }
		switch {
		case has(a.before.granted):
			e.Now = append(e.Now, r)
		case has(a.after.granted), has(a.after.unsure) && !has(a.before.unsure):
			e.Gained = append(e.Gained, r)
		}
	}
	return e, nil
}

// within says that one of the objects gets an edit.
func (s *Survey) within(above []Object) bool {
	for _, o := range above {
		if s.edits[fold(o.DN)] != nil {
			return true
		}
	}
	return false
}

// hides says that an object whose descriptor is not known lies between an edit and
// what is below: it may pass the ACEs on or not.
func (s *Survey) hides(above []Object) bool {
	for i, o := range above {
		n := s.at([]byte(o.DN))
		switch {
		case n == nil || n.own == nil || n.own.err != nil:
			return s.within(above[i:])
		case n.own.fixed:
			return false
		}
	}
	return false
}
