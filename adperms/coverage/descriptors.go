package coverage

import (
	"writeback/adperms/secdesc"
)

// descriptor is one distinct descriptor. A domain of a million users has some
// hundreds of them, because most users are made alike.
type descriptor struct {
	id    uint32 // never 0
	sd    *secdesc.Descriptor
	err   error
	fixed bool // the DACL is protected
}

// descriptors finds a descriptor by its bytes. Where a directory has more
// distinct ones than there is room for, all are forgotten and met anew.
type descriptors struct {
	of      map[string]*descriptor
	room    int // bytes that may still be kept
	last    uint32
	matters func(*secdesc.ACE) bool // the ACEs that may decide; of the others nothing is kept
}

const (
	maxKept   = 12 << 20 // bytes of descriptors
	perObject = 1 << 10  // bytes, about, that an entry costs beside them
)

// find gives the descriptor of the bytes. fresh says that all that is known by
// ids has been forgotten.
func (t *descriptors) find(raw []byte) (d *descriptor, fresh bool) {
	if d := t.of[string(raw)]; d != nil { // does not allocate
		return d, false
	}
	if t.room -= len(raw) + perObject; t.of == nil || t.room < 0 {
		t.of, t.room, fresh = map[string]*descriptor{}, maxKept, true
	}
	t.last++
	d = &descriptor{id: t.last}
	key := string(raw)
	d.sd, d.err = secdesc.Sift(key, t.matters)
	d.fixed = d.err == nil && (d.sd.Protected() || d.sd.DACL == nil)
	t.of[key] = d
	return d, fresh
}
