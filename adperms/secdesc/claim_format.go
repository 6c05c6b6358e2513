package secdesc

import (
	"fmt"
	"strconv"
	"strings"
)

// claimText prints a claim. It is not ok where data is no claim or no text
// gives the same bytes again.
func claimText(data string) (text string, ok bool) {
	if len(data) < claimHeader {
		return "", false
	}
	token, known := claimTokens[claimType(leUint32(data[4:])&0xffff)]
	count := leUint32(data[12:])
	if !known || uint64(count) > uint64(len(data)-claimHeader)/4 {
		return "", false
	}
	p := claimPrinter{data: data, at: claimHeader + 4*int(count)}
	name, ok := p.units(leUint32(data))
	if !ok {
		return "", false
	}
	var b strings.Builder
	fmt.Fprintf(&b, `("%s",%s,%#x`, nameText(name), token, leUint32(data[8:]))
	for i := range int(count) {
		value, ok := p.value(claimTypeOf[token], leUint32(data[claimHeader+4*i:]))
		if !ok {
			return "", false
		}
		b.WriteString("," + value)
	}
	b.WriteString(")")
	return b.String(), sameAgain(DomainSIDs.parseClaim, b.String(), data)
}

// claimPrinter walks over name and values where Windows puts them: each where
// the one before it ends. So many offsets to one long value cannot make a text
// much longer than the claim.
type claimPrinter struct {
	data string
	at   int
}

// units reads UTF-16 up to a NUL.
func (p *claimPrinter) units(offset uint32) (units []uint16, ok bool) {
	if uint64(offset) != uint64(p.at) {
		return nil, false
	}
	for ; p.at+2 <= len(p.data); p.at += 2 {
		u := uint16(p.data[p.at]) | uint16(p.data[p.at+1])<<8
		if u == 0 {
			p.at += 2
			return units, true
		}
		units = append(units, u)
	}
	return nil, false
}

// bytes takes the n bytes that stand at the offset.
func (p *claimPrinter) bytes(offset uint32, n uint64) (b string, ok bool) {
	if uint64(offset) != uint64(p.at) || n > uint64(len(p.data)-p.at) {
		return "", false
	}
	b = p.data[p.at : p.at+int(n)]
	p.at += int(n)
	return b, true
}

// octets takes a length and that many bytes.
func (p *claimPrinter) octets(offset uint32) (b string, ok bool) {
	length, ok := p.bytes(offset, 4)
	if !ok {
		return "", false
	}
	return p.bytes(offset+4, uint64(leUint32(length)))
}

func (p *claimPrinter) value(t claimType, offset uint32) (text string, ok bool) {
	switch t {
	case claimString:
		units, ok := p.units(offset)
		if !ok {
			return "", false
		}
		return quotedText(units)
	case claimOctets:
		b, ok := p.octets(offset)
		return octetsText(b), ok
	case claimSID:
		b, ok := p.octets(offset)
		sid, err := leadingSID(b)
		return sidText(sid), ok && err == nil
	}
	b, ok := p.bytes(offset, 8)
	if !ok {
		return "", false
	}
	if t == claimInt {
		return strconv.FormatInt(int64(leUint64(b)), 10), true
	}
	return strconv.FormatUint(leUint64(b), 10), true
}
