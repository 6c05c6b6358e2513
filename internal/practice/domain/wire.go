package domain

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"writeback/internal/ber"
)

// The subset of BER that LDAP is (RFC 4511 section 5.1): definite lengths, and
// tags of one byte. What is read stays in the message's own bytes: a hostile
// message costs no more memory than it has bytes.

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
	tag, body, rest, ok := ber.Element(c.rest)
	if !ok {
		c.err = errWire
		return element{}
	}
	e := element{tag: tag, body: body}
	c.rest = rest
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

func (c *cursor) text() string { return string(c.take(ber.OctetString).body) }

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
	e := c.take(ber.Boolean)
	if c.err == nil && len(e.body) != 1 {
		c.err = errWire
	}
	return c.err == nil && e.body[0] != 0
}

// readMessage reads one whole LDAPMessage and gives what is in it.
func readMessage(r *bufio.Reader) ([]byte, error) {
	var head []byte
	for {
		b, err := r.ReadByte()
		if err != nil {
			return nil, err
		}
		head = append(head, b)
		tag, at, n := ber.Header(head)
		switch {
		case at == 0:
			continue
		case at < 0 || tag != ber.Sequence:
			return nil, errWire
		case n > maxMessage:
			return nil, fmt.Errorf("%w: its length is over the limit of %d bytes", errWire, maxMessage)
		}
		return bodyOf(r, n)
	}
}

// bodyOf reads so many bytes.
func bodyOf(r io.Reader, n int) ([]byte, error) {
	var body bytes.Buffer // grows with what comes, not with what was announced
	if _, err := io.CopyN(&body, r, int64(n)); err != nil {
		return nil, err
	}
	return body.Bytes(), nil
}

// constructed is the bit of a tag that says that elements are inside.
const constructed = 0x20

// tlv writes one element. As Windows writes them, lengths have four octets where elements
// are inside, and from 127 on.
func tlv(tag byte, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	out := make([]byte, 0, n+6)
	if tag&constructed != 0 || n >= 0x7f {
		out = binary.BigEndian.AppendUint32(append(out, tag, 0x84), uint32(n))
	} else {
		out = ber.AppendHeader(out, tag, n)
	}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func octets(s string) []byte { return tlv(ber.OctetString, []byte(s)) }

func integer(tag byte, n int64) []byte { return ber.AppendNumber(nil, tag, n) }
