package domain

import (
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
// where nothing is inherited all is kept. It is put in order as a DC does:
// denies first, and in each group plain ACEs before those for one object type
// (MS-ADTS 6.1.3). The bytes that a DC orders by after that say nothing.
func explicit(d *secdesc.Descriptor) *secdesc.ACL {
	out := d.DACL.Clone()
	if !d.Protected() {
		out.ACEs = d.DACL.Explicit()
	}
	slices.SortStableFunc(out.ACEs, func(a, b secdesc.ACE) int { return group(a) - group(b) })
	return out
}

func group(a secdesc.ACE) int {
	n := 2
	switch {
	case a.Inherited():
		return 4
	case a.Type.Denies():
		n = 0
	}
	if a.Type.HasObject() {
		n++
	}
	return n
}
