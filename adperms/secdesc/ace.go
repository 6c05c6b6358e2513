package secdesc

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// ACEFlags is the second byte of an ACE (MS-DTYP 2.4.4.1).
type ACEFlags uint8

// The ACE flags. In a directory every object is a container, so that
// ContainerInherit is the one that passes an ACE on to children.
const (
	ObjectInherit    ACEFlags = 0x01
	ContainerInherit ACEFlags = 0x02
	NoPropagate      ACEFlags = 0x04
	InheritOnly      ACEFlags = 0x08
	Inherited        ACEFlags = 0x10
	CriticalACE      ACEFlags = 0x20
	SuccessfulAccess ACEFlags = 0x40
	FailedAccess     ACEFlags = 0x80

	// TrustProtectedFilter is SuccessfulAccess in an access filter ACE.
	TrustProtectedFilter ACEFlags = 0x40
)

// ObjectFlags tells which GUIDs an object ACE carries (MS-DTYP 2.4.4.3).
type ObjectFlags uint32

// The bits of ObjectFlags; others are kept.
const (
	ObjectTypePresent          ObjectFlags = 0x1
	InheritedObjectTypePresent ObjectFlags = 0x2
)

// ACE is one access control entry (MS-DTYP 2.4.4). It is a value: == compares
// two ACEs byte for byte.
//
// ObjectType and InheritedObjectType mean something only where ObjectFlags
// says so. Data is what stands behind the SID, as raw bytes: the condition of
// a callback ACE, the claim of a resource attribute ACE, or unused bytes.
// For a type that is not understood Data is the whole body behind the header.
type ACE struct {
	Type                ACEType
	Flags               ACEFlags
	Mask                AccessMask
	ObjectFlags         ObjectFlags
	ObjectType          GUID
	InheritedObjectType GUID
	Trustee             SID
	Data                string
}

// Allow is an access-allowed ACE; an object ACE where one of the GUIDs is set.
func Allow(trustee SID, mask AccessMask, flags ACEFlags, objectType, inheritedObjectType GUID) ACE {
	return newACE(AccessAllowed, AccessAllowedObject, trustee, mask, flags, objectType, inheritedObjectType)
}

// Deny is an access-denied ACE; an object ACE where one of the GUIDs is set.
func Deny(trustee SID, mask AccessMask, flags ACEFlags, objectType, inheritedObjectType GUID) ACE {
	return newACE(AccessDenied, AccessDeniedObject, trustee, mask, flags, objectType, inheritedObjectType)
}

func newACE(simple, withObject ACEType, trustee SID, mask AccessMask, flags ACEFlags, objectType, inheritedObjectType GUID) ACE {
	a := ACE{Type: simple, Flags: flags, Mask: mask, Trustee: trustee, ObjectType: objectType, InheritedObjectType: inheritedObjectType}
	if !objectType.IsZero() {
		a.Type, a.ObjectFlags = withObject, a.ObjectFlags|ObjectTypePresent
	}
	if !inheritedObjectType.IsZero() {
		a.Type, a.ObjectFlags = withObject, a.ObjectFlags|InheritedObjectTypePresent
	}
	return a
}

// Inherited says that the ACE came from the parent: the DC made it.
func (a ACE) Inherited() bool { return a.Flags&Inherited != 0 }

// Explicit gives the ACE as it would be if somebody had set it here.
func (a ACE) Explicit() ACE {
	a.Flags &^= Inherited
	return a
}

const aceHeader = 4 // type, flags, size

// Size is the length in bytes, header included: AceSize.
func (a ACE) Size() int {
	n := aceHeader + len(a.Data)
	switch a.Type.shape() {
	case object:
		n += 4 + 4 + a.Trustee.Size()
		if a.ObjectFlags&ObjectTypePresent != 0 {
			n += 16
		}
		if a.ObjectFlags&InheritedObjectTypePresent != 0 {
			n += 16
		}
	case plain:
		n += 4 + a.Trustee.Size()
	}
	return n
}

// Bytes is the ACE as it stands in an ACL (MS-DTYP 2.4.4). It must not be longer than
// AceSize can say: 65,535 bytes.
func (a ACE) Bytes() []byte { return a.appendTo(nil) }

// appendTo writes the ACE behind b. The caller has checked that AceSize fits.
func (a ACE) appendTo(b []byte) []byte {
	b = append(b, byte(a.Type), byte(a.Flags))
	b = binary.LittleEndian.AppendUint16(b, uint16(a.Size()))
	switch a.Type.shape() {
	case object:
		b = binary.LittleEndian.AppendUint32(b, uint32(a.Mask))
		b = binary.LittleEndian.AppendUint32(b, uint32(a.ObjectFlags))
		if a.ObjectFlags&ObjectTypePresent != 0 {
			b = append(b, a.ObjectType[:]...)
		}
		if a.ObjectFlags&InheritedObjectTypePresent != 0 {
			b = append(b, a.InheritedObjectType[:]...)
		}
		b = append(b, a.Trustee.raw...)
	case plain:
		b = binary.LittleEndian.AppendUint32(b, uint32(a.Mask))
		b = append(b, a.Trustee.raw...)
	}
	return append(b, a.Data...)
}

// parseACE takes the ACE at the start of b, with which it shares memory.
// It walks by AceSize, whatever the type says.
func parseACE(b string, a *ACE) (size int, err error) {
	if len(b) < aceHeader {
		return 0, &Error{"ACE", 0, "its header runs past the ACL"}
	}
	size = int(b[2]) | int(b[3])<<8
	if size < aceHeader || size > len(b) {
		return 0, &Error{"ACE", 2, fmt.Sprintf("AceSize %d does not fit: 4 to %d bytes are there", size, len(b))}
	}
	if size%4 != 0 {
		return 0, &Error{"ACE", 2, fmt.Sprintf("AceSize %d is not a multiple of 4", size)}
	}
	*a = ACE{Type: ACEType(b[0]), Flags: ACEFlags(b[1])}
	at := aceHeader
	switch a.Type.shape() {
	case opaque:
		a.Data = b[at:size]
		return size, nil
	case compound:
		a.Data = b[at:size]
		return size, checkCompound(b[:size])
	case plain:
		if size < at+4 {
			return 0, tooSmall(b, size)
		}
		a.Mask = AccessMask(leUint32(b[at:]))
		at += 4
	case object:
		if at, err = a.parseObject(b[:size]); err != nil {
			return 0, err
		}
	}
	a.Trustee, err = leadingSID(b[at:size])
	if err != nil {
		return 0, within(err, "SID", at)
	}
	a.Data = b[at+a.Trustee.Size() : size]
	return size, nil
}

// checkCompound refuses what Microsoft's managed ACL code refuses of a type that means
// nothing in AD: the SID has to be all that follows.
func checkCompound(b string) error {
	const sidAt = aceHeader + 8
	if len(b) < sidAt {
		return tooSmall(b, len(b))
	}
	sid, err := leadingSID(b[sidAt:])
	if rest := len(b) - sidAt - sid.Size(); err == nil && rest != 0 {
		return &Error{"ACE", len(b) - rest, fmt.Sprintf("%d bytes follow the SID of a compound ACE", rest)}
	}
	return within(err, "SID", sidAt)
}

// parseObject reads mask, flags and GUIDs; at is where the SID starts.
func (a *ACE) parseObject(b string) (at int, err error) {
	at = aceHeader
	if len(b) < at+8 {
		return 0, tooSmall(b, len(b))
	}
	a.Mask, a.ObjectFlags = AccessMask(leUint32(b[at:])), ObjectFlags(leUint32(b[at+4:]))
	at += 8
	for _, g := range []struct {
		bit ObjectFlags
		to  *GUID
	}{{ObjectTypePresent, &a.ObjectType}, {InheritedObjectTypePresent, &a.InheritedObjectType}} {
		if a.ObjectFlags&g.bit == 0 {
			continue
		}
		if len(b) < at+16 {
			return 0, tooSmall(b, len(b))
		}
		copy(g.to[:], b[at:])
		at += 16
	}
	return at, nil
}

func tooSmall(b string, size int) error {
	return &Error{"ACE", 2, fmt.Sprintf("AceSize %d is too small for type %#x", size, b[0])}
}

func leUint32(b string) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// within moves an error of a part to its place in the whole.
func within(err error, whole string, offset int) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	what := whole
	if !strings.Contains(whole, e.What) { // "ACE 3" says more than "ACE"
		what = whole + ": " + e.What
	}
	return &Error{what, e.Offset + offset, e.Text}
}
