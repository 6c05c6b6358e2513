package adperms

import "writeback/adperms/secdesc"

// The access check of a directory object: MS-DTYP 2.5.3.2 with the object type
// tree of MS-ADTS 5.1.3.3.3 and the rule for extended rights of 5.1.3.3.4. The
// DACL is walked from the top; the first ACE that speaks of the right decides,
// whatever follows. Canonical order is what makes denies win, not this
// function.
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
	ByOwner  Ground = "owner"     // the owner may always read the descriptor and write its DACL
	NoACE    Ground = "no-ace"    // no ACE speaks of the right: refused
	NullDACL Ground = "null-dacl" // the object has no DACL, or a NULL one: granted
)

// Decision is the answer of an access check.
type Decision struct {
	Granted bool
	Ground  Ground
	ACE     secdesc.ACE // the deciding ACE where Ground is ByACE
	Index   int         // its place in the DACL, else -1
	// Unsure says that the right was refused, but could be granted by the DC:
	// it hangs on the condition of an ACE, which is not evaluated here. Such an
	// ACE is taken as not granting, or as denying, which is how a DC takes an
	// unknown condition (MS-DTYP 2.5.3.1.5).
	Unsure bool
}

// Access decides whether the token has the right on the object. want.Mask must
// be a single bit. It allocates nothing.
func Access(t Target, token Token, want Right) Decision {
	d := Check(&t, token, &want)
	if d.Ground == ByACE {
		d.ACE = t.Descriptor.DACL.ACEs[d.Index]
	}
	return d
}

// Check is Access without Decision.ACE, for who asks very often.
func Check(t *Target, token Token, want *Right) (d Decision) {
	d.Index = -1
	if !t.Descriptor.HasDACL() {
		d.Granted, d.Ground = true, NullDACL
		return d
	}
	if t.ownerHas(token, want.Mask) {
		d.Granted, d.Ground = true, ByOwner
		return d
	}
	d.Ground = NoACE
	decided := false
	hopeful := false // a condition that is true would grant the right
	for i := range t.Descriptor.DACL.ACEs {
		a := &t.Descriptor.DACL.ACEs[i]
		allows := a.Type.Allows()
		if !allows && !a.Type.Denies() || !inForce(a) || !concerns(a, want, t.Class) || !t.carries(token, a.Trustee) {
			continue
		}
		conditional := a.Type.Conditional()
		if !decided && !(conditional && allows) {
			d.Granted, d.Ground, d.Index, decided = allows, ByACE, i, true
		}
		hopeful = hopeful || allows
		if decided && (hopeful || !conditional) {
			break
		}
	}
	d.Unsure = hopeful && !d.Granted
	return d
}

func inForce(a *secdesc.ACE) bool { return a.Flags&secdesc.InheritOnly == 0 }

// readsOrWrites are the rights that have a tree of types: class, property set,
// attribute. Extended rights and validated writes have not (MS-ADTS 5.1.3.3.4
// and 5.1.3.3.5), nor has a child's class.
const readsOrWrites = secdesc.ReadProperty | secdesc.WriteProperty

// concerns says that the ACE's mask and ObjectType take in the right on an
// object of the class. An ObjectType that is present and zero names nothing.
func concerns(a *secdesc.ACE, want *Right, class secdesc.GUID) bool {
	if !a.Mask.MapGeneric().Has(want.Mask) {
		return false
	}
	if a.ObjectFlags&secdesc.ObjectTypePresent == 0 {
		return true
	}
	switch of := a.ObjectType; {
	case of.IsZero():
		return false
	case of == want.Type:
		return true
	default:
		return readsOrWrites.Has(want.Mask) && (of == want.Set || of == class)
	}
}

// carries says that the trustee is in the token, for this object:
// PRINCIPAL_SELF is the object's own SID (MS-DTYP 2.5.3.1.1), OWNER RIGHTS
// whoever owns it (MS-DTYP 2.4.2.4).
func (t *Target) carries(token Token, trustee secdesc.SID) bool {
	switch trustee {
	case principalSelf:
		return !t.Self.IsZero() && token.Has(t.Self)
	case ownerRights:
		return t.ownedBy(token)
	}
	return token.Has(trustee)
}

func (t *Target) ownedBy(token Token) bool {
	return !t.Descriptor.Owner.IsZero() && token.Has(t.Descriptor.Owner)
}

// ownerHas says that the right is one that owners have without any ACE: they
// lose it where an ACE for OWNER RIGHTS is in force (MS-DTYP 2.4.2.4).
func (t *Target) ownerHas(token Token, want secdesc.AccessMask) bool {
	const implied = secdesc.ReadControl | secdesc.WriteDACL
	if !implied.Has(want) || !t.ownedBy(token) {
		return false
	}
	for i := range t.Descriptor.DACL.ACEs {
		if a := &t.Descriptor.DACL.ACEs[i]; a.Trustee == ownerRights && inForce(a) {
			return false
		}
	}
	return true
}
