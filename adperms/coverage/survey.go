package coverage

import (
	"bytes"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Survey answers a question for one user after the other, and counts.
// It is used from one goroutine.
type Survey struct {
	tree
	known   map[pattern]access
	self    []byte // the connector's objectSid
	scratch secdesc.ACL
	after   secdesc.Descriptor
	nowhere *node // stands for what is above a user and was never added
	tally   tally
}

// pattern is what an access check depends on, besides the token.
type pattern struct {
	own   uint32 // the descriptor
	from  uint32 // what is inherited after the edits; 0: they do not reach
	class secdesc.GUID
	self  bool // the user is the connector account itself
}

// access is what a user's descriptor comes to before and after.
type access struct{ before, after rights }

// rights is the outcome of the access checks, by the bits of Rights.
type rights struct{ granted, denied, unsure uint8 }

// New begins a survey.
func New(q Question) *Survey {
	nowhere := &node{resolved: true}
	nowhere.dark = nowhere
	return &Survey{tree: newTree(q), known: map[pattern]access{}, self: q.Connector.Bytes(), nowhere: nowhere}
}

// Add takes an object that may have users below it: an OU, a container, the
// domain's root. They may come in any order, but before the first user below
// them. One that was added already stays as it is.
func (s *Survey) Add(o Object) { s.add(o) }

// Missing names the objects above dn, up to root, that were not added yet.
func (s *Survey) Missing(dn []byte, root string) []string {
	if s.at(parent(dn)) != nil {
		return nil
	}
	return s.missing(string(dn), root)
}

// Outcome is how it stands with one user.
type Outcome struct {
	Granted uint8 // by the bits of Rights
	Reasons Reasons
}

// Writable says that the password can be written back: all rights are there.
func (o Outcome) Writable() bool { return o.Granted == allRights }

// Verdict is the answer for one user.
type Verdict struct {
	Before, After Outcome
	// By is the DN of the object whose protected DACL, or whose unreadable
	// descriptor, is in the way of After; "" where it is none above the user.
	By string
}

// User answers for one user, and counts it. What is above the user must have
// been added. The error is about an edit that cannot be made.
func (s *Survey) User(u *User) (Verdict, error) {
	n := s.at(parent(u.DN))
	if n == nil {
		n = s.nowhere // see Missing
	}
	if !n.resolved {
		if err := s.resolve(n); err != nil {
			return Verdict{}, err
		}
	}
	v, err := s.judge(u, n)
	if err == nil {
		s.count(u, n, v)
	}
	return v, err
}

func (s *Survey) judge(u *User, n *node) (Verdict, error) {
	if u.Descriptor == nil {
		return bothFor(Hidden), nil
	}
	d, fresh := s.shared.find(u.Descriptor)
	if fresh {
		clear(s.known)
	}
	if d.err != nil {
		return bothFor(Unreadable), nil
	}
	var edit *adperms.Edit
	if s.pending > 0 { // it may be on a user
		edit = s.edits[fold(string(u.DN))]
	}
	what := pattern{own: d.id, class: u.Class, self: bytes.Equal(u.SID, s.self)}
	if n.after != nil && !d.fixed {
		what.from = n.after.id
	}
	var a access
	var err error
	if edit != nil {
		a, err = s.edited(u, d, n, edit)
	} else {
		var known bool
		if a, known = s.known[what]; !known {
			a = s.check(what, d, n)
			s.known[what] = a
		}
	}
	c := circumstances{s: s, u: u, n: n, d: d, edited: edit != nil}
	v := Verdict{Before: c.outcome(a.before), After: c.outcome(a.after)}
	if r := v.After.Reasons.First(); r == InheritanceBlocked && !d.fixed && n.barrier != nil {
		v.By = n.barrier.dn
	} else if r == ParentUnknown && n.dark != nil {
		v.By = n.dark.dn
	}
	return v, err
}

func bothFor(r Reason) Verdict {
	o := Outcome{Reasons: Reasons(0).with(r)}
	return Verdict{Before: o, After: o}
}

// check does the access checks of a pattern.
func (s *Survey) check(what pattern, d *descriptor, n *node) access {
	t := adperms.Target{Descriptor: d.sd, Class: what.class}
	if what.self {
		t.Self = s.q.Connector
	}
	a := access{before: s.rights(t)}
	a.after = a.before
	if what.from != 0 {
		t.Descriptor = s.with(d.sd, n.after.dacl, what.class)
		a.after = s.rights(t)
	}
	return a
}

// with is the descriptor with afresh inherited ACEs, as far as they matter. It is
// overwritten by the next call.
func (s *Survey) with(sd *secdesc.Descriptor, from *secdesc.ACL, class secdesc.GUID) *secdesc.Descriptor {
	s.scratch.ACEs = s.scratch.ACEs[:0]
	for i := range sd.DACL.ACEs {
		if a := &sd.DACL.ACEs[i]; !a.Inherited() {
			s.scratch.ACEs = append(s.scratch.ACEs, *a)
		}
	}
	s.scratch.ACEs = adperms.AppendInherited(s.scratch.ACEs, from, adperms.Child{Class: class, Owner: sd.Owner, Group: sd.Group})
	s.after = *sd
	s.after.DACL = &s.scratch
	return &s.after
}

// edited is the access to a user who has an edit of its own.
func (s *Survey) edited(u *User, d *descriptor, n *node, edit *adperms.Edit) (access, error) {
	t := adperms.Target{Descriptor: d.sd, Class: u.Class}
	if bytes.Equal(u.SID, s.self) {
		t.Self = s.q.Connector
	}
	a := access{before: s.rights(t)}
	after, _, err := edit.Rewrite(d.sd)
	if err != nil {
		return a, err
	}
	t.Descriptor = after
	if n.after != nil && !d.fixed {
		t.Descriptor = s.with(after, n.after.dacl, u.Class)
	}
	a.after = s.rights(t)
	return a, nil
}

func (s *Survey) rights(t adperms.Target) (r rights) {
	for i := range Rights {
		switch d := adperms.Access(t, s.q.Token, Rights[i]); {
		case d.Granted:
			r.granted |= 1 << i
		case d.Unsure:
			r.unsure |= 1 << i
		case d.Ground == adperms.ByACE:
			r.denied |= 1 << i
		}
	}
	return r
}
