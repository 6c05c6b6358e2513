package adperms

import (
	"slices"

	"writeback/adperms/secdesc"
)

// What a child inherits from its parent's DACL (MS-DTYP 2.5.3.4.2, MS-ADTS
// 6.1.3). In a directory every object is a container, so ContainerInherit is
// what passes an ACE on. A child of the class that an ACE is for gets it in
// force; any other child carries it on inherit-only, for its own descendants.

// Child is what inheritance must know of the object below.
type Child struct {
	Class     secdesc.GUID // schemaIDGUID of its most specific class
	Owner     secdesc.SID  // CREATOR OWNER becomes the owner
	Group     secdesc.SID  // CREATOR GROUP becomes the group
	Protected bool         // its DACL takes nothing from above
}

// Inherit gives the ACEs that the child gets from the parent's DACL, each with
// the Inherited flag, in the parent's order. A nil DACL passes nothing on.
func Inherit(parent *secdesc.ACL, child Child) []secdesc.ACE {
	if parent == nil || child.Protected {
		return nil
	}
	var out []secdesc.ACE
	for _, a := range parent.ACEs {
		out = child.take(out, a)
	}
	return out
}

// take appends what the child gets from one ACE: nothing, one ACE, or two.
func (c Child) take(out []secdesc.ACE, a secdesc.ACE) []secdesc.ACE {
	const onward = secdesc.ContainerInherit | secdesc.ObjectInherit
	if a.Flags&onward == 0 {
		return out
	}
	last := a.Flags&secdesc.NoPropagate != 0
	forUs := a.Flags&secdesc.ContainerInherit != 0 &&
		(a.ObjectFlags&secdesc.InheritedObjectTypePresent == 0 || a.InheritedObjectType == c.Class)

	a.Flags = a.Flags&^secdesc.InheritOnly | secdesc.Inherited
	carried := a
	carried.Flags |= secdesc.InheritOnly
	if !forUs {
		if last {
			return out
		}
		return append(out, carried)
	}
	effective := c.inForce(a)
	if last {
		effective.Flags &^= onward | secdesc.NoPropagate
		return append(out, effective)
	}
	if effective == a {
		return append(out, a)
	}
	// The descendants are to get the ACE as it was written, so that it is
	// carried on beside the one that is in force here.
	effective.Flags &^= onward
	return append(out, effective, carried)
}

// inForce gives the ACE as it counts on the child itself: generic rights as the
// rights they stand for, CREATOR OWNER and CREATOR GROUP as who they are.
func (c Child) inForce(a secdesc.ACE) secdesc.ACE {
	if !a.Type.Understood() {
		return a
	}
	a.Mask = a.Mask.MapGeneric()
	switch a.Trustee {
	case creatorOwner:
		a.Trustee = c.Owner
	case creatorGroup:
		a.Trustee = c.Group
	}
	return a
}

// ChildDACL is the whole DACL of a child: its explicit ACEs as they stand, then
// what it inherits. A protected child keeps all it has.
func ChildDACL(parent *secdesc.ACL, own *secdesc.Descriptor, class secdesc.GUID) *secdesc.ACL {
	if own.Protected() || own.DACL == nil {
		return own.DACL.Clone()
	}
	child := Child{Class: class, Owner: own.Owner, Group: own.Group}
	out := own.DACL.Clone()
	out.ACEs = slices.Concat(own.DACL.Explicit(), Inherit(parent, child))
	if slices.ContainsFunc(out.ACEs, func(a secdesc.ACE) bool { return a.Type.HasObject() }) {
		out.Revision = max(out.Revision, secdesc.ACLRevisionDS)
	}
	return out
}
