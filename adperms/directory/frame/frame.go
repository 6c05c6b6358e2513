package frame

import "writeback/internal/ber"

// Frame is the outside of an LDAPMessage (RFC 4511 section 4.1.1).
type Frame struct {
	Size int   // of the whole message, its own header included
	ID   int64 // messageID
	Op   byte  // tag of the protocolOp
	At   int   // where the protocolOp starts
}

// Of reads the outside of the message that b starts with. whole is
// false where b is too short to tell; err is set where it is no LDAPMessage.
func Of(b []byte) (e Frame, whole bool, err error) {
	tag, at, size := ber.Header(b)
	switch {
	case at == 0:
		return e, false, nil
	case at < 0 || tag != ber.Sequence:
		return e, true, ber.ErrNotBER
	}
	inner := b[at:min(len(b), at+size)]
	id, rest, ok := ber.Expect(ber.Integer, inner)
	if !ok || len(rest) == 0 {
		if len(inner) < min(size, maxOutside) {
			return e, false, nil
		}
		return e, true, ber.ErrNotBER
	}
	if e.ID, ok = ber.Number(id); !ok {
		return e, true, ber.ErrNotBER
	}
	e.Size, e.Op, e.At = at+size, rest[0], at+len(inner)-len(rest)
	return e, true, nil
}

// maxOutside is the most that stands before the second octet of a protocolOp: a
// messageID with the longest header that is read.
const maxOutside = 2 + 8 + 8 + 1

// Bounded looks at the outside of a message, of which the rest may be on its way.
func (e Frame) Bounded() error {
	most := maxResult
	if e.Op == TagEntry {
		most = maxEntry
	}
	if e.Size > most {
		return Excess("it announced a message of %d MiB, where %d are the most", e.Size>>20, most>>20)
	}
	return nil
}

// Append writes an LDAPMessage with the ID: the protocolOp, and the controls where
// there are some.
func Append(id int64, parts ...[]byte) []byte {
	inner := ber.AppendNumber(nil, ber.Integer, id)
	for _, p := range parts {
		inner = append(inner, p...)
	}
	return ber.AppendElement(nil, ber.Sequence, inner)
}
