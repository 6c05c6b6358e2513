package frame

import "errors"

// The little of BER that a search answer needs (X.690; RFC 4511 section 5.1).
// Lengths are definite, in the short or the long form; the long form may carry
// leading zeros, as AD's does. Every length is checked against what is there
// before anything is cut out.

// The tags that are read and written.
const (
	TagInteger     = 0x02
	TagOctetString = 0x04
	TagBoolean     = 0x01
	TagEnumerated  = 0x0a
	TagSequence    = 0x30
	TagSet         = 0x31

	TagAbandon      = 0x50 // AbandonRequest, [APPLICATION 16]
	TagEntry        = 0x64 // SearchResultEntry, [APPLICATION 4]
	TagDone         = 0x65 // SearchResultDone, [APPLICATION 5]
	TagReference    = 0x73 // SearchResultReference, [APPLICATION 19]
	TagIntermediate = 0x79 // IntermediateResponse, [APPLICATION 25]
	TagControls     = 0xa0 // of an LDAPMessage, [0]
)

// ErrNotBER is what is wrong with an element whose length or tag cannot be.
var ErrNotBER = errors.New("it is not BER as RFC 4511 wants it")

// maxLength bounds what a length may say, so that sums of two fit into an int
// of 32 bits.
const maxLength = 1<<30 - 1

// header reads the identifier and length at the start of b: the content is
// b[at:at+size], which need not be there yet. at is 0 where b is too short for
// the header itself, -1 where it is none.
func header(b []byte) (tag byte, at, size int) {
	if len(b) < 2 {
		return 0, 0, 0
	}
	if b[0]&0x1f == 0x1f { // LDAP has no tags above 30
		return 0, -1, 0
	}
	if b[1] < 0x80 {
		return b[0], 2, int(b[1])
	}
	octets := int(b[1] & 0x7f)
	if octets == 0 || octets > 8 { // indefinite, or absurd
		return 0, -1, 0
	}
	if len(b) < 2+octets {
		return 0, 0, 0
	}
	for _, o := range b[2 : 2+octets] {
		if size = size<<8 | int(o); size > maxLength {
			return 0, -1, 0
		}
	}
	return b[0], 2 + octets, size
}

// element cuts the first element off b. ok is false where b does not hold it
// whole; tag then is 0.
func element(b []byte) (tag byte, content, rest []byte, ok bool) {
	tag, at, size := header(b)
	if at <= 0 || size > len(b)-at {
		return 0, nil, nil, false
	}
	return tag, b[at : at+size], b[at+size:], true
}

// Expect cuts off an element that must carry the tag.
func Expect(want byte, b []byte) (content, rest []byte, ok bool) {
	tag, content, rest, ok := element(b)
	return content, rest, ok && tag == want
}

// Number reads the content of an INTEGER or ENUMERATED that is not negative.
func Number(content []byte) (n int64, ok bool) {
	if len(content) == 0 || len(content) > 8 || content[0]&0x80 != 0 {
		return 0, false
	}
	for _, o := range content {
		n = n<<8 | int64(o)
	}
	return n, true
}

// AppendElement writes an element with a definite length.
func AppendElement(b []byte, tag byte, content []byte) []byte {
	switch n := len(content); {
	case n < 0x80:
		b = append(b, tag, byte(n))
	case n < 0x10000:
		b = append(b, tag, 0x82, byte(n>>8), byte(n))
	default:
		b = append(b, tag, 0x84, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(b, content...)
}

// AppendNumber writes an integer from 0 to 1<<31 - 1.
func AppendNumber(b []byte, tag byte, n int64) []byte {
	content := []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	for len(content) > 1 && content[0] == 0 && content[1] < 0x80 {
		content = content[1:]
	}
	return AppendElement(b, tag, content)
}
