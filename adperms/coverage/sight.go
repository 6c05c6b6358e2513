package coverage

import (
	"slices"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// An account cannot write to what it does not see, whatever rights it has there.
// Whether it sees users hangs on their parent alone, but for list object mode (see
// [adperms.ListContents]): it is decided once for each OU. Which attributes the sync
// product has to read is not documented, so that on a user only a deny of all of them
// hides it (see [adperms.ReadDenied]).

// sight is whether the connector account sees something. Of two that are both needed
// the greater counts, and of two that each suffice the lesser.
type sight uint8

const (
	seen   sight = iota
	unsure       // it hangs on the condition of an ACE
	unseen       // it does not
	untold       // the descriptor that decides is not known
)

// reason is what a sight does to users; None where it does nothing.
func (x sight) reason() Reason {
	return [...]Reason{None, ConditionUnknown, HiddenFromConnector, ParentUnknown}[x]
}

// sees decides a right on an object, as it is and after the edits.
func (t *tree) sees(n *node, want *adperms.Right) (before, after sight) {
	if n.own == nil || n.own.err != nil {
		return untold, untold
	}
	at := adperms.Target{Descriptor: &n.own.sd.Descriptor, Class: n.class}
	before = t.sight(&at, want)
	if n.after == nil {
		return before, before
	}
	later := *at.Descriptor
	later.Control, later.DACL = later.Control|secdesc.DACLPresent, n.after
	at.Descriptor = &later
	return before, t.sight(&at, want)
}

func (t *tree) sight(at *adperms.Target, want *adperms.Right) sight {
	switch d := adperms.Check(at, t.q.Token, want); {
	case d.Granted:
		return seen
	case d.Unsure:
		return unsure
	}
	return unseen
}

// visibility says whether the connector account sees a user, before and after.
func (s *Survey) visibility(u *User, n *node, edit *adperms.Edit) (before, after sight, err error) {
	before, after = n.before, n.later
	if before == seen && after == seen || before == untold || s.q.ListObject == nil {
		return before, after, nil
	}
	if mode, err := s.q.ListObject(); err != nil || !mode {
		return before, after, err
	}
	var own descriptor // with the ACEs about List object
	own.read(s.above, u.Descriptor)
	at := adperms.Target{Descriptor: &own.sd.Descriptor, Class: u.Class}
	now, then := s.sees(n, &adperms.ListObject)
	now = max(now, s.sight(&at, &adperms.ListObject))
	if at.Descriptor, err = s.will(&own, n, edit, u.Class); err != nil {
		return before, after, err
	}
	then = max(then, s.sight(&at, &adperms.ListObject))
	return min(before, now), min(after, then), nil
}

// blind says that a deny takes all of a user's properties from the connector account.
// No edit touches that, so that it is after as it is before. What allows to read is
// looked at where there is such a deny: for next to nobody.
func (s *Survey) blind(u *User, t *adperms.Target) bool {
	if !t.Descriptor.HasDACL() || !slices.ContainsFunc(t.Descriptor.DACL.ACEs, deniesRead) {
		return false
	}
	if s.reads == nil {
		s.reads, _ = newFilter(s.q.Token, adperms.Right{Mask: secdesc.ReadProperty}) // the others were made of the same token
	}
	var own descriptor
	own.read(s.reads, u.Descriptor)
	return own.err == nil && adperms.ReadDenied(&adperms.Target{Descriptor: &own.sd.Descriptor, Self: t.Self, Class: t.Class}, s.q.Token)
}

func deniesRead(a secdesc.ACE) bool {
	return a.Type.Denies() && a.Mask&(secdesc.ReadProperty|secdesc.GenericRead|secdesc.GenericAll) != 0
}

// found adds what a sight does to an outcome. What is not known of one who is out of
// reach anyway is not told.
func (c *circumstances) found(o Outcome, x sight) Outcome {
	if x == unseen || x != seen && o.Reasons == 0 {
		o.Reasons = o.Reasons.with(x.reason())
	}
	return o
}
