package adperms

import "writeback/adperms/secdesc"

// The access check of a directory object: MS-DTYP 2.5.3.2 with the object type
// tree of MS-ADTS 5.1.3.3. The DACL is walked from the top; the first ACE that
// speaks of the right decides, whatever follows. Canonical order is what makes
// denies win, not this function.
//
// An ACE speaks of a right where its trustee is in the token, it is not
// inherit-only, its mask has the right's bit, and its ObjectType is absent or
// names the right, or something above it in the tree:
//
//	write an attribute:  class of the object > property set > attribute
//	extended right:      the right alone
//
// InheritedObjectType says who inherits an ACE, not where it is in force.

// Target is the object to which access is asked.
type Target struct {
	Descriptor *secdesc.Descriptor
	Self       secdesc.SID  // its objectSid: what PRINCIPAL_SELF stands for
	Class      secdesc.GUID // schemaIDGUID of its most specific class
}

// Ground is why a decision came out as it did.
type Ground string

// The grounds of a decision.
const (
	ByACE    Ground = "ace"       // an ACE decided: Decision.ACE
	NoACE    Ground = "no-ace"    // no ACE speaks of the right: refused
	NullDACL Ground = "null-dacl" // the object has no DACL, or a NULL one: granted
)

// Decision is the answer of an access check.
type Decision struct {
	Granted bool
	Ground  Ground
	ACE     secdesc.ACE // the deciding ACE where Ground is ByACE
	Index   int         // its place in the DACL, else -1
	// Unsure says that a conditional ACE speaks of the right, whose condition
	// is the DC's to evaluate: it was taken as not granting, or as denying
	// (MS-DTYP 2.5.3.1.5: unknown).
	Unsure bool
}

// Access decides whether the token has the right on the object.
func Access(t Target, token Token, want Right) Decision {
	d := t.Descriptor
	if !d.HasDACL() {
		return Decision{Granted: true, Ground: NullDACL, Index: -1}
	}
	decision := Decision{Ground: NoACE, Index: -1}
	for i := range d.DACL.ACEs {
		a := &d.DACL.ACEs[i]
		allows, denies := a.Type.Allows(), a.Type.Denies()
		if !allows && !denies || a.Flags&secdesc.InheritOnly != 0 {
			continue
		}
		if !speaksOf(a, want, t.Class) || !t.carries(token, a.Trustee) {
			continue
		}
		if a.Type.Conditional() {
			decision.Unsure = true
			if allows {
				continue
			}
		}
		decision.Granted, decision.Ground, decision.ACE, decision.Index = allows, ByACE, *a, i
		return decision
	}
	return decision
}

func speaksOf(a *secdesc.ACE, want Right, class secdesc.GUID) bool {
	if !a.Mask.MapGeneric().Has(want.Mask) {
		return false
	}
	if a.ObjectFlags&secdesc.ObjectTypePresent == 0 || a.ObjectType.IsZero() || a.ObjectType == want.Type {
		return true
	}
	if want.Mask&secdesc.ControlAccess != 0 {
		return false
	}
	return a.ObjectType == want.Set || a.ObjectType == class
}

// carries says that the trustee is in the token, for this object:
// PRINCIPAL_SELF is the object's own SID, OWNER RIGHTS whoever owns it.
func (t Target) carries(token Token, trustee secdesc.SID) bool {
	if token.Has(trustee) {
		return true
	}
	switch trustee {
	case principalSelf:
		return !t.Self.IsZero() && token.Has(t.Self)
	case ownerRights:
		return !t.Descriptor.Owner.IsZero() && token.Has(t.Descriptor.Owner)
	}
	return false
}
