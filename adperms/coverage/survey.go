package coverage

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Survey answers a question for one user after the other, and counts.
// It is used from one goroutine.
type Survey struct {
	tree
	self    []byte     // the connector's objectSid
	unfit   Reason     // of the connector account
	own     descriptor // of the user at hand
	scratch secdesc.ACL
	after   secdesc.Descriptor
	holder  *descriptor // AdminSDHolder's; nil: not asked yet
	nowhere *node       // stands for what is above a user and was never added
	tally   tally
}

// access is what a user's descriptor comes to before and after.
type access struct {
	before, after rights
	blind         bool // a deny hides the user from the connector account
}

// rights is the outcome of the access checks, by the bits of Rights.
type rights struct{ granted, denied, unsure uint8 }

// New begins a survey.
func New(q Question) *Survey {
	nowhere := &node{derived: true, before: untold, later: untold}
	nowhere.dark = nowhere
	return &Survey{tree: newTree(q), self: q.Connector.Bytes(), unfit: OfConnector(q.Unfit), nowhere: nowhere}
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

// Writable says that the password can be written back: all rights are there, and
// nothing takes them away again.
func (o Outcome) Writable() bool { return o.Granted == allRights && !o.Reasons.blocks() }

// Verdict is the answer for one user.
type Verdict struct {
	Before, After Outcome
	// By is the DN of the object whose protected DACL, or whose unreadable
	// descriptor, is in the way of After; "" where it is none above the user.
	By     string
	Tenant InTenant // how the tenant has the user
}

// User answers for one user, and counts it. What is above the user must have
// been added. The error is about an edit that cannot be made, or the Question's
// own; the user is not counted then.
func (s *Survey) User(u *User) (Verdict, error) {
	if s.err != nil {
		return Verdict{}, fmt.Errorf("the connector account's groups: %w", s.err)
	}
	n := s.at(parent(u.DN))
	if n == nil {
		n = s.nowhere // see Missing
	}
	if !n.derived {
		if err := s.derive(n); err != nil {
			return Verdict{}, err
		}
	}
	v, err := s.judge(u, n)
	if s.unfit != None {
		v.Before.Reasons, v.After.Reasons = v.Before.Reasons.with(s.unfit), v.After.Reasons.with(s.unfit)
	}
	if v.Tenant = s.q.Synced.of(u.SID); v.Tenant == NotSynced {
		v.Before.Reasons, v.After.Reasons = v.Before.Reasons.with(NotSynchronized), v.After.Reasons.with(NotSynchronized)
	}
	if err == nil {
		s.count(u, n, v)
	}
	return v, err
}

func (s *Survey) judge(u *User, n *node) (Verdict, error) {
	if u.Descriptor == nil {
		return bothFor(Hidden), nil
	}
	d := &s.own
	if d.read(s.filter, u.Descriptor); d.err != nil {
		return bothFor(Unreadable), nil
	}
	var edit *adperms.Edit
	if s.pending > 0 { // it may be on a user
		edit = s.edits[fold(string(u.DN))]
	}
	a, err := s.check(u, d, n, edit)
	c := circumstances{s: s, u: u, n: n, d: d, edited: edit != nil}
	v := Verdict{Before: c.outcome(a.before), After: c.outcome(a.after)}
	if n.before != seen || n.later != seen {
		before, after, again := s.visibility(u, n, edit)
		v.Before, v.After, err = c.found(v.Before, before), c.found(v.After, after), errors.Join(err, again)
	}
	if a.blind {
		v.Before, v.After = c.found(v.Before, unseen), c.found(v.After, unseen)
	}
	v.Before, v.After = c.beside(v.Before), c.beside(v.After)
	if r := v.After.Reasons.First(); r == InheritanceBlocked && !d.fixed && n.barrier != nil {
		v.By = n.barrier.dn
	} else if r == ParentUnknown && n.dark != nil {
		v.By = n.dark.dn
	}
	return v, errors.Join(err, c.err)
}

func bothFor(r Reason) Verdict {
	o := Outcome{Reasons: Reasons(0).with(r)}
	return Verdict{Before: o, After: o}
}

// check does the access checks of a user, which may have an edit of its own.
func (s *Survey) check(u *User, d *descriptor, n *node, edit *adperms.Edit) (a access, err error) {
	t := adperms.Target{Descriptor: &d.sd.Descriptor, Class: u.Class}
	if bytes.Equal(u.SID, s.self) {
		t.Self = s.q.Connector
	}
	a.before, a.blind = s.rights(&t), s.blind(u, &t)
	if n.after != nil && !d.fixed && edit == nil && t.Self.IsZero() && t.Descriptor.HasDACL() && !slices.ContainsFunc(t.Descriptor.DACL.ACEs, explicit) {
		a.after = s.given(n, &t)
		return a, nil
	}
	after, err := s.will(d, n, edit, u.Class)
	if err != nil {
		return a, err
	}
	if a.after = a.before; after != t.Descriptor {
		t.Descriptor = after
		a.after = s.rights(&t)
	}
	return a, nil
}

// will is a user's descriptor after the edits. It is overwritten by the next call.
func (s *Survey) will(d *descriptor, n *node, edit *adperms.Edit, class secdesc.GUID) (*secdesc.Descriptor, error) {
	sd := &d.sd.Descriptor
	if edit != nil {
		var err error
		if sd, _, err = edit.Rewrite(sd); err != nil {
			return nil, err
		}
	}
	if n.after != nil && !d.fixed {
		sd = s.with(sd, n.after, class)
	}
	return sd, nil
}

func explicit(a secdesc.ACE) bool { return !a.Inherited() }

// given is what a user who has no ACEs of its own will have: it depends on the node,
// the class, and owner and group, which some inherited ACEs stand for.
func (s *Survey) given(n *node, t *adperms.Target) rights {
	g, sd := &n.gives, t.Descriptor
	if !g.known || g.class != t.Class || g.owner != sd.Owner || g.group != sd.Group {
		after := adperms.Target{Descriptor: s.with(sd, n.after, t.Class), Class: t.Class}
		*g = given{known: true, class: t.Class, owner: sd.Owner, group: sd.Group, rights: s.rights(&after)}
	}
	return g.rights
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
	s.after = secdesc.Descriptor{Control: sd.Control, Owner: sd.Owner, Group: sd.Group, DACL: &s.scratch}
	return &s.after
}

func (s *Survey) rights(t *adperms.Target) (r rights) {
	if t.Descriptor.HasDACL() && len(t.Descriptor.DACL.ACEs) == 0 {
		return r // nothing speaks of any right
	}
	for i := range Rights {
		switch d := adperms.Check(t, s.q.Token, &Rights[i]); {
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
