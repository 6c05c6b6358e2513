package secdesc

import (
	"encoding/binary"
	"unicode/utf16"
)

// members reads the operand of the Member_of operators: one SID or a list,
// maybe in parentheses.
func (p *conditionParser) members() error {
	p.space()
	if p.next() != '(' {
		var err error
		p.out, err = p.value(p.out, true)
		return err
	}
	if p.depth++; p.depth > conditionDepth {
		return p.wrong("parentheses are nested deeper than %d", conditionDepth)
	}
	p.at++
	if err := p.members(); err != nil {
		return err
	}
	p.depth--
	p.space()
	return p.want(")")
}

// value writes one literal behind b. A list cannot hold lists.
func (p *conditionParser) value(b []byte, listToo bool) ([]byte, error) {
	switch c := p.next(); {
	case c == '{' && listToo:
		return p.list(b)
	case c == '"':
		s, err := p.quoted()
		return appendCounted(b, tokenUnicode, appendUnits(nil, utf16.Encode([]rune(s)))), err
	case c == '#':
		p.at++
		octets, err := p.octets()
		return appendCounted(b, tokenOctets, octets), err
	case c == '+' || c == '-' || c >= '0' && c <= '9':
		n, err := p.integer()
		b = append(b, byte(tokenInt64))
		b = binary.LittleEndian.AppendUint64(b, n.bits)
		return append(b, n.sign, n.base), err
	case p.take("SID("):
		return p.sidValue(b)
	}
	return b, p.wrong("a value is expected: an integer, a string, #octets, SID(…) or a list of them")
}

// sidValue reads what stands in SID(…).
func (p *conditionParser) sidValue(b []byte) ([]byte, error) {
	p.space()
	sid, err := p.sid()
	if err != nil {
		return b, err
	}
	p.space()
	return appendCounted(b, tokenSID, []byte(sid.raw)), p.want(")")
}

// list reads {value, …}, which may be empty.
func (p *conditionParser) list(b []byte) ([]byte, error) {
	p.at++
	var values []byte
	for first := true; ; first = false {
		p.space()
		if first && p.take("}") {
			break
		}
		var err error
		if values, err = p.value(values, false); err != nil {
			return b, err
		}
		if len(values) > dataLimit {
			return b, p.wrong("the list is longer than an ACE can be")
		}
		p.space()
		if p.take("}") {
			break
		}
		if err := p.want(","); err != nil {
			return b, err
		}
	}
	return appendCounted(b, tokenComposite, values), nil
}

func appendCounted(b []byte, t token, data []byte) []byte {
	b = append(b, byte(t))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	return append(b, data...)
}
