package adperms

import "writeback/adperms/secdesc"

// An object is visible to an account that may list what is in its parent; in list
// object mode also to one that has List object on the object and on its parent. The
// root of a naming context always is (MS-ADTS 5.1.3.3.6). By default Authenticated
// Users have both rights on OUs and containers.

// The rights that make objects visible.
var (
	ListContents = Right{Name: "List contents", Mask: secdesc.ListChildren}
	ListObject   = Right{Name: "List object", Mask: secdesc.ListObject}
)

// ListObjectMode says whether a forest's dSHeuristics switches that mode on: by its
// third character (MS-ADTS 6.1.1.2.4.1.2).
func ListObjectMode(dSHeuristics string) bool { return len(dSHeuristics) > 2 && dSHeuristics[2] == '1' }

// ReadDenied says that a deny takes all properties of an object from the token: it
// stands before whatever would let it read any of them. An account of which nothing is
// read is not found. Which properties a sync product has to read is documented nowhere,
// so that a deny of some of them decides nothing, nor does one on a condition, nor that
// nothing is granted: the import goes by the replication right.
func ReadDenied(t *Target, token Token) bool {
	if !t.Descriptor.HasDACL() {
		return false
	}
	for i := range t.Descriptor.DACL.ACEs {
		a := &t.Descriptor.DACL.ACEs[i]
		if a.Type.Conditional() || !inForce(a) || !a.Mask.MapGeneric().Has(secdesc.ReadProperty) || !t.carries(token, a.Trustee) {
			continue
		}
		switch whole := a.ObjectFlags&secdesc.ObjectTypePresent == 0 || !t.Class.IsZero() && a.ObjectType == t.Class; {
		case a.Type.Allows():
			return false
		case a.Type.Denies() && whole:
			return true
		}
	}
	return false
}
