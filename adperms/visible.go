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
