package replay

import (
	"encoding/binary"
	"fmt"

	"writeback/adperms/secdesc"
)

// As in a real domain, most users share a few descriptors, made by the OUs that
// they are in, and some have one that few others have.

// distinct is how many different security descriptors the users of a large domain
// have, 2 to 4 kB each; a small one has fewer.
const distinct = 200

// Trustees of the domain.
var (
	Domain    = secdesc.MustSID("S-1-5-21-3623811015-3361044348-30300820")
	Connector = Domain.Child(1105) // the account that writes passwords back
)

var (
	user            = secdesc.MustGUID("bf967aba-0de6-11d0-a285-00aa003049e2")
	resetPassword   = secdesc.MustGUID("00299570-246d-11d0-a768-00aa006e0529")
	lockoutTime     = secdesc.MustGUID("28630ebf-41d5-11d1-a9c1-0000f80367c1")
	pwdLastSet      = secdesc.MustGUID("bf967a0a-0de6-11d0-a285-00aa003049e2")
	personalInfo    = secdesc.MustGUID("77b5b886-944a-11d1-aebd-0000f80367c1")
	domainAdmins    = Domain.Child(512)
	selfSID         = secdesc.MustSID("S-1-5-10")
	authenticated   = secdesc.MustSID("S-1-5-11")
	administrators  = secdesc.MustSID("S-1-5-32-544")
	accountOperator = secdesc.MustSID("S-1-5-32-548")
)

// admin is the OU of the administrators.
const admin = 0

const fromAbove = secdesc.ContainerInherit | secdesc.InheritOnly | secdesc.Inherited

// kind is what a descriptor is for.
type kind int

const (
	ofUser kind = iota
	ofOU        // what the users below it inherit from
)

// descriptors makes all of one kind.
func descriptors(k kind) ([][]byte, error) {
	out := make([][]byte, distinct)
	for n := range out {
		b, err := descriptor(k, n).Marshal()
		if err != nil {
			return nil, fmt.Errorf("descriptor %d: %w", n, err)
		}
		out[n] = b
	}
	return out, nil
}

// descriptor is that of OU number n, or of the users in it. Every 13th OU takes
// nothing from above and lacks what the connector account has elsewhere; users
// in every 17th deny it the reset; those in the first one are administrators, who
// are protected as by AdminSDHolder.
func descriptor(k kind, n int) *secdesc.Descriptor {
	d := &secdesc.Descriptor{
		Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent | secdesc.DACLAutoInherited,
		Owner: domainAdmins, Group: domainAdmins,
	}
	barred, protected := n%13 == 7, k == ofUser && n == admin
	if barred && k == ofOU || protected {
		d.Control |= secdesc.DACLProtected
	}
	var aces []secdesc.ACE
	if n%17 == 5 && k == ofUser {
		aces = append(aces, secdesc.Deny(Connector, secdesc.ControlAccess, 0, resetPassword, secdesc.GUID{}))
	}
	aces = append(aces,
		secdesc.Allow(domainAdmins, 0x000f01ff, 0, secdesc.GUID{}, secdesc.GUID{}),
		secdesc.Allow(accountOperator, 0x000f01ff, 0, secdesc.GUID{}, secdesc.GUID{}),
		secdesc.Allow(selfSID, 0x00020094, 0, secdesc.GUID{}, secdesc.GUID{}),
		secdesc.Allow(authenticated, secdesc.ReadProperty, 0, personalInfo, secdesc.GUID{}),
	)
	if k != ofUser { // as the schema has it for OUs
		aces = append(aces, secdesc.Allow(authenticated, secdesc.ReadControl|secdesc.ReadProperty|secdesc.ListChildren|secdesc.ListObject, 0, secdesc.GUID{}, secdesc.GUID{}))
	}
	if !barred && !protected {
		aces = append(aces, granted(k)...)
	}
	d.DACL = &secdesc.ACL{Revision: 4, ACEs: append(aces, others(n)...)}
	return d
}

// granted is what the connector account has from the domain's root.
func granted(k kind) []secdesc.ACE {
	flags := secdesc.ContainerInherit | secdesc.Inherited
	if k == ofOU {
		flags |= secdesc.InheritOnly
	}
	return []secdesc.ACE{
		secdesc.Allow(Connector, secdesc.ControlAccess, flags, resetPassword, user),
		secdesc.Allow(Connector, secdesc.WriteProperty, flags, lockoutTime, user),
		secdesc.Allow(Connector, secdesc.WriteProperty, flags, pwdLastSet, user),
	}
}

// others are ACEs about groups and properties that have nothing to do with
// passwords: what makes descriptors as long as they are.
func others(n int) []secdesc.ACE {
	var out []secdesc.ACE
	for k := range 24 + n%25 {
		of := user
		binary.LittleEndian.PutUint32(of[:], uint32(scatter(uint64(n/8<<8|k))))
		out = append(out, secdesc.Allow(Domain.Child(uint32(2000+n*64+k)), secdesc.ReadProperty|secdesc.WriteProperty, fromAbove, of, user))
	}
	return out
}

// ranks says for each of many places which of so many OUs is there, but for that
// of administrators: OU k has about half as many places as OU k/2 (Zipf).
func ranks(ous int) []uint8 {
	total := 0.0
	for k := 1; k < ous; k++ {
		total += 1 / float64(k)
	}
	out := make([]uint8, 0, places)
	for k := 1; k < ous; k++ {
		n := max(1, int(places/total/float64(k)))
		for range min(n, places-len(out)) {
			out = append(out, uint8(k))
		}
	}
	for len(out) < places {
		out = append(out, 1)
	}
	return out
}

const places = 1 << 13

// scatter spreads numbers over 64 bits, each to another one (the finisher of
// SplitMix64).
func scatter(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
