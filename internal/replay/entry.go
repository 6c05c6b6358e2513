package replay

import (
	"encoding/binary"

	"writeback/internal/ber"
)

// Tags of BER and LDAP that are written here.
const (
	tagEntry    = 0x64
	tagDone     = 0x65
	tagControls = 0xa0
)

// open starts an element whose length is not known yet: five octets, as AD
// writes it. shut fills it in; at is what open returned.
func open(b []byte, tag byte) (out []byte, at int) {
	return append(b, tag, 0x84, 0, 0, 0, 0), len(b)
}

func shut(b []byte, at int) []byte {
	binary.BigEndian.PutUint32(b[at+2:], uint32(len(b)-at-6))
	return b
}

func appendString(b []byte, s string) []byte {
	return append(ber.AppendHeader(b, ber.OctetString, len(s)), s...)
}

// appendInteger writes n, which is not negative and below 1<<31.
func appendInteger(b []byte, tag byte, n int64) []byte {
	return binary.BigEndian.AppendUint32(append(b, tag, 4), uint32(n))
}

// appendEntry writes an object as the answer to the request id.
func (d *directory) appendEntry(b []byte, id int64, t thing, want []attribute) []byte {
	b, message := open(b, ber.Sequence)
	b = appendInteger(b, ber.Integer, id)
	b, entry := open(b, tagEntry)
	at := len(b)
	b = d.appendDN(append(b, ber.OctetString, 0), t)
	b[at+1] = byte(len(b) - at - 2)
	b, list := open(b, ber.Sequence)
	for _, a := range want {
		var one, set int
		b, one = open(b, ber.Sequence)
		b = appendString(b, a.name)
		b, set = open(b, ber.Set)
		b = shut(shut(a.write(d, b, t), set), one)
	}
	return shut(shut(shut(b, list), entry), message)
}
