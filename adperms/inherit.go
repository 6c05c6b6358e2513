package adperms

import (
	"slices"

	"writeback/adperms/secdesc"
)

// What a child inherits from its parent's DACL (MS-DTYP 2.5.3.4.4 and 2.5.3.4.7,
// MS-ADTS 6.1.3, "ACE Inheritance Rules" of the Win32 documents). In a directory
// every object is a container, so ContainerInherit is what passes an ACE on. A
// child of the class that an ACE is for gets it in force; any other child
// carries it on inherit-only, for its own descendants.

// An inheritable object ACE names the class that it is for in InheritedObjectType.
// Where that is said to be present and is all zeros, it is for no class by the
// letter of MS-DTYP 2.5.3.4.4 and for every class on Samba (measured); what Windows
// does is not documented. So it is taken by what it would do: one that grants is
// for no class, because no right may be promised that may not be there; one that
// denies is for every class.

// Child is what inheritance must know of the object below.
type Child struct {
	Class     secdesc.GUID   // schemaIDGUID of its most specific structural class
	Auxiliary []secdesc.GUID // and of the auxiliary classes attached to it, seldom any
	Owner     secdesc.SID    // CREATOR OWNER becomes the owner
	Group     secdesc.SID    // CREATOR GROUP becomes the group
	Protected bool           // its DACL takes nothing from above
}

// Inherit gives the ACEs that the child gets from the parent's DACL, each with
// the Inherited flag, in the parent's order. A nil DACL passes nothing on.
//
// A Windows DC leaves out those that an earlier one of the same kind holds, which
// changes no access check; it keeps the others in this order, too.
func Inherit(parent *secdesc.ACL, child Child) []secdesc.ACE {
	return AppendInherited(nil, parent, child)
}

// AppendInherited is Inherit into a slice that the caller may use again.
func AppendInherited(to []secdesc.ACE, parent *secdesc.ACL, child Child) []secdesc.ACE {
	if parent == nil || child.Protected {
		return to
	}
	for _, a := range parent.ACEs {
		to = child.take(to, a)
	}
	return to
}

const onward = secdesc.ContainerInherit | secdesc.ObjectInherit

// take appends what the child gets from one ACE: nothing, one ACE, or two.
func (c Child) take(out []secdesc.ACE, a secdesc.ACE) []secdesc.ACE {
	if a.Flags&onward == 0 {
		return out
	}
	a.Flags = a.Flags&^secdesc.InheritOnly | secdesc.Inherited
	carried := a
	carried.Flags |= secdesc.InheritOnly

	direct := a.Flags&secdesc.NoPropagate != 0
	switch forUs := c.meets(a); {
	case !forUs && direct:
		return out
	case !forUs:
		return append(out, carried)
	case direct:
		return append(out, c.effective(a))
	case !generic(a):
		return append(out, a)
	default:
		// The descendants are to get the ACE as it was written, so that it is
		// carried on beside the one that is in force here.
		return append(out, c.effective(a), carried)
	}
}

// meets says that an inheritable ACE is in force on the child.
func (c Child) meets(a secdesc.ACE) bool {
	if a.Flags&secdesc.ContainerInherit == 0 {
		return false
	}
	switch {
	case a.ObjectFlags&secdesc.InheritedObjectTypePresent == 0:
		return true
	case a.InheritedObjectType.IsZero():
		return a.Type.Denies()
	}
	return a.InheritedObjectType == c.Class || slices.Contains(c.Auxiliary, a.InheritedObjectType)
}

// generic says that the ACE means something else on each object.
func generic(a secdesc.ACE) bool {
	if !a.Type.Understood() {
		return false
	}
	return a.Mask != a.Mask.MapGeneric() || a.Trustee == creatorOwner || a.Trustee == creatorGroup
}

// effective gives the ACE as it counts on the child alone: generic rights as the
// rights they stand for and no others that a directory does not have, CREATOR
// OWNER and CREATOR GROUP as who they are, and nothing of whom it is passed on to.
func (c Child) effective(a secdesc.ACE) secdesc.ACE {
	a.Flags &^= onward | secdesc.NoPropagate
	if !a.Type.Understood() {
		return a
	}
	a.Mask = a.Mask.MapGeneric() & secdesc.GenericAll.MapGeneric()
	switch {
	case a.Trustee == creatorOwner && !c.Owner.IsZero():
		a.Trustee = c.Owner
	case a.Trustee == creatorGroup && !c.Group.IsZero():
		a.Trustee = c.Group
	}
	if a.ObjectFlags&secdesc.InheritedObjectTypePresent != 0 {
		a.InheritedObjectType = secdesc.GUID{}
		a.ObjectFlags &^= secdesc.InheritedObjectTypePresent
		if plain, ok := withoutObject[a.Type]; ok && a.ObjectFlags == 0 {
			a.Type = plain
		}
	}
	return a
}

// withoutObject is the type for an object ACE that has lost its only GUID.
var withoutObject = map[secdesc.ACEType]secdesc.ACEType{
	secdesc.AccessAllowedObject:         secdesc.AccessAllowed,
	secdesc.AccessDeniedObject:          secdesc.AccessDenied,
	secdesc.AccessAllowedCallbackObject: secdesc.AccessAllowedCallback,
	secdesc.AccessDeniedCallbackObject:  secdesc.AccessDeniedCallback,
}

// ChildDACL is the whole DACL of a child: its explicit ACEs as they stand, then
// what it inherits. A protected child keeps all it has. class and auxiliary are
// as in Child.
func ChildDACL(parent *secdesc.ACL, own *secdesc.Descriptor, class secdesc.GUID, auxiliary ...secdesc.GUID) *secdesc.ACL {
	if own.Protected() || own.DACL == nil {
		return own.DACL.Clone()
	}
	child := Child{Class: class, Auxiliary: auxiliary, Owner: own.Owner, Group: own.Group}
	out := own.DACL.Clone()
	out.ACEs = slices.Concat(own.DACL.Explicit(), Inherit(parent, child))
	if slices.ContainsFunc(out.ACEs, func(a secdesc.ACE) bool { return a.Type.HasObject() }) {
		out.Revision = max(out.Revision, secdesc.ACLRevisionDS)
	}
	return out
}
