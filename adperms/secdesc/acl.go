package secdesc

import (
	"encoding/binary"
	"fmt"
)

// The ACL revisions (MS-DTYP 2.4.5). An ACL that holds an object ACE must have
// the second one.
const (
	ACLRevision   uint8 = 0x02
	ACLRevisionDS uint8 = 0x04
)

// MaxACLSize is the most bytes an ACL can have: AclSize is a 16-bit field.
const MaxACLSize = 0xffff

const aclHeader = 8 // revision, Sbz1, AclSize, AceCount, Sbz2

// ACL is an access control list (MS-DTYP 2.4.5). An ACL without ACEs grants
// nothing; that is not the same as no ACL at all (see Descriptor).
type ACL struct {
	Revision uint8
	Sbz1     uint8  // reserved, kept
	Sbz2     uint16 // reserved, kept
	ACEs     []ACE
	Slack    string // unused bytes within AclSize behind the last ACE, kept
}

// NewACL is an ACL with the lowest revision that fits its ACEs.
func NewACL(aces ...ACE) *ACL {
	acl := &ACL{ACEs: aces}
	acl.Revision = acl.lowestRevision()
	return acl
}

func (l *ACL) lowestRevision() uint8 {
	for _, a := range l.ACEs {
		if a.Type.HasObject() {
			return ACLRevisionDS
		}
	}
	return ACLRevision
}

// Size is the length in bytes: AclSize.
func (l *ACL) Size() int {
	n := aclHeader + len(l.Slack)
	for i := range l.ACEs {
		n += l.ACEs[i].Size()
	}
	return n
}

// Explicit gives the ACEs that were set on the object itself, in order.
func (l *ACL) Explicit() []ACE {
	if l == nil {
		return nil
	}
	var out []ACE
	for _, a := range l.ACEs {
		if !a.Inherited() {
			out = append(out, a)
		}
	}
	return out
}

// Clone gives an ACL that shares no slice with l.
func (l *ACL) Clone() *ACL {
	if l == nil {
		return nil
	}
	c := *l
	c.ACEs = append([]ACE(nil), l.ACEs...)
	return &c
}

// check refuses what cannot be written so that it is read again.
func (l *ACL) check(name string) error {
	for i := range l.ACEs {
		if n := l.ACEs[i].Size(); n > 0xffff {
			return fmt.Errorf("ACE %d of the %s has %d bytes, 65,535 are allowed", i, name, n)
		} else if n%4 != 0 {
			return fmt.Errorf("ACE %d of the %s has %d bytes, which is not a multiple of 4", i, name, n)
		}
		if l.ACEs[i].Type.Understood() && l.ACEs[i].Trustee.IsZero() {
			return fmt.Errorf("ACE %d of the %s has no trustee", i, name)
		}
	}
	if n := l.Size(); n > MaxACLSize {
		return fmt.Errorf("the %s has %d bytes, 65,535 are allowed", name, n)
	}
	return nil
}

func (l *ACL) appendTo(b []byte) []byte {
	b = append(b, l.Revision, l.Sbz1)
	b = binary.LittleEndian.AppendUint16(b, uint16(l.Size()))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(l.ACEs)))
	b = binary.LittleEndian.AppendUint16(b, l.Sbz2)
	for i := range l.ACEs {
		b = l.ACEs[i].appendTo(b)
	}
	return append(b, l.Slack...)
}

// parseACL takes the ACL at the start of b, with which it shares memory.
func parseACL(b string) (*ACL, error) {
	if len(b) < aclHeader {
		return nil, &Error{"ACL", 0, "its header runs past the end"}
	}
	size := int(b[2]) | int(b[3])<<8
	if size < aclHeader || size > len(b) {
		return nil, &Error{"ACL", 2, fmt.Sprintf("AclSize %d does not fit: 8 to %d bytes are there", size, len(b))}
	}
	count := int(b[4]) | int(b[5])<<8
	if count*aceHeader > size-aclHeader {
		return nil, &Error{"ACL", 4, fmt.Sprintf("%d ACEs cannot fit into %d bytes", count, size)}
	}
	acl := &ACL{Revision: b[0], Sbz1: b[1], Sbz2: uint16(b[6]) | uint16(b[7])<<8, ACEs: make([]ACE, count)}
	at := aclHeader
	for i := range acl.ACEs {
		n, err := parseACE(b[at:size], &acl.ACEs[i])
		if err != nil {
			return nil, within(err, fmt.Sprintf("ACE %d", i), at)
		}
		at += n
	}
	acl.Slack = b[at:size]
	return acl, nil
}
