package secdesc

import (
	"encoding/binary"
	"fmt"
)

// Control is the set of control bits of a security descriptor (MS-DTYP 2.4.6).
type Control uint16

// The control bits.
const (
	OwnerDefaulted     Control = 0x0001
	GroupDefaulted     Control = 0x0002
	DACLPresent        Control = 0x0004
	DACLDefaulted      Control = 0x0008
	SACLPresent        Control = 0x0010
	SACLDefaulted      Control = 0x0020
	DACLTrusted        Control = 0x0040
	ServerSecurity     Control = 0x0080
	DACLAutoInheritReq Control = 0x0100
	SACLAutoInheritReq Control = 0x0200
	DACLAutoInherited  Control = 0x0400
	SACLAutoInherited  Control = 0x0800
	DACLProtected      Control = 0x1000
	SACLProtected      Control = 0x2000
	RMControlValid     Control = 0x4000
	SelfRelative       Control = 0x8000
	daclControl                = DACLPresent | DACLDefaulted | DACLTrusted | ServerSecurity | DACLAutoInheritReq | DACLAutoInherited | DACLProtected
	descriptorHeader           = 20
	descriptorRevision uint8   = 1
)

// Descriptor is a security descriptor in self-relative form (MS-DTYP 2.4.6).
//
// A DACL is one of three things: absent (DACLPresent not set), NULL
// (DACLPresent set, DACL nil: everybody may do everything), or a list, which
// may be empty (nobody may do anything). Protected says that it takes nothing
// from the parent.
type Descriptor struct {
	Revision  uint8
	RMControl uint8 // resource manager control bits, Sbz1 of MS-DTYP; AD sets it (MS-ADTS 6.1.3)
	Control   Control
	Owner     SID
	Group     SID
	SACL      *ACL
	DACL      *ACL

	layout   layout // the order of the parts as it was read
	filtered bool   // ACEs were left out: it cannot be written
}

// Protected says that the DACL takes no ACEs from the parent.
func (d *Descriptor) Protected() bool { return d.Control&DACLProtected != 0 }

// NullDACL says that there is a DACL and it is NULL: everything is granted.
func (d *Descriptor) NullDACL() bool { return d.Control&DACLPresent != 0 && d.DACL == nil }

// HasDACL says that there is a list, be it empty.
func (d *Descriptor) HasDACL() bool { return d.Control&DACLPresent != 0 && d.DACL != nil }

// Clone gives a descriptor that shares no slice with d.
func (d *Descriptor) Clone() *Descriptor {
	c := *d
	c.SACL, c.DACL = d.SACL.Clone(), d.DACL.Clone()
	return &c
}

// DACLOnly gives the DACL and its control bits alone: what an LDAP modify
// under SD flags 4 sends (MS-ADTS 3.1.1.3.4.1.11).
func (d *Descriptor) DACLOnly() *Descriptor {
	return &Descriptor{Revision: descriptorRevision, Control: d.Control&daclControl | SelfRelative, DACL: d.DACL.Clone(), filtered: d.filtered}
}

// Parse reads a self-relative security descriptor. The result does not share
// memory with b.
func Parse(b []byte) (*Descriptor, error) { return parse(string(b)) }

func parse(b string) (*Descriptor, error) {
	if len(b) < descriptorHeader {
		return nil, &Error{"security descriptor", len(b), fmt.Sprintf("%d bytes are too few", len(b))}
	}
	d := &Descriptor{Revision: b[0], RMControl: b[1], Control: Control(uint16(b[2]) | uint16(b[3])<<8)}
	if d.Revision != descriptorRevision {
		return nil, &Error{"security descriptor", 0, fmt.Sprintf("revision %d is not 1", d.Revision)}
	}
	if d.Control&SelfRelative == 0 {
		return nil, &Error{"security descriptor", 2, "it is not self-relative"}
	}
	for p := part(0); p < parts; p++ {
		at, size, err := d.parsePart(b, p)
		if err != nil {
			return nil, err
		}
		d.layout.add(p, at, size)
	}
	return d, d.layout.sortParts(b)
}

// parsePart reads one of the four parts; size 0 says that it is not there.
func (d *Descriptor) parsePart(b string, p part) (at, size int, err error) {
	at = int(leUint32(b[4+4*int(p):]))
	if at == 0 {
		return 0, 0, nil
	}
	if at < descriptorHeader || at >= len(b) {
		return 0, 0, &Error{partNames[p], 4 + 4*int(p), fmt.Sprintf("its offset %d lies outside", at)}
	}
	switch p {
	case ownerPart:
		d.Owner, err = leadingSID(b[at:])
		size = d.Owner.Size()
	case groupPart:
		d.Group, err = leadingSID(b[at:])
		size = d.Group.Size()
	case saclPart:
		if d.SACL, err = parseACL(b[at:]); err == nil {
			size = d.SACL.Size()
		}
	case daclPart:
		if d.DACL, err = parseACL(b[at:]); err == nil {
			size = d.DACL.Size()
		}
	}
	if err != nil {
		return 0, 0, within(err, partNames[p], at)
	}
	return at, size, nil
}

// Marshal writes the self-relative form: byte for byte what was parsed, where
// nothing was changed. The revision and SelfRelative are written also where
// they were not set. It fails where an ACE or ACL has more bytes than its
// size field can say, and for what a Filter has read.
func (d *Descriptor) Marshal() ([]byte, error) {
	if d.filtered {
		return nil, errFiltered
	}
	if d.SACL != nil {
		if err := d.SACL.check("SACL"); err != nil {
			return nil, err
		}
	}
	if d.DACL != nil {
		if err := d.DACL.check("DACL"); err != nil {
			return nil, err
		}
	}
	b := make([]byte, descriptorHeader, d.size())
	b[0], b[1] = descriptorRevision, d.RMControl
	binary.LittleEndian.PutUint16(b[2:], uint16(d.Control|SelfRelative))
	return d.layout.write(d, b), nil
}

func (d *Descriptor) size() int {
	n := descriptorHeader + d.Owner.Size() + d.Group.Size() + d.layout.gapBytes()
	if d.SACL != nil {
		n += d.SACL.Size()
	}
	if d.DACL != nil {
		n += d.DACL.Size()
	}
	return n
}
