package secdesc

import (
	"encoding/binary"
	"slices"
)

// Where the four parts of a descriptor stand is not fixed: AD writes SACL,
// DACL, owner, group; others use other orders, and offsets may leave gaps. To
// give back what was read, the order and the bytes between the parts are kept.

// part is one of the four parts, in the order of their offsets in the header.
type part int

const (
	ownerPart part = iota
	groupPart
	saclPart
	daclPart
	parts
)

var partNames = [parts]string{"owner", "group", "SACL", "DACL"}

// layout is empty for a descriptor that was not read: the parts then stand as
// AD writes them.
type layout struct {
	order  [parts]part
	at     [parts]int
	size   [parts]int
	used   int           // how many of order are set
	before [parts]string // bytes before the part that order names, mostly none
	tail   string        // bytes behind the last part
	shared bool          // owner and group stand at the same place
}

var directoryOrder = [parts]part{saclPart, daclPart, ownerPart, groupPart}

func (l *layout) add(p part, at, size int) {
	if size == 0 {
		return
	}
	if p == groupPart && l.used == 1 && l.at[ownerPart] == at {
		l.shared = true
		return
	}
	l.order[l.used], l.at[p], l.size[p] = p, at, size
	l.used++
}

// sortParts sorts the parts by place and keeps what stands between them.
func (l *layout) sortParts(b string) error {
	order := l.order[:l.used]
	slices.SortFunc(order, func(x, y part) int { return l.at[x] - l.at[y] })
	end := descriptorHeader
	for i, p := range order {
		if l.at[p] < end {
			return &Error{partNames[p], l.at[p], "it overlaps another part"}
		}
		l.before[i] = b[end:l.at[p]]
		end = l.at[p] + l.size[p]
	}
	l.tail = b[end:]
	return nil
}

func (l *layout) gapBytes() int {
	n := len(l.tail)
	for _, g := range l.before {
		n += len(g)
	}
	return n
}

// write puts the parts behind the header b and their offsets into it.
// Parts that were not there when the descriptor was read come last.
func (l *layout) write(d *Descriptor, b []byte) []byte {
	var done [parts]bool
	put := func(p part) {
		if done[p] {
			return
		}
		done[p] = true
		start := len(b)
		switch p {
		case ownerPart:
			b = append(b, d.Owner.raw...)
		case groupPart:
			b = append(b, d.Group.raw...)
		case saclPart:
			if d.SACL != nil {
				b = d.SACL.appendTo(b)
			}
		case daclPart:
			if d.DACL != nil {
				b = d.DACL.appendTo(b)
			}
		}
		if len(b) > start {
			binary.LittleEndian.PutUint32(b[4+4*int(p):], uint32(start))
		}
	}
	for i, p := range l.order[:l.used] {
		b = append(b, l.before[i]...)
		put(p)
		if p == ownerPart && l.shared && d.Group == d.Owner {
			copy(b[8:12], b[4:8])
			done[groupPart] = true
		}
	}
	for _, p := range directoryOrder {
		put(p)
	}
	return append(b, l.tail...)
}
