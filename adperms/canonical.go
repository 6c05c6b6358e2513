package adperms

import "writeback/adperms/secdesc"

// rank is the group of an ACE in the canonical order of a DACL: explicit
// denies, explicit allows, then what was inherited (MS-DTYP 2.4.5). Inside the
// inherited part the order follows the generations, the parent's ACEs before
// the grandparent's, which cannot be told from the ACEs: a deny behind an allow
// is in order there. An AD DC sorts further inside each group and generation
// (MS-ADTS 6.1.3), which changes nothing for an access check.
func rank(a secdesc.ACE) int {
	switch {
	case a.Inherited():
		return 2
	case a.Type.Denies():
		return 0
	default:
		return 1
	}
}

// Canonical says whether the DACL stands in canonical order; at is the first ACE that
// does not. An explicit ACE of a type that neither grants nor denies has no place in
// that order; what says nothing may stand anywhere. Microsoft's managed ACL code
// refuses to edit a DACL for which this is false.
func Canonical(l *secdesc.ACL) (at int, ok bool) {
	if l == nil {
		return 0, true
	}
	highest := 0
	for i, a := range l.ACEs {
		if saysNothing(a) {
			continue
		}
		r := rank(a)
		if r < highest || r < 2 && !a.Type.Allows() && !a.Type.Denies() {
			return i, false
		}
		highest = r
	}
	return 0, true
}

// saysNothing: audits and alarms say nothing in a DACL, and so does an ACE without a
// right, or one that is for children alone and goes to none.
func saysNothing(a secdesc.ACE) bool {
	return a.Type.Audits() || a.Type.Understood() && a.Mask == 0 ||
		a.Flags&secdesc.InheritOnly != 0 && a.Flags&(secdesc.ContainerInherit|secdesc.ObjectInherit) == 0
}

// place is where a new explicit ACE is inserted: behind the last one of its
// group or an earlier group, before all that follows. What stands is not
// sorted.
func place(l *secdesc.ACL, a secdesc.ACE) int {
	at := 0
	for i := range l.ACEs {
		if rank(l.ACEs[i]) <= rank(a) {
			at = i + 1
		}
	}
	return at
}
