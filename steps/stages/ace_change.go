package stages

import (
	"fmt"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

// ACEChange is the one kind of change of the stage delegate: an explicit ACE that
// is added to the DACL of one object. It is plain data and holds all that undo
// needs.
type ACEChange struct {
	DN      string       `json:"dn"`
	GUID    secdesc.GUID `json:"guid"`            // objectGUID: finds the object again when it was moved
	Class   string       `json:"class,omitempty"` // most specific objectClass; "": a journal from before it was kept
	ACE     string       `json:"ace"`             // SDDL
	Trustee string       `json:"trustee"`         // DOMAIN\name, or the SID
	DC      string       `json:"dc"`              // host name
	// Version counts the writes to the object's descriptor, 0 where that could
	// not be read: before the change in a plan or intent, after it in what was made.
	Version uint32 `json:"version"`
	// Read is when the object was read for the plan, by our clock; zero in what
	// was made.
	Read time.Time `json:"read,omitzero"`
}

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
	a, err := c.ace()
	if err != nil {
		out.Line = err.Error()
		return out
	}
	w := adperms.Describe(a)
	out.Line = fmt.Sprintf("%s %s: %s, applies to: %s", w.Type, steps.Plain(c.Trustee), w.Permission, w.AppliesTo)
	out.Equivalent = adperms.Dsacls(c.DN, c.Trustee, a)
	return out
}
