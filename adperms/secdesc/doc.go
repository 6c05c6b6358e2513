// Package secdesc reads and writes Windows security descriptors: the bytes of
// MS-DTYP section 2.4 and their text form, SDDL (MS-DTYP section 2.5.1).
//
// The package is lossless: for every input that Parse accepts,
// Marshal(Parse(x)) == x. Bytes that it does not understand (ACE types of a
// later Windows, unused bytes behind an ACE or an ACL, gaps between the parts)
// are kept as they are. What cannot be kept apart safely, such as a SID that
// runs past its ACE or parts that overlap, is refused with an *Error that
// names the place; nothing is guessed.
//
// SDDL says all that an ACE means, conditions (MS-DTYP 2.4.4.17) and resource
// attributes (MS-DTYP 2.4.10.1) included; where it has no words, the ACE is
// printed and read as (0xTYPE;flags;#body in hexadecimal). Layout, reserved
// fields and unused bytes are not in it: keep the bytes where it matters.
//
// Everything here is pure: no I/O, no clock, no log. It imports only the standard
// library: bytes know no rules. The small types (SID, GUID, ACE) are comparable
// with == and fit as map keys.
package secdesc

import "fmt"

// Error tells where in the input the rules of MS-DTYP are broken.
type Error struct {
	What   string // the part: "SID", "ACE 3 of the DACL", "condition"
	Offset int    // in bytes from the start of the input
	Text   string // what is wrong there
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s at byte %d: %s", e.What, e.Offset, e.Text)
}
