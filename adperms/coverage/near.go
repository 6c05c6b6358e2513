package coverage

import (
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// "The permissions look right" is what people say before they search for hours. A
// near miss is an ACE on the user, or above it, that looks as if it granted a right
// and does not. Each right is looked at by itself: where two of three are there, it
// is the third that people search for.

// Miss is why an ACE misses.
type Miss string

// The misses. Their texts are the codes of the reasons.
const (
	ThisObjectOnly Miss = "this-object-only" // it is the connector account's, and is not inherited
	OneLevelOnly   Miss = "one-level-only"   // it is the connector account's, and is inherited by what is right below alone
	OthersBelow    Miss = "others-below"     // it is the connector account's, on the user, and for what is below it alone
	OtherClass     Miss = "other-class"      // it is the connector account's, and for another class
	NoClass        Miss = "no-class"         // it is the connector account's, and for a class whose GUID is all zeros
	OtherAccount   Miss = "other-account"    // it is what writeback takes, and another account's
	DeletedAccount Miss = "deleted-account"  // that account is no longer there: for whoever looks its name up
	OtherRight     Miss = "other-right"      // it is the connector account's, and gives what is taken for the right
	OtherScope     Miss = "other-scope"      // a run granted it elsewhere
)

// NearMiss is one, of one right.
type NearMiss struct {
	Right adperms.Right
	ACE   secdesc.ACE
	From  string // DN of the object that it was set on
	Why   Miss
	// Whole says of another account that it was given all the rights that writeback
	// takes, one by one, as people and the sync products' cmdlets do it. A help desk is
	// given two of them, and full control names none.
	Whole bool
}

// NearMisses looks for them among the rights that nothing speaks of. above are the
// objects over the user, the nearest first.
func NearMisses(q Question, u User, above []Object, decided [len(Rights)]Decision) (out []NearMiss) {
	given := map[secdesc.SID]uint8{} // to other accounts, by the bits of Rights
	for level, o := range wayUp(u, above) {
		sd, err := secdesc.Parse(o.Descriptor)
		if o.Descriptor == nil || err != nil || !sd.HasDACL() {
			continue
		}
		for _, a := range sd.DACL.Explicit() {
			why := q.misses(a, u, level)
			if why == "" || why == OtherAccount && !ownAccount(a) {
				continue
			}
			for k, right := range Rights {
				if why == OtherRight && resembles(a, right) == "" || why != OtherRight && !gives(a, right) {
					continue
				}
				if why == OtherAccount {
					given[a.Trustee] |= 1 << k
				}
				if !decided[k].Granted && decided[k].Ground != adperms.ByACE {
					out = append(out, NearMiss{Right: right, ACE: a, From: o.DN, Why: why})
				}
			}
		}
	}
	for i := range out {
		out[i].Whole = given[out[i].ACE.Trustee] == allRights
	}
	return out
}

// wayUp is the user and what is above it.
func wayUp(u User, above []Object) []Object {
	return append([]Object{{DN: string(u.DN), Class: u.Class, Descriptor: u.Descriptor}}, above...)
}

// gives says that an ACE grants a right, wherever it applies.
func gives(a secdesc.ACE, r adperms.Right) bool {
	return a.Type.Allows() && !a.Type.Conditional() && a.Mask.MapGeneric().Has(r.Mask) &&
		(a.ObjectFlags&secdesc.ObjectTypePresent == 0 || a.ObjectType == r.Type || a.ObjectType == r.Set && !r.Set.IsZero())
}

// misses says why an ACE does not count for the user; "" where it does, or where it
// is nothing like it. level is how far above the user it stands.
func (q Question) misses(a secdesc.ACE, u User, level int) Miss {
	inherited := a.Flags&secdesc.ContainerInherit != 0
	forClass := a.ObjectFlags&secdesc.InheritedObjectTypePresent != 0
	switch mine := q.Token.Has(a.Trustee); {
	case mine && level == 0 && a.Flags&secdesc.InheritOnly != 0:
		return OthersBelow
	case mine && level == 0:
		return lookalike(a)
	case mine && !inherited:
		return ThisObjectOnly
	case mine && forClass && a.InheritedObjectType.IsZero():
		return NoClass
	case mine && forClass && a.InheritedObjectType != u.Class:
		return OtherClass
	case mine && level > 1 && a.Flags&secdesc.NoPropagate != 0:
		return OneLevelOnly
	case mine:
		return lookalike(a)
	case level == 0 || inherited && (!forClass || a.InheritedObjectType == u.Class):
		return OtherAccount
	}
	return ""
}

// lookalike tells an ACE that was meant for somebody from those that everybody has.
func lookalike(a secdesc.ACE) Miss {
	if ownAccount(a) {
		return OtherRight
	}
	return ""
}

// resembles says which right an ACE gives in place of the one that it is taken for; ""
// where it is not taken for it. To change a password takes the old one, and to read an
// attribute is not to write it.
func resembles(a secdesc.ACE, r adperms.Right) string {
	switch mask := a.Mask.MapGeneric(); {
	case !a.Type.Allows(), a.Type.Conditional(), mask.Has(r.Mask) && r.Mask == secdesc.WriteProperty:
		return ""
	case r == adperms.ResetPassword && mask.Has(secdesc.ControlAccess) && a.ObjectType == adperms.ChangePassword:
		return "Change password"
	case r.Mask == secdesc.WriteProperty && mask.Has(secdesc.ReadProperty) && (a.ObjectType == r.Type || a.ObjectType == r.Set && !r.Set.IsZero()):
		return strings.Replace(r.Name, "Write", "Read", 1)
	}
	return ""
}

// firstOwnRID is the least RID of an account that somebody created (MS-DTYP 2.4.2.4).
const firstOwnRID = 1000

// ownAccount says that an ACE names a right of writeback itself, and gives it to an
// account or group that somebody created.
func ownAccount(a secdesc.ACE) bool {
	return a.ObjectFlags&secdesc.ObjectTypePresent != 0 && a.Trustee.Domain().IsAccountDomain() && a.Trustee.RID() >= firstOwnRID
}

// Reaching are the scopes with which the rights reach the user: those of the question,
// and where none of them does, one more. That is what keeps the user from inheriting,
// or else the object where somebody granted them before. more is "" where there is
// none.
func (q Question) Reaching(u User, above []Object, from string) (scopes []string, more string) {
	for _, o := range wayUp(u, above) {
		if slices.ContainsFunc(q.Scopes, func(s string) bool { return fold(s) == fold(o.DN) }) {
			return q.Scopes, ""
		}
		if sd, err := secdesc.Parse(o.Descriptor); err == nil && (sd.Protected() || sd.DACL == nil) {
			return append(slices.Clone(q.Scopes), o.DN), o.DN
		}
	}
	if from == string(u.DN) && len(above) > 0 {
		from = above[0].DN
	}
	return append(slices.Clone(q.Scopes), from), from
}
