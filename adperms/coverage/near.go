package coverage

import (
	"slices"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// "The permissions look right" is what people say before they search for hours. A
// near miss is an ACE on the user, or above it, that looks as if it granted a right
// and does not.

// Miss is why an ACE misses.
type Miss string

// The misses. Their texts are the codes of the reasons.
const (
	ThisObjectOnly Miss = "this-object-only" // it is the connector account's, and is not inherited
	OthersBelow    Miss = "others-below"     // it is the connector account's, on the user, and for what is below it alone
	OtherClass     Miss = "other-class"      // it is the connector account's, and for another class
	OtherAccount   Miss = "other-account"    // it is what writeback takes, and another account's
	DeletedAccount Miss = "deleted-account"  // that account is no longer there: for whoever looks its name up
)

// NearMiss is one, of one right.
type NearMiss struct {
	Right adperms.Right
	ACE   secdesc.ACE
	From  string // DN of the object that it was set on
	Why   Miss
}

// NearMisses looks for them among the rights that nothing speaks of. above are the
// objects over the user, the nearest first.
func NearMisses(q Question, u User, above []Object, decided [len(Rights)]Decision) (out []NearMiss) {
	for i, o := range append([]Object{{DN: string(u.DN), Descriptor: u.Descriptor}}, above...) {
		sd, err := secdesc.Parse(o.Descriptor)
		if o.Descriptor == nil || err != nil || !sd.HasDACL() {
			continue
		}
		own := i == 0
		for _, a := range sd.DACL.Explicit() {
			for k, right := range Rights {
				if decided[k].Granted || decided[k].Ground == adperms.ByACE || !gives(a, right) {
					continue
				}
				if why := q.misses(a, u, own); why != "" && (why != OtherAccount || delegates(sd.DACL.Explicit(), a.Trustee)) {
					out = append(out, NearMiss{right, a, o.DN, why})
				}
			}
		}
	}
	return out
}

// gives says that an ACE grants a right, wherever it applies.
func gives(a secdesc.ACE, r adperms.Right) bool {
	return a.Type.Allows() && !a.Type.Conditional() && a.Mask.MapGeneric().Has(r.Mask) &&
		(a.ObjectFlags&secdesc.ObjectTypePresent == 0 || a.ObjectType == r.Type || a.ObjectType == r.Set && !r.Set.IsZero())
}

// misses says why an ACE does not count for the user; "" where it does, or where it
// is nothing like it.
func (q Question) misses(a secdesc.ACE, u User, own bool) Miss {
	inherited := a.Flags&secdesc.ContainerInherit != 0
	class := a.ObjectFlags&secdesc.InheritedObjectTypePresent != 0 && a.InheritedObjectType != u.Class
	switch mine := q.Token.Has(a.Trustee); {
	case mine && own && a.Flags&secdesc.InheritOnly != 0:
		return OthersBelow
	case mine && !own && !inherited:
		return ThisObjectOnly
	case mine && !own && class:
		return OtherClass
	case !mine && (own || inherited && !class):
		return OtherAccount
	}
	return ""
}

// firstOwnRID is the least RID of an account that somebody created (MS-DTYP 2.4.2.4).
const firstOwnRID = 1000

// delegates says that a trustee is an account that was given what writeback takes,
// right by right, as people and the sync products' cmdlets do it: a help desk is
// given to reset passwords and to have them changed at the next sign-in, which are two
// of the rights, and full control names none.
func delegates(all []secdesc.ACE, trustee secdesc.SID) bool {
	if !trustee.Domain().IsAccountDomain() || trustee.RID() < firstOwnRID {
		return false
	}
	n := 0
	for _, r := range Rights {
		if slices.ContainsFunc(all, func(a secdesc.ACE) bool {
			return a.Trustee == trustee && a.ObjectFlags&secdesc.ObjectTypePresent != 0 && gives(a, r)
		}) {
			n++
		}
	}
	return n == len(Rights)
}
