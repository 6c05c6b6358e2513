package replay

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// Names of the domain.
const (
	BaseDN  = "DC=replay,DC=example"
	BaseDNS = "replay.example"
)

// directory is a domain with so many users, each a function of its number.
type directory struct {
	users       int
	descriptors [][]byte
	ranks       []uint8
}

func newDirectory(users int) (*directory, error) {
	all, err := descriptors()
	if err != nil {
		return nil, err
	}
	return &directory{users: users, descriptors: all, ranks: ranks()}, nil
}

// appendDN writes the distinguished name of user i.
func (d *directory) appendDN(b []byte, i int) []byte {
	b = append(b, "CN=User "...)
	b = appendNumber(b, i, 7)
	b = append(b, ",OU=Dept "...)
	b = appendNumber(b, d.rank(i), 3)
	return append(b, ",OU=People,"+BaseDN...)
}

func (d *directory) rank(i int) int { return int(d.ranks[scatter(uint64(i))%places]) }

// appendNumber writes n with leading zeros.
func appendNumber(b []byte, n, digits int) []byte {
	at := len(b)
	b = strconv.AppendInt(b, int64(n), 10)
	for short := digits - (len(b) - at); short > 0; short-- {
		b = append(b, '0')
		copy(b[at+1:], b[at:])
		b[at] = '0'
	}
	return b
}

// attribute is how the values of one attribute are written, each as an octet
// string.
type attribute struct {
	name  string
	write func(d *directory, b []byte, i int) []byte
}

// attributes is all that users have.
var attributes = []attribute{
	{"objectClass", func(d *directory, b []byte, i int) []byte {
		for _, class := range []string{"top", "person", "organizationalPerson", "user"} {
			b = appendString(b, class)
		}
		return b
	}},
	{"cn", func(d *directory, b []byte, i int) []byte {
		return appendNumber(append(b, tagOctetString, 12, 'U', 's', 'e', 'r', ' '), i, 7)
	}},
	{"distinguishedName", func(d *directory, b []byte, i int) []byte {
		at := len(b)
		b = d.appendDN(append(b, tagOctetString, 0), i)
		b[at+1] = byte(len(b) - at - 2)
		return b
	}},
	{"nTSecurityDescriptor", func(d *directory, b []byte, i int) []byte {
		sd := d.descriptors[d.rank(i)]
		return append(appendHeader(b, tagOctetString, len(sd)), sd...)
	}},
	{"objectGUID", func(d *directory, b []byte, i int) []byte {
		b = binary.LittleEndian.AppendUint64(append(b, tagOctetString, 16), scatter(uint64(i)))
		return binary.LittleEndian.AppendUint64(b, uint64(i))
	}},
	{"userAccountControl", func(d *directory, b []byte, i int) []byte {
		control := "512"
		if i%20 == 3 {
			control = "514" // disabled
		}
		return appendString(b, control)
	}},
	{"objectSid", func(d *directory, b []byte, i int) []byte {
		b = append(b, tagOctetString, byte(Domain.Size()+4))
		b = append(b, Domain.Bytes()...)
		b[len(b)-Domain.Size()+1]++ // one subauthority more
		return binary.LittleEndian.AppendUint32(b, uint32(10000+i))
	}},
	{"sAMAccountName", func(d *directory, b []byte, i int) []byte {
		return appendNumber(append(b, tagOctetString, 8, 'u'), i, 7)
	}},
	{"userPrincipalName", func(d *directory, b []byte, i int) []byte {
		b = appendNumber(append(b, tagOctetString, byte(9+len(BaseDNS)), 'u'), i, 7)
		return append(b, "@"+BaseDNS...)
	}},
}

// chosen are the attributes that a request names, in our order; none named means
// all, "1.1" none (RFC 4511 section 4.5.1.8).
func chosen(names []string) []attribute {
	if len(names) == 0 {
		return attributes
	}
	var out []attribute
	for _, a := range attributes {
		for _, n := range names {
			if strings.EqualFold(n, a.name) || n == "*" {
				out = append(out, a)
				break
			}
		}
	}
	return out
}
