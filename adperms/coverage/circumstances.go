package coverage

import (
	"bytes"
	"errors"
	"slices"

	"writeback/adperms"
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

// beside adds what decides beside the rights: that the account is disabled, and what
// AdminSDHolder's task makes of a protected one that has all rights.
func (c *circumstances) beside(o Outcome) Outcome {
	if c.u.ControlHidden {
		o.Reasons = o.Reasons.with(ControlHidden)
	}
	if c.u.Disabled {
		o.Reasons = o.Reasons.with(Disabled)
	}
	if c.n.reserved {
		o.Reasons = o.Reasons.with(ReservedCharacters)
	}
	all := o.Granted == allRights
	switch {
	case all && (c.fresh() || c.d.fixed && c.protected()) && adperms.HeldBy(true, c.holds()) == adperms.HeldOut:
		o.Reasons = o.Reasons.with(GrantedByHolder)
	case c.fresh(), all && c.d.fixed && c.protected():
		o.Reasons = o.Reasons.with(ProtectedAccount)
	}
	return o
}

// fresh says that AdminSDHolder's task will be there, and has not been: whatever the
// user takes from above now, or would, is gone within the hour.
func (c *circumstances) fresh() bool { return !c.d.fixed && c.s.q.Fresh[string(c.u.SID)] }

// holds says that AdminSDHolder gives all rights on the user.
func (c *circumstances) holds() bool {
	s := c.s
	if s.holder == nil && s.q.Holder != nil {
		raw, err := s.q.Holder()
		if err != nil {
			c.err = errors.Join(c.err, err)
			return false
		}
		s.holder = &descriptor{}
		if s.holder.err = errNotShown; raw != nil {
			s.holder.read(s.filter, raw)
		}
	}
	if s.holder == nil || s.holder.err != nil {
		return false
	}
	var self secdesc.SID
	if bytes.Equal(c.u.SID, s.self) {
		self = s.q.Connector
	}
	return len(adperms.HolderGives(&s.holder.sd.Descriptor, c.u.Class, self, s.q.Token, Rights[:]...)) == len(Rights)
}

var errNotShown = errors.New("not shown")

// lack is why no ACE speaks of a right.
func (c *circumstances) lack() Reason {
	switch {
	case c.edited:
		return NotGranted
	case c.fresh():
		return ProtectedAccount
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
		sid, err := secdesc.SIDFromBytes(c.u.SID)
		if err == nil || len(c.u.SID) == 0 { // zero: it is not shown
			c.is, c.err = c.s.q.Protected(sid)
		}
	}
	return c.is
}
