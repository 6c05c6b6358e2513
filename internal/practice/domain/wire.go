package domain

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The subset of BER that LDAP is (RFC 4511 section 5.1): definite lengths, and
// tags of one byte. What is read stays in the message's own bytes: a hostile
// message costs no more memory than it has bytes.

// Tags (X.690 section 8.1.2).
const (
	tagBool     = 0x01
	tagInt      = 0x02
	tagOctets   = 0x04
	tagEnum     = 0x0a
	tagSequence = 0x30
	tagSet      = 0x31
)

// contextTag is [n] of a choice or an optional field; constructed says that it
// holds elements.
func contextTag(n byte, constructed bool) byte {
	if constructed {
		return 0xa0 | n
	}
	return 0x80 | n
}

// maxMessage is the most bytes that a message may have. The largest that is of
// use is a security descriptor of 132,096 bytes (its rangeUpper in the schema).
const maxMessage = 1 << 20

var errWire = errors.New("the message is not LDAP")

// element is one BER element.
type element struct {
	tag  byte
	body []byte
}

// cursor reads elements one behind the other. After an error it stays there.
type cursor struct {
	rest []byte
	err  error
}

func within(e element) *cursor { return &cursor{rest: e.body} }

func (c *cursor) more() bool { return c.err == nil && len(c.rest) > 0 }

// next reads an element of any tag.
func (c *cursor) next() element {
	if c.err != nil {
		return element{}
	}
	if len(c.rest) < 2 || c.rest[0]&0x1f == 0x1f {
		c.err = errWire
		return element{}
	}
	n, head := berLength(c.rest[1:])
	if head == 0 || n > len(c.rest)-1-head {
		c.err = errWire
		return element{}
	}
	e := element{tag: c.rest[0], body: c.rest[1+head : 1+head+n]}
	c.rest = c.rest[1+head+n:]
	return e
}

// take reads an element that must have the tag.
func (c *cursor) take(tag byte) element {
	e := c.next()
	if c.err == nil && e.tag != tag {
		c.err = errWire
	}
	return e
}

// maybe reads an element if it has the tag.
func (c *cursor) maybe(tag byte) (element, bool) {
	if !c.more() || c.rest[0] != tag {
		return element{}, false
	}
	e := c.next()
	return e, c.err == nil
}

func (c *cursor) text() string { return string(c.take(tagOctets).body) }

func (c *cursor) number(tag byte) int64 {
	e := c.take(tag)
	if c.err != nil {
		return 0
	}
	if len(e.body) == 0 || len(e.body) > 8 {
		c.err = errWire
		return 0
	}
	n := int64(int8(e.body[0]))
	for _, b := range e.body[1:] {
		n = n<<8 | int64(b)
	}
	return n
}

func (c *cursor) flag() bool {
	e := c.take(tagBool)
	if c.err == nil && len(e.body) != 1 {
		c.err = errWire
	}
	return c.err == nil && e.body[0] != 0
}

// berLength reads a length; head is how many bytes it takes, 0 where it is none
// that LDAP allows.
func berLength(b []byte) (n, head int) {
	if b[0] < 0x80 {
		return int(b[0]), 1
	}
	size := int(b[0] & 0x7f)
	if size == 0 || size > 4 || len(b) <= size {
		return 0, 0
	}
	var four [4]byte
	copy(four[4-size:], b[1:1+size])
	length := binary.BigEndian.Uint32(four[:])
	if length > maxMessage {
		return 0, 0
	}
	return int(length), 1 + size
}

// readMessage reads one whole LDAPMessage and gives what is in it.
func readMessage(r *bufio.Reader) ([]byte, error) {
	tag, err := r.ReadByte()
	if err != nil {
		return nil, err
	}
	if tag != tagSequence {
		return nil, errWire
	}
	head := make([]byte, 1, 5)
	if head[0], err = r.ReadByte(); err != nil {
		return nil, err
	}
	for range int(head[0]) - 0x80 {
		if len(head) == cap(head) {
			return nil, errWire
		}
		b, err := r.ReadByte()
		if err != nil {
			return nil, err
		}
		head = append(head, b)
	}
	n, size := berLength(head)
	if size == 0 {
		return nil, fmt.Errorf("%w: its length is over the limit of %d bytes, or none", errWire, maxMessage)
	}
	var body bytes.Buffer // grows with what comes, not with what was announced
	if _, err := io.CopyN(&body, r, int64(n)); err != nil {
		return nil, err
	}
	return body.Bytes(), nil
}

// tlv writes one element.
func tlv(tag byte, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	out := append(make([]byte, 0, n+6), tag)
	switch {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 0x100:
		out = append(out, 0x81, byte(n))
	case n < 0x10000:
		out = binary.BigEndian.AppendUint16(append(out, 0x82), uint16(n))
	default:
		out = binary.BigEndian.AppendUint32(append(out, 0x84), uint32(n))
	}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func octets(s string) []byte { return tlv(tagOctets, []byte(s)) }

func integer(tag byte, n int64) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(n))
	for len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		b = b[1:]
	}
	return tlv(tag, b)
}
