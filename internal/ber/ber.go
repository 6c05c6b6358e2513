// Package ber reads and writes the little of BER that LDAP takes (X.690; RFC 4511
// section 5.1). It knows no message.
//
// Lengths are definite, in the short or the long form; the long form may carry leading
// zeros, as AD's does. Every length is checked against what is there before anything is
// cut out.
package ber

import (
	"encoding/binary"
	"errors"
)

// The universal tags that LDAP uses (X.690 section 8.1.2).
const (
	Boolean     = 0x01
	Integer     = 0x02
	OctetString = 0x04
	Enumerated  = 0x0a
	Sequence    = 0x30
	Set         = 0x31
)

// Constructed is the bit of a tag whose content are elements (X.690 section 8.1.2.5).
const Constructed = 0x20

// ErrNotBER is what is wrong with an element whose length or tag cannot be.
var ErrNotBER = errors.New("it is not BER as RFC 4511 wants it")

// maxLength bounds what a length may say, so that sums of two fit into an int
// of 32 bits.
const maxLength = 1<<30 - 1

// Header reads the identifier and length at the start of b: the content is
// b[at:at+size], which need not be there yet. at is 0 where b is too short for
// the header itself, -1 where it is none.
func Header(b []byte) (tag byte, at, size int) {
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

// Element cuts the first element off b. ok is false where b does not hold it
// whole; tag then is 0.
func Element(b []byte) (tag byte, content, rest []byte, ok bool) {
	tag, at, size := Header(b)
	if at <= 0 || size > len(b)-at {
		return 0, nil, nil, false
	}
	return tag, b[at : at+size], b[at+size:], true
}

// Expect cuts off an element that must carry the tag.
func Expect(want byte, b []byte) (content, rest []byte, ok bool) {
	tag, content, rest, ok := Element(b)
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

// AppendHeader writes the identifier and the length of an element, in the shortest form.
func AppendHeader(b []byte, tag byte, size int) []byte {
	switch {
	case size < 0x80:
		return append(b, tag, byte(size))
	case size < 0x100:
		return append(b, tag, 0x81, byte(size))
	case size < 0x10000:
		return append(b, tag, 0x82, byte(size>>8), byte(size))
	}
	return binary.BigEndian.AppendUint32(append(b, tag, 0x84), uint32(size))
}

// AppendElement writes an element.
func AppendElement(b []byte, tag byte, content []byte) []byte {
	return append(AppendHeader(b, tag, len(content)), content...)
}

// AppendNumber writes a whole number, in the shortest form.
func AppendNumber(b []byte, tag byte, n int64) []byte {
	content := binary.BigEndian.AppendUint64(nil, uint64(n))
	for len(content) > 1 && (content[0] == 0 && content[1] < 0x80 || content[0] == 0xff && content[1] >= 0x80) {
		content = content[1:]
	}
	return AppendElement(b, tag, content)
}
