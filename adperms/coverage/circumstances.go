package coverage

import (
	"slices"

	"writeback/adperms/secdesc"
)

// circumstances are what tells why a right that nothing grants is not granted.
type circumstances struct {
	s      *Survey
	u      *User
	n      *node // the object above
	d      *descriptor
	edited bool // the user is a scope

	asked, is bool // whether it is protected: to find that out may take a search
	err       error
}

func (c *circumstances) outcome(r rights) Outcome {
	o := Outcome{Granted: r.granted}
	if r.denied != 0 {
		o.Reasons = o.Reasons.with(DeniedByACE)
	}
	if r.unsure != 0 {
		o.Reasons = o.Reasons.with(ConditionUnknown)
	}
	if r.granted|r.denied|r.unsure != allRights {
		o.Reasons = o.Reasons.with(c.lack())
	}
	return o
}

// lack is why no ACE speaks of a right.
func (c *circumstances) lack() Reason {
	switch {
	case c.edited:
		return NotGranted
	case !c.n.inScope && c.n.dark != c.n && !c.scope():
		return OutOfScope
	case c.d.fixed && c.protected():
		return ProtectedAccount
	case c.d.fixed && c.u.AdminCount:
		if c.s.q.Protected == nil {
			return ProtectedAccount
		}
		return OrphanedAdminCount
	case c.d.fixed:
		return InheritanceBlocked
	case c.n.dark != nil:
		return ParentUnknown
	case c.n.barrier != nil:
		return InheritanceBlocked
	case !slices.Contains(c.s.q.Classes, c.u.Class):
		return ClassNotCovered
	}
	return NotGranted
}

// scope says that the user itself is one of the scopes.
func (c *circumstances) scope() bool {
	return len(c.s.scopes) > 0 && c.s.scopes[fold(string(c.u.DN))]
}

func (c *circumstances) protected() bool {
	if c.s.q.Protected == nil {
		return false
	}
	if !c.asked {
		c.asked = true
		if sid, err := secdesc.SIDFromBytes(c.u.SID); err == nil {
			c.is, c.err = c.s.q.Protected(sid)
		}
	}
	return c.is
}
