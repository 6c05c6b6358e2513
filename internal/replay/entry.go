package replay

import "encoding/binary"

// Tags of BER and LDAP that are written here.
const (
	tagBoolean     = 0x01
	tagInteger     = 0x02
	tagOctetString = 0x04
	tagEnumerated  = 0x0a
	tagSequence    = 0x30
	tagSet         = 0x31
	tagEntry       = 0x64
	tagDone        = 0x65
	tagControls    = 0xa0
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

// appendHeader writes an element's tag and length, in the shortest form.
func appendHeader(b []byte, tag byte, size int) []byte {
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

func appendString(b []byte, s string) []byte {
	return append(appendHeader(b, tagOctetString, len(s)), s...)
}

// appendInteger writes n, which is not negative and below 1<<31.
func appendInteger(b []byte, tag byte, n int64) []byte {
	return binary.BigEndian.AppendUint32(append(b, tag, 4), uint32(n))
}

// appendEntry writes an object as the answer to the request id.
func (d *directory) appendEntry(b []byte, id int64, t thing, want []attribute) []byte {
	b, message := open(b, tagSequence)
	b = appendInteger(b, tagInteger, id)
	b, entry := open(b, tagEntry)
	at := len(b)
	b = d.appendDN(append(b, tagOctetString, 0), t)
	b[at+1] = byte(len(b) - at - 2)
	b, list := open(b, tagSequence)
	for _, a := range want {
		var one, set int
		b, one = open(b, tagSequence)
		b = appendString(b, a.name)
		b, set = open(b, tagSet)
		b = shut(shut(a.write(d, b, t), set), one)
	}
	return shut(shut(shut(b, list), entry), message)
}
