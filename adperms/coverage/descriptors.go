package coverage

import (
	"maps"
	"slices"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// descriptor is what matters of one object's descriptor. One is read into again
// for user after user.
type descriptor struct {
	sd    secdesc.Filtered
	err   error
	fixed bool // the DACL is protected, or not there: nothing is inherited
}

func (d *descriptor) read(filter *secdesc.Filter, raw []byte) {
	d.err = filter.Read(raw, &d.sd)
	d.fixed = d.err == nil && (d.sd.Protected() || d.sd.DACL == nil)
}

// newFilter picks the ACEs that may decide one of the rights for the token, on an
// object or on whoever inherits them. To read these from the bytes takes no longer
// than to find out whether the same bytes were met before, so that nothing is
// remembered.
func newFilter(token adperms.Token, rights ...adperms.Right) (*secdesc.Filter, error) {
	var mask secdesc.AccessMask
	for _, r := range rights {
		mask |= r.Mask
	}
	return secdesc.NewFilter(mask, slices.AppendSeq(adperms.Relatives(), maps.Keys(token))...)
}
