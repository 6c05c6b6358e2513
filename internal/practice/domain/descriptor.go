package domain

import (
	"bytes"
	"cmp"
	"slices"

	"writeback/adperms/secdesc"
)

// A write of nTSecurityDescriptor takes from the new descriptor the parts that
// the SD flags name, all without the control; the others stay (MS-ADTS
// 3.1.1.5.3.4 and 6.1.3). DACL: WRITE_DAC; owner and group: WRITE_OWNER, and an
// owner that the caller may become; SACL: the privilege.

// maxDescriptor is the attribute's rangeUpper in the schema.
const maxDescriptor = 132096

func (d *draft) descriptor(ch change) *failure {
	if ch.kind != changeReplace || len(ch.values) != 1 { // measured on a DC: no way to compare and swap
		return unwillingTo(0x20b1)
	}
	if len(ch.values[0]) > maxDescriptor {
		return constraint(0x2082, "nTSecurityDescriptor") // ERROR_DS_RANGE_CONSTRAINT
	}
	given, err := secdesc.Parse([]byte(ch.values[0]))
	if err != nil {
		return unwillingTo(0x53a) // ERROR_INVALID_SECURITY_DESCR
	}
	parts := d.ctl.sdParts
	if failed := d.mayWrite(parts, given); failed != nil {
		return failed
	}
	next := d.e.sd.Clone()
	if parts&partOwner != 0 {
		next.Owner = given.Owner
	}
	if parts&partGroup != 0 && !given.Group.IsZero() {
		next.Group = given.Group
	}
	if parts&partSACL != 0 {
		next.SACL = given.SACL.Clone()
		next.Control = next.Control&^saclBits | given.Control&saclBits
	}
	if parts&partDACL != 0 {
		if !given.HasDACL() { // stricter than a DC: nothing here means a NULL DACL
			return unwillingTo(0x538) // ERROR_INVALID_ACL
		}
		next.DACL = explicit(given)
		next.Control = next.Control&^daclBits | given.Control&daclBits
	}
	if _, err := next.Marshal(); err != nil {
		return constraint(0x2082, "nTSecurityDescriptor")
	}
	d.sd = next
	d.touch("nTSecurityDescriptor")
	return nil
}

func (d *draft) mayWrite(parts int64, given *secdesc.Descriptor) *failure {
	if parts&partDACL != 0 && !d.allowed(only(secdesc.WriteDACL)) {
		return denied()
	}
	if parts&(partOwner|partGroup) != 0 && !d.allowed(only(secdesc.WriteOwner)) {
		return denied()
	}
	if d.who == nil {
		return nil
	}
	if parts&partSACL != 0 && !d.who.privileged() {
		return denied()
	}
	if parts&partOwner != 0 && !d.who.token.Has(given.Owner) && !d.who.privileged() {
		return constraint(0x51b, "nTSecurityDescriptor") // ERROR_INVALID_OWNER
	}
	return nil
}

// explicit is the DACL without what was inherited, which is the DC's to compute;
// where nothing is inherited all is kept. It is put into a DC's order.
func explicit(d *secdesc.Descriptor) *secdesc.ACL {
	out := d.DACL.Clone()
	if !d.Protected() {
		out.ACEs = d.DACL.Explicit()
	}
	slices.SortStableFunc(out.ACEs, asStored)
	return out
}

// asStored is the order in which Windows Server 2016 and 2019 keep the ACEs of a written
// DACL: explicit ones first, denies first among them, object ACEs before the others,
// longer ones before shorter ones, then by their bytes. (The text of MS-ADTS 6.1.3 has
// object ACEs after the others.)
func asStored(a, b secdesc.ACE) int {
	if a.Inherited() && b.Inherited() {
		return 0 // they keep the parent's order
	}
	return cmp.Or(
		falseFirst(a.Inherited(), b.Inherited()),
		falseFirst(!a.Type.Denies(), !b.Type.Denies()),
		falseFirst(!a.Type.HasObject(), !b.Type.HasObject()),
		cmp.Compare(b.Size(), a.Size()),
		bytes.Compare(a.Bytes(), b.Bytes()),
	)
}

func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// inherited is what a child gets from above as a Windows DC keeps it: an ACE is left out
// where an earlier one of the same kind holds all of it.
func inherited(aces []secdesc.ACE) []secdesc.ACE {
	var out []secdesc.ACE
	for _, a := range aces {
		if !slices.ContainsFunc(out, func(earlier secdesc.ACE) bool { return holds(earlier, a) }) {
			out = append(out, a)
		}
	}
	return out
}

// holds says that one ACE says all that another one says: the same of everything but the
// mask, and but for being in force on objects below, too.
func holds(a, b secdesc.ACE) bool {
	if !a.Mask.Has(b.Mask) || a.Flags&secdesc.InheritOnly != b.Flags&secdesc.InheritOnly || b.Flags&^a.Flags != 0 {
		return false
	}
	a.Mask, a.Flags = b.Mask, b.Flags
	return a == b
}
