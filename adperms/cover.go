package adperms

import "writeback/adperms/secdesc"

// Whether a DACL gives a grant already is asked by atoms, not by equality of
// ACEs: a broader ACE (all properties, a property set, full control, another
// group) gives it as well, and a DC may merge what was written.
//
// An atom is one bit of one right in one scope. An ACE gives an atom where its
// trustee is in the token, its mask has the bit, its ObjectType is absent, the
// right itself or something above it, and it reaches at least the scope.
//
// Denies count by their place. Descendants inherit the ACEs in the order in
// which they stand here, the nearest generation first, so that a deny that
// stands behind the ACE that grants takes nothing away, here or below. That is
// why an explicit grant outranks a deny that was inherited.

// Cover tells how a DACL stands to one grant.
type Cover struct {
	Want Grant
	// By are the ACEs that give it already; where Denied is not empty, those
	// that would. Empty where Missing is not.
	By      []secdesc.ACE
	Missing []secdesc.ACE // what has to be added
	Denied  []secdesc.ACE // denies that take the right away in the whole scope
	Partly  []secdesc.ACE // denies that take it away, or may do so, in a part of the scope
	Idle    []secdesc.ACE // denies without effect: they stand behind what grants
}

// Covers gives the ACEs that are missing for the token to have the grant; none
// where a NULL DACL or the ACEs in have already give it.
func Covers(have *secdesc.ACL, token Token, want Grant) (missing []secdesc.ACE) {
	return Survey(have, token, want).Missing
}

// Survey is Covers with its reasons. A nil ACL gives everything (MS-DTYP
// 2.4.5): callers that mean "could not be read" must not ask.
func Survey(have *secdesc.ACL, token Token, want Grant) Cover {
	c := Cover{Want: want}
	if have == nil {
		return c
	}
	v := view(have, token, want)
	barrier := len(have.ACEs) // the first deny of the whole scope
	if len(v.denies) > 0 {
		barrier = v.denies[0]
	}
	granted := len(v.allows) > 0 && v.allows[0] < barrier
	gate := place(have, want.ACE()) // denies in front of it count
	switch {
	case granted:
		gate = v.allows[0]
		c.By = pick(have, v.allows, 0, barrier)
	case len(v.allows) > 0 && barrier < gate: // one more would be denied as well
		c.By = pick(have, v.allows, 0, len(have.ACEs))
	default:
		c.Missing = []secdesc.ACE{want.ACE()}
	}
	c.Denied = pick(have, v.denies, 0, gate)
	c.Partly = pick(have, v.partly, 0, gate)
	c.Idle = append(pick(have, v.denies, gate, len(have.ACEs)), pick(have, v.partly, gate, len(have.ACEs))...)
	return c
}

// places are the indexes of the ACEs that have to do with a grant, ascending.
type places struct{ allows, denies, partly []int }

// view sorts the ACEs by what they do to the grant. What is not certain is not
// counted on, and counted against: conditional ACEs, and those for whoever owns
// an object, made it or is it, which may be the trustee in places.
func view(have *secdesc.ACL, token Token, want Grant) places {
	var v places
	for i := range have.ACEs {
		a := &have.ACEs[i]
		named := token.Has(a.Trustee)
		if !named && !Relative(a.Trustee) || !concerns(a, &want.Right, want.Scope.Class) {
			continue
		}
		whole, part := reaches(a, want.Scope)
		sure := named && !a.Type.Conditional()
		switch {
		case a.Type.Allows() && whole && sure:
			v.allows = append(v.allows, i)
		case a.Type.Denies() && whole && sure:
			v.denies = append(v.denies, i)
		case a.Type.Denies() && part:
			v.partly = append(v.partly, i)
		}
	}
	return v
}

// Relative says that the trustee stands for somebody else on each object: whoever
// owns it, made it, or is it.
func Relative(trustee secdesc.SID) bool {
	return trustee == creatorOwner || trustee == creatorGroup || trustee == ownerRights || trustee == principalSelf
}

// pick gives the ACEs at those of the places that lie in [from, to).
func pick(have *secdesc.ACL, places []int, from, to int) []secdesc.ACE {
	var out []secdesc.ACE
	for _, i := range places {
		if from <= i && i < to {
			out = append(out, have.ACEs[i])
		}
	}
	return out
}

// reaches says whether the ACE applies in the whole scope, or in a part of it.
func reaches(a *secdesc.ACE, s Scope) (whole, part bool) {
	if s.Flags&secdesc.ContainerInherit == 0 {
		return inForce(a), inForce(a)
	}
	if a.Flags&secdesc.ContainerInherit == 0 {
		return false, false
	}
	if a.ObjectFlags&secdesc.InheritedObjectTypePresent != 0 {
		switch {
		case a.InheritedObjectType.IsZero(): // for which class is not certain: see Inherit
			return false, true
		case a.InheritedObjectType != s.Class:
			return false, false
		}
	}
	if a.Flags&secdesc.NoPropagate != 0 { // direct children alone
		return false, true
	}
	return true, true
}
