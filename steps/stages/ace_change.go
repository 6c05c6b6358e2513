package stages

import (
	"fmt"
	"slices"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

// ACEChange is one change to the DACL of one object: an ACE that is added or removed, or
// inheritance that is switched off. It is plain data and holds all that undo needs.
type ACEChange struct {
	// Does is what is done: "" adds the ACE, as journals of all programs have it.
	Does    string       `json:"does,omitempty"`
	DN      string       `json:"dn"`
	GUID    secdesc.GUID `json:"guid"`              // objectGUID: finds the object again when it was moved
	Class   string       `json:"class,omitempty"`   // most specific objectClass; "": a journal from before it was kept
	ACE     string       `json:"ace,omitempty"`     // SDDL; one that goes with inheritance has the flag ID
	Trustee string       `json:"trustee,omitempty"` // DOMAIN\name, or the SID
	DC      string       `json:"dc"`                // host name
	// Version counts the writes to the object's descriptor, 0 where that could
	// not be read: before the change in a plan or intent, after it in what was made.
	Version uint32 `json:"version"`
	// Read is when the object was read for the plan, by our clock; zero in what
	// was made.
	Read time.Time `json:"read,omitzero"`
}

// What an [ACEChange] does.
const (
	doesAdd    = ""
	doesRemove = "remove"
	doesBlock  = "uninherit" // switches inheritance off; it has no ACE
)

// add is the change that adds an ACE to an object as it was seen.
func (d *DACLs) add(on Seen, a secdesc.ACE, names map[secdesc.SID]string) ACEChange {
	return ACEChange{
		DN: on.DN, GUID: on.GUID, Class: classOf(on), ACE: a.SDDL(), Version: on.Version, Read: on.At,
		Trustee: nameOf(a.Trustee, names), DC: d.Place.DC,
	}
}

// made is the change as it is in the world now.
func (c ACEChange) made(now Seen) ACEChange {
	c.DN, c.Version, c.Read = now.DN, now.Version, time.Time{}
	return c
}

func nameOf(s secdesc.SID, names map[secdesc.SID]string) string {
	if n := names[s]; n != "" {
		return steps.Plain(n)
	}
	return s.String()
}

// ace reads the ACE back. The change comes from a plan just made, or from the
// journal, so that anything but one ACE is a damaged journal.
func (c ACEChange) ace() (secdesc.ACE, error) {
	a, err := secdesc.ParseACE(c.ACE, secdesc.DomainSIDs{})
	if err != nil {
		return secdesc.ACE{}, fmt.Errorf("read the ACE of a change: %w", err)
	}
	return a, nil
}

// Describe puts the change into the words of Active Directory Users and
// Computers.
func (c ACEChange) Describe() steps.Change {
	out := steps.Change{Verb: steps.VerbAdd, Target: steps.Plain(c.DN), SDDL: c.ACE}
	if c.Does == doesBlock {
		out.Verb, out.Before, out.After = steps.VerbSet, "on", "off"
		out.Line = "Inheritance of permissions: on → off"
		return out
	}
	a, err := c.ace()
	if err != nil {
		out.Line = err.Error()
		return out
	}
	w := adperms.Describe(a)
	out.Line = fmt.Sprintf("%s %s: %s, applies to: %s", w.Type, steps.Plain(c.Trustee), w.Permission, w.AppliesTo)
	if c.Does == doesRemove {
		out.Verb = steps.VerbRemove
		if a.Inherited() {
			out.Line += " (inherited)"
		}
		return out // dsacls removes all that a trustee has, or nothing
	}
	out.Equivalent = adperms.Dsacls(c.DN, c.Trustee, a)
	return out
}

// editOf is the edit that changes of one object are together.
func editOf(cs []ACEChange) (e adperms.Edit, err error) {
	e.DN = cs[0].DN
	for _, c := range cs {
		if c.Does == doesBlock {
			e.Inheritance = adperms.BlockInheritance
			continue
		}
		a, err := c.ace()
		if err != nil {
			return e, err
		}
		switch c.Does {
		case doesAdd:
			e.Add = append(e.Add, a)
		case doesRemove:
			e.Remove = append(e.Remove, a)
		default:
			return e, fmt.Errorf("read a change: it does %q, which this program does not know", steps.Plain(c.Does))
		}
	}
	return e, nil
}

// in says that the change is in the descriptor.
func (c ACEChange) in(d *secdesc.Descriptor) (bool, error) {
	if c.Does == doesBlock {
		return d.Protected(), nil
	}
	a, err := c.ace()
	if err != nil || !d.HasDACL() {
		return false, err
	}
	return slices.Contains(d.DACL.ACEs, a) == (c.Does == doesAdd), nil
}
