package replay

import (
	"encoding/binary"
	"strconv"
	"strings"

	"writeback/internal/ber"
)

// Names of the domain.
const (
	BaseDN  = "DC=replay,DC=example"
	BaseDNS = "replay.example"
)

// directory is a domain with so many users, each a function of its number. Users
// in one OU have one descriptor.
type directory struct {
	users       int
	every       int // so many users one is an administrator
	ous         int
	descriptors [2][][]byte // by kind
	ranks       []uint8
}

func newDirectory(users, every int) (d *directory, err error) {
	if every == 0 {
		every = adminEvery
	}
	ous := min(distinct, max(users/50, 20))
	d = &directory{users: users, every: every, ous: ous, ranks: ranks(ous)}
	for k := range d.descriptors {
		if d.descriptors[k], err = descriptors(kind(k)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// thing is one object: user number i, or what is above the users.
type thing struct {
	kind kind
	i    int
}

// Above the users, beside the OUs that they are in: the OU of these, the domain.
const (
	people = distinct
	domain = distinct + 1
)

// above are the numbers of all that is above users.
func (d *directory) above() []int {
	out := []int{domain, people}
	for i := range d.ous {
		out = append(out, i)
	}
	return out
}

// appendDN writes the object's distinguished name.
func (d *directory) appendDN(b []byte, t thing) []byte {
	rank := t.i
	switch {
	case t.kind == ofUser:
		b = appendNumber(append(b, "CN=User "...), t.i, 7)
		b = append(b, ',')
		rank = d.rank(t.i)
	case t.i == domain:
		return append(b, BaseDN...)
	}
	if rank != people {
		b = appendNumber(append(b, "OU=Dept "...), rank, 3)
		b = append(b, ',')
	}
	return append(b, "OU=People,"+BaseDN...)
}

// find is the object with the name.
func (d *directory) find(dn string) (t thing, ok bool) {
	if word, isUser := strings.CutPrefix(dn, "CN=User "); isUser {
		word, _, _ = strings.Cut(word, ",")
		i, err := strconv.Atoi(word)
		return thing{ofUser, i}, err == nil && i < d.users
	}
	for _, i := range d.above() {
		if string(d.appendDN(nil, thing{ofOU, i})) == dn {
			return thing{ofOU, i}, true
		}
	}
	return t, false
}

// Every so many users one is an administrator, with a protected DACL, where it is not
// said otherwise: more than any domain should have. At 1,000,000 users there are 4,000
// of them.
const adminEvery = 250

const firstRID = 10000 // of users

// rank is the number of a user's OU.
func (d *directory) rank(i int) int {
	if i%d.every == d.every/2 {
		return admin
	}
	return int(d.ranks[scatter(uint64(i))%places])
}

func (d *directory) descriptor(t thing) []byte {
	if t.kind == ofUser {
		return d.descriptors[ofUser][d.rank(t.i)]
	}
	return d.descriptors[ofOU][t.i%distinct]
}

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
	write func(d *directory, b []byte, t thing) []byte
}

var (
	userClasses = []string{"top", "person", "organizationalPerson", "user"}
	ouClasses   = []string{"top", "organizationalUnit"}
)

// attributes is all that objects have; those after objectGUID only users have.
var attributes = []attribute{
	{"objectClass", func(d *directory, b []byte, t thing) []byte {
		classes := userClasses
		if t.kind == ofOU {
			classes = ouClasses
		}
		for _, class := range classes {
			b = appendString(b, class)
		}
		return b
	}},
	{"distinguishedName", func(d *directory, b []byte, t thing) []byte {
		at := len(b)
		b = d.appendDN(append(b, ber.OctetString, 0), t)
		b[at+1] = byte(len(b) - at - 2)
		return b
	}},
	{"nTSecurityDescriptor", func(d *directory, b []byte, t thing) []byte {
		sd := d.descriptor(t)
		return append(ber.AppendHeader(b, ber.OctetString, len(sd)), sd...)
	}},
	{"objectGUID", func(d *directory, b []byte, t thing) []byte {
		b = binary.LittleEndian.AppendUint64(append(b, ber.OctetString, 16), scatter(uint64(t.i)))
		return binary.LittleEndian.AppendUint64(b, uint64(t.i)<<1|uint64(t.kind))
	}},
	{"userAccountControl", func(d *directory, b []byte, t thing) []byte {
		control := "512"
		if t.i%20 == 3 {
			control = "514" // disabled
		}
		return appendString(b, control)
	}},
	{"objectSid", func(d *directory, b []byte, t thing) []byte {
		b = append(b, ber.OctetString, byte(Domain.Size()+4))
		b = append(b, Domain.Bytes()...)
		b[len(b)-Domain.Size()+1]++ // one subauthority more
		return binary.LittleEndian.AppendUint32(b, uint32(firstRID+t.i))
	}},
	{"primaryGroupID", func(d *directory, b []byte, t thing) []byte { return appendString(b, "513") }},
	{"tokenGroups", func(d *directory, b []byte, t thing) []byte {
		b = appendString(b, domainUsers)
		if d.rank(t.i) == admin {
			b = appendString(b, adminGroup)
		}
		return b
	}},
	{"adminCount", func(d *directory, b []byte, t thing) []byte {
		if d.rank(t.i) == admin {
			return append(b, ber.OctetString, 1, '1')
		}
		return append(b, ber.OctetString, 1, '0')
	}},
	{"sAMAccountName", func(d *directory, b []byte, t thing) []byte {
		return appendNumber(append(b, ber.OctetString, 8, 'u'), t.i, 7)
	}},
	{"userPrincipalName", func(d *directory, b []byte, t thing) []byte {
		b = appendNumber(append(b, ber.OctetString, byte(9+len(BaseDNS)), 'u'), t.i, 7)
		return append(b, "@"+BaseDNS...)
	}},
}

var domainUsers, adminGroup = string(Domain.Child(513).Bytes()), string(domainAdmins.Bytes())

// shared is how many attributes OUs have, too.
const shared = 4

// chosen are the attributes of an object that a request names, in our order;
// none named means all, "1.1" none (RFC 4511 section 4.5.1.8).
func chosen(k kind, names []string) []attribute {
	all := attributes
	if k == ofOU {
		all = all[:shared]
	}
	if len(names) == 0 {
		return all
	}
	var out []attribute
	for _, a := range all {
		for _, n := range names {
			if strings.EqualFold(n, a.name) || n == "*" {
				out = append(out, a)
				break
			}
		}
	}
	return out
}
