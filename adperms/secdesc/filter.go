package secdesc

import (
	"encoding/binary"
	"errors"
	"slices"
)

// Coverage asks one question of a million descriptors, and of each of them a
// handful of ACEs matters: those of some trustees, about some rights. A Filter
// reads these alone, straight from the bytes, and checks all others as Parse
// does without making anything of them.

// Filter picks the ACEs of a DACL that allow or deny some rights to some trustees. It is
// not for concurrent use.
type Filter struct {
	rights [2]AccessMask // to allow and to deny, as they stand in a mask, generic ones that mean them too
	sids   map[string]SID
	may    [64]uint64 // which last sub-authorities there are, roughly
	owners map[string]SID
	owned  [2]SID // the last owner and the last group
}

// Filtered is what a Filter has read of a descriptor: its control bits, owner, group
// and the ACEs that were picked, in their order. It may be read into again; what
// was read before is gone then.
type Filtered struct {
	Descriptor
	dacl ACL
}

var errNobody = errors.New("a trustee has no SID, so no ACE can name it")

var errFiltered = errors.New("a descriptor that was read in part cannot be written")

// NewFilter picks the ACEs about any of the rights for any of the trustees. The error is
// about a zero SID among them, which is nobody's.
func NewFilter(rights AccessMask, trustees ...SID) (*Filter, error) {
	s := &Filter{rights: [2]AccessMask{withGeneric(rights), withGeneric(rights)}, sids: map[string]SID{}, owners: map[string]SID{}}
	for _, sid := range trustees {
		if sid.IsZero() {
			return nil, errNobody
		}
		s.sids[sid.raw] = sid
		h := rough(sid.raw[len(sid.raw)-4:])
		s.may[h>>6] |= 1 << (h & 63)
	}
	return s, nil
}

// AlsoDenied has the filter pick ACEs that deny some more rights, and not those that
// allow them: denies are few.
func (s *Filter) AlsoDenied(rights AccessMask) *Filter {
	s.rights[1] |= withGeneric(rights)
	return s
}

func withGeneric(rights AccessMask) AccessMask {
	with := rights
	for _, generic := range []AccessMask{GenericAll, GenericExecute, GenericWrite, GenericRead} {
		if generic.MapGeneric()&rights != 0 {
			with |= generic
		}
	}
	return with
}

// rough is a number below 4096 for the end of a SID.
func rough[S ~string | ~[]byte](end S) uint32 {
	n := uint32(end[0]) | uint32(end[1])<<8 | uint32(end[2])<<16 | uint32(end[3])<<24
	return (n ^ n>>12) & 4095
}

// Read reads a self-relative descriptor. It fails where Parse does.
func (s *Filter) Read(b []byte, to *Filtered) error {
	to.Descriptor = Descriptor{filtered: true}
	to.dacl = ACL{ACEs: to.dacl.ACEs[:0]}
	if s.quick(b, to) {
		return nil
	}
	return s.whole(b, to)
}

// whole is the long way, for what is unusual or wrong.
func (s *Filter) whole(b []byte, to *Filtered) error {
	d, err := Parse(b)
	if err != nil {
		return err
	}
	to.Descriptor = *d
	to.filtered, to.layout, to.SACL = true, layout{}, nil
	if d.DACL == nil {
		return nil
	}
	to.dacl = *d.DACL
	to.dacl.Slack = ""
	to.dacl.ACEs = slices.DeleteFunc(d.DACL.ACEs, func(a ACE) bool {
		_, wanted := s.sids[a.Trustee.raw]
		kind := kinds[a.Type]
		return !wanted || kind&decides == 0 || a.Mask&s.rights[kind/denies] == 0
	})
	to.DACL = &to.dacl
	return nil
}

// quick reads what AD serves under SD flags 7: owner, group and DACL, no SACL. It
// says false for anything else, and for anything that is not as it should be.
func (s *Filter) quick(b []byte, to *Filtered) bool {
	if len(b) < descriptorHeader || b[0] != descriptorRevision {
		return false
	}
	le := binary.LittleEndian
	control := Control(le.Uint16(b[2:]))
	owner, group, sacl, dacl := le.Uint32(b[4:]), le.Uint32(b[8:]), le.Uint32(b[12:]), le.Uint32(b[16:])
	if control&SelfRelative == 0 || sacl != 0 {
		return false
	}
	ownerEnd, ok1 := sidEnd(b, owner)
	groupEnd, ok2 := sidEnd(b, group)
	if !ok1 || !ok2 {
		return false
	}
	var daclEnd uint32
	if dacl != 0 {
		if dacl < descriptorHeader || int64(dacl)+aclHeader > int64(len(b)) {
			return false
		}
		size := uint32(le.Uint16(b[dacl+2:]))
		if daclEnd = dacl + size; size < aclHeader || int64(daclEnd) > int64(len(b)) || !s.aces(b[dacl:daclEnd], to) {
			return false
		}
		to.DACL = &to.dacl
	}
	if apart(owner, ownerEnd, dacl, daclEnd) && apart(group, groupEnd, dacl, daclEnd) && (owner == group || apart(owner, ownerEnd, group, groupEnd)) {
		to.Revision, to.RMControl, to.Control = b[0], b[1], control
		to.Owner, to.Group = s.owner(b[owner:ownerEnd], &s.owned[0]), s.owner(b[group:groupEnd], &s.owned[1])
		return true
	}
	return false
}

// sidEnd is where the SID at an offset ends; 0 stands for none.
func sidEnd(b []byte, at uint32) (end uint32, ok bool) {
	if at == 0 {
		return 0, true
	}
	if at < descriptorHeader || int64(at)+sidHeader > int64(len(b)) {
		return 0, false
	}
	n := sidSize(b[at:])
	return at + uint32(n), n > 0
}

// sidSize is the size of the SID that b begins with, 0 where there is none.
func sidSize(b []byte) int {
	if len(b) < sidHeader || b[0] != 1 || b[1] > sidMaxSubs {
		return 0
	}
	n := sidHeader + 4*int(b[1])
	if n > len(b) {
		return 0
	}
	return n
}

// apart says that two ranges do not overlap. An empty one overlaps nothing.
func apart(a, aEnd, b, bEnd uint32) bool {
	return a == aEnd || b == bEnd || aEnd <= b || bEnd <= a
}

// owner is the SID of the bytes. The same few own everything, so that each is
// made once, and mostly it is the one of before.
func (s *Filter) owner(b []byte, last *SID) SID {
	switch {
	case len(b) == 0:
		return SID{}
	case last.raw == string(b): // does not allocate
		return *last
	}
	*last = s.known(b)
	return *last
}

func (s *Filter) known(b []byte) SID {
	if sid, known := s.owners[string(b)]; known { // does not allocate
		return sid
	}
	if len(s.owners) >= maxOwners {
		clear(s.owners)
	}
	sid := SID{string(b)}
	s.owners[sid.raw] = sid
	return sid
}

const maxOwners = 1 << 12

// kinds is what a Filter must know of each type of ACE.
var kinds = func() (k [256]uint8) {
	for t := range k {
		switch ACEType(t).shape() {
		case plain:
			k[t] = understood
		case object:
			k[t] = understood | withGUIDs
		case compound:
			k[t] = understood | withWord
		}
		if ACEType(t).Allows() || ACEType(t).Denies() {
			k[t] |= decides
		}
		if ACEType(t).Denies() {
			k[t] |= denies
		}
	}
	return k
}()

const (
	understood uint8 = 1 << iota
	withGUIDs
	withWord // between mask and SID
	decides
	denies // the highest: it is the place in Filter.rights, too
)

// aces goes through the ACEs of an ACL of len(b) bytes, and picks. It is one loop
// without calls, because it runs a hundred million times for a large domain.
func (s *Filter) aces(b []byte, to *Filtered) bool {
	to.dacl.Revision, to.dacl.Sbz1, to.dacl.Sbz2 = b[0], b[1], binary.LittleEndian.Uint16(b[6:])
	count := int(b[4]) | int(b[5])<<8
	for b = b[aclHeader:]; count > 0; count-- {
		if len(b) < aceHeader {
			return false
		}
		size := int(b[2]) | int(b[3])<<8
		if size < aceHeader || size > len(b) || size%4 != 0 {
			return false
		}
		ace := b[:size]
		b = b[size:]
		kind := kinds[ace[0]]
		if kind == 0 {
			continue
		}
		sid := aceHeader + 4
		if kind&(withGUIDs|withWord) != 0 {
			if size < aceHeader+8 {
				return false
			}
			sid += 4
		}
		if kind&withGUIDs != 0 {
			sid += 16*int(ace[8]&1) + 16*int(ace[8]>>1&1)
		}
		if size < sid+sidHeader || ace[sid] != 1 || ace[sid+1] > sidMaxSubs {
			return false
		}
		end := sid + sidHeader + 4*int(ace[sid+1])
		if end > size || kind&withWord != 0 && end < size {
			return false
		}
		if kind&decides == 0 || AccessMask(binary.LittleEndian.Uint32(ace[aceHeader:]))&s.rights[kind/denies] == 0 {
			continue
		}
		h := rough(ace[end-4 : end])
		if s.may[h>>6]&(1<<(h&63)) != 0 {
			s.pick(ace, sid, end, to)
		}
	}
	return true
}

// pick keeps an ACE whose SID stands at b[sid:end], if it is one that is wanted.
func (s *Filter) pick(b []byte, sid, end int, to *Filtered) {
	trustee, wanted := s.sids[string(b[sid:end])] // does not allocate
	if !wanted {
		return
	}
	a := ACE{Type: ACEType(b[0]), Flags: ACEFlags(b[1]), Mask: AccessMask(binary.LittleEndian.Uint32(b[aceHeader:])), Trustee: trustee}
	if a.Type.shape() == object {
		a.ObjectFlags = ObjectFlags(binary.LittleEndian.Uint32(b[8:]))
		at := 12
		if a.ObjectFlags&ObjectTypePresent != 0 {
			at += copy(a.ObjectType[:], b[at:])
		}
		if a.ObjectFlags&InheritedObjectTypePresent != 0 {
			copy(a.InheritedObjectType[:], b[at:])
		}
	}
	if rest := b[end:]; len(rest) > 0 {
		a.Data = string(rest)
	}
	to.dacl.ACEs = append(to.dacl.ACEs, a)
}
