package adperms

import "writeback/adperms/secdesc"

// Whether a DACL gives a grant already is asked by atoms, not by equality of
// ACEs: a broader ACE (all properties, a property set, full control, another
// group) gives it as well, and a DC may merge what was written.
//
// An atom is one bit of one right in one scope. An ACE gives an atom where its
// trustee is in the token, its mask has the bit, its ObjectType is absent, the
// right itself or the right's property set, and it reaches at least the scope.

// Cover tells how a DACL stands to one grant.
type Cover struct {
	Want    Grant
	By      []secdesc.ACE // the ACEs that give it already; empty where Missing is not
	Missing []secdesc.ACE // what has to be added
	Denied  []secdesc.ACE // denies that take the right away in the whole scope
	Partly  []secdesc.ACE // denies that take it away in a part of the scope
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
	for _, a := range have.ACEs {
		if !a.Type.Understood() || !token.Has(a.Trustee) || !concerns(a, want.Right) {
			continue
		}
		whole, part := reaches(a, want.Scope)
		switch {
		case a.Type.Allows() && !a.Type.Conditional() && whole:
			c.By = append(c.By, a)
		case a.Type.Denies() && whole && !a.Type.Conditional():
			c.Denied = append(c.Denied, a)
		case a.Type.Denies() && part:
			c.Partly = append(c.Partly, a)
		}
	}
	if len(c.By) == 0 {
		c.Missing = []secdesc.ACE{want.ACE()}
	}
	return c
}

// concerns says that the ACE's mask and ObjectType take in the right.
func concerns(a secdesc.ACE, r Right) bool {
	if !a.Mask.MapGeneric().Has(r.Mask) {
		return false
	}
	if a.ObjectFlags&secdesc.ObjectTypePresent == 0 || a.ObjectType.IsZero() {
		return true
	}
	return a.ObjectType == r.Type || (!r.Set.IsZero() && a.ObjectType == r.Set)
}

// reaches says whether the ACE applies in the whole scope, or in a part of it.
func reaches(a secdesc.ACE, s Scope) (whole, part bool) {
	if s.Flags&secdesc.ContainerInherit == 0 {
		effective := a.Flags&secdesc.InheritOnly == 0
		return effective, effective
	}
	if a.Flags&secdesc.ContainerInherit == 0 {
		return false, false
	}
	if a.ObjectFlags&secdesc.InheritedObjectTypePresent != 0 && a.InheritedObjectType != s.Class {
		return false, false
	}
	if a.Flags&secdesc.NoPropagate != 0 { // direct children alone
		return false, true
	}
	return true, true
}
