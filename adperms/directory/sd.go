package directory

import (
	"fmt"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Parts of a security descriptor in the SD flags control (MS-ADTS
// 3.1.1.3.4.1.11). Without the control a DC thinks of all four, and then shows
// nothing to who may not read the SACL.
const (
	partDACL       = 4
	ownerGroupDACL = 1 | 2 | partDACL
)

// sdFlags is the control, always critical: a server that does not know it must
// refuse, not read or write something else. (go-ldap's own writes TRUE as 01, where
// RFC 4511 section 5.1 has FF, and its constructor leaves the value at 0.)
type sdFlags int32

// GetControlType implements [ldap.Control].
func (sdFlags) GetControlType() string { return oidSDFlags }

// String implements [ldap.Control].
func (f sdFlags) String() string {
	return fmt.Sprintf("SD flags %d (%s), critical", int32(f), oidSDFlags)
}

// Encode implements [ldap.Control].
func (f sdFlags) Encode() *ber.Packet {
	value := ber.NewSequence("SDFlagsRequestValue")
	value.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, int64(f), "Flags"))
	control := ber.NewSequence("Control")
	control.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, oidSDFlags, "controlType"))
	control.AppendChild(ber.NewLDAPBoolean(ber.ClassUniversal, ber.TypePrimitive, ber.TagBoolean, true, "criticality"))
	control.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, string(value.Bytes()), "controlValue"))
	return control
}
