package replay

import (
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"strings"

	asn1 "github.com/go-asn1-ber/asn1-ber"

	"writeback/internal/ber"
)

// At is a place in the answer to a search.
type At struct {
	Conn   int  // 1: the server's first connection
	Search int  // 1: the connection's first search below a base; a new page is not a new search
	Page   int  // 1: the search's first page
	Row    int  // 0: the search's first user
	Border bool // the page's last user was sent, its end was not
}

// Verdict is what happens there.
type Verdict int

// Verdicts; any other number is the result code with which a page is refused,
// where it is given for the page's first row.
const (
	Go   Verdict = 0
	Drop Verdict = -1 // the connection is closed
	Skip Verdict = -2 // the user is left out
)

// maxPage is what an AD DC gives at most (MaxPageSize).
const maxPage = 1000

// session is one connection.
type session struct {
	*Server
	number   int
	searches int
	out      []byte
	write    func([]byte) error
}

var errHungUp = errors.New("hung up")

// answer serves one request; an error ends the connection.
func (s *session) answer(p *asn1.Packet) error {
	r, err := readRequest(p)
	if err != nil {
		return err
	}
	switch r.op {
	case opBind:
		s.out = appendResult(s.out, r.id, 0x61, 0, "")
	case opUnbind:
		return errHungUp
	case opAbandon:
		return nil
	case opSearch:
		if err := s.search(r); err != nil {
			return err
		}
	default:
		s.out = appendResult(s.out, r.id, 0x78, 2, "not here")
	}
	return s.flush()
}

func (s *session) flush() error {
	err := s.write(s.out)
	s.out = s.out[:0]
	return err
}

// burst is how many octets are sent at once.
const burst = 128 << 10

// search answers a search. Of the filter it sees only what is looked for: who is in a
// group, groups, the domain in its forest, what is above users, or users. Of the schema
// and of all else there is nothing.
func (s *session) search(r request) error {
	switch {
	case r.scope == 0:
		s.object(r)
	case strings.HasSuffix(r.base, "CN=Configuration,"+BaseDN):
		if r.about("crossRef") {
			s.out = appendValues(s.out, r.id, "CN=REPLAY,CN=Partitions,"+r.base, [][2]string{{"nCName", BaseDN}, {"dnsRoot", BaseDNS}, {"nETBIOSName", "REPLAY"}})
		}
		s.out = s.appendEnd(s.out, r, s.users)
	case r.about("memberOf"):
		return s.members(r)
	case r.about("member") || r.about("group") || r.about("objectSid"):
		s.appendGroups(r)
		s.out = s.appendEnd(s.out, r, s.users)
	case r.about("organizationalUnit"):
		for _, i := range s.above() {
			s.out = s.appendEntry(s.out, r.id, thing{ofOU, i}, chosen(ofOU, r.names))
		}
		s.out = s.appendEnd(s.out, r, s.users)
	default:
		return s.page(r)
	}
	return nil
}

// object answers a base search.
func (s *session) object(r request) {
	if r.base == "" {
		s.out = appendRoot(s.out, r.id)
	} else if t, ok := s.find(r.base); ok {
		want := chosen(t.kind, r.names)
		if r.base == BaseDN && slices.Contains(r.names, "objectSid") {
			want = append(want, attribute{"objectSid", func(_ *directory, b []byte, _ thing) []byte { return appendString(b, string(Domain.Bytes())) }})
		}
		s.out = s.appendEntry(s.out, r.id, t, want)
	} else {
		s.out = appendResult(s.out, r.id, tagDone, 32, "0000208D: NameErr: DSID-03100241, problem 2001 (NO_OBJECT)")
		return
	}
	s.out = appendResult(s.out, r.id, tagDone, 0, "")
}

// page answers one page of users.
func (s *session) page(r request) error {
	from, ok := s.place(r)
	if !ok {
		s.out = appendResult(s.out, r.id, tagDone, 53, "00000057: LdapErr: DSID-0C0907AE, comment: Error processing control")
		return nil
	}
	to, size := s.users, 0
	if r.paged && r.size > 0 {
		size = int(min(r.size, maxPage))
		to = min(to, from+size)
	}
	at := At{Conn: s.number, Search: s.searches, Page: from/max(size, 1) + 1}
	want := chosen(ofUser, r.names)
	for at.Row = from; at.Row < to; at.Row++ {
		switch v := s.verdict(at); {
		case v == Skip:
			continue
		case v == Drop:
			s.flush()
			return errHungUp
		case v > 0:
			s.out = appendResult(s.out, r.id, tagDone, int(v), "as the test wants it")
			return nil
		}
		s.out = s.appendEntry(s.out, r.id, thing{ofUser, s.user(at.Row)}, want)
		if len(s.out) >= burst {
			if err := s.flush(); err != nil {
				return err
			}
		}
	}
	if at.Border = true; s.verdict(at) == Drop {
		s.flush()
		return errHungUp
	}
	s.out = s.appendEnd(s.out, r, to)
	return nil
}

func (s *session) verdict(at At) Verdict {
	if s.config.Verdict == nil {
		return Go
	}
	return s.config.Verdict(at)
}

// user is the one in a row. Where the server turns, every other search goes
// through the directory backwards.
func (s *session) user(row int) int {
	if s.config.Turn && (s.number+s.searches)%2 == 1 {
		return s.users - 1 - row
	}
	return row
}

// place finds the row that a page starts with. A cookie is good on its own
// connection only, and in the search that it was given in.
func (s *session) place(r request) (from int, ok bool) {
	if len(r.cookie) == 0 {
		s.searches++
		return 0, true
	}
	if len(r.cookie) != cookieSize ||
		binary.BigEndian.Uint32(r.cookie) != uint32(s.number) || binary.BigEndian.Uint32(r.cookie[4:]) != uint32(s.searches) {
		return 0, false
	}
	return int(binary.BigEndian.Uint64(r.cookie[8:])), true
}

const cookieSize = 16

func (s *session) appendEnd(b []byte, r request, next int) []byte {
	var cookie []byte
	if next < s.users {
		cookie = binary.BigEndian.AppendUint32(cookie, uint32(s.number))
		cookie = binary.BigEndian.AppendUint32(cookie, uint32(s.searches))
		cookie = binary.BigEndian.AppendUint64(cookie, uint64(next))
	}
	b, message := open(b, ber.Sequence)
	b = appendInteger(b, ber.Integer, r.id)
	b = appendLDAPResult(b, tagDone, 0, "")
	if r.paged {
		var controls, control int
		b, controls = open(b, tagControls)
		b, control = open(b, ber.Sequence)
		b = appendString(b, oidPaging)
		value := appendInteger(nil, ber.Integer, 0)
		value = appendString(value, string(cookie))
		b = ber.AppendHeader(b, ber.OctetString, len(value)+2)
		b = append(ber.AppendHeader(b, ber.Sequence, len(value)), value...)
		b = shut(shut(b, control), controls)
	}
	return shut(b, message)
}

func appendResult(b []byte, id int64, tag byte, code int, text string) []byte {
	b, message := open(b, ber.Sequence)
	b = appendLDAPResult(appendInteger(b, ber.Integer, id), tag, code, text)
	return shut(b, message)
}

func appendLDAPResult(b []byte, tag byte, code int, text string) []byte {
	b, at := open(b, tag)
	b = append(b, ber.Enumerated, 1, byte(code))
	b = appendString(b, "")
	return shut(appendString(b, text), at)
}

// appendRoot writes the rootDSE of an AD DC (MS-ADTS 3.1.1.3.2).
func appendRoot(b []byte, id int64) []byte {
	return appendValues(b, id, "", [][2]string{
		{"defaultNamingContext", BaseDN}, {"rootDomainNamingContext", BaseDN},
		{"configurationNamingContext", "CN=Configuration," + BaseDN}, {"schemaNamingContext", "CN=Schema,CN=Configuration," + BaseDN},
		{"dnsHostName", "dc1." + BaseDNS}, {"domainFunctionality", strconv.Itoa(7)},
		{"supportedControl", oidPaging}, {"supportedCapabilities", "1.2.840.113556.1.4.800"}, // LDAP_CAP_ACTIVE_DIRECTORY_OID
	})
}

// appendValues writes an object whose attributes have one value each.
func appendValues(b []byte, id int64, dn string, values [][2]string) []byte {
	b, message := open(b, ber.Sequence)
	b = appendInteger(b, ber.Integer, id)
	b, entry := open(b, tagEntry)
	b = appendString(b, dn)
	b, list := open(b, ber.Sequence)
	for _, a := range values {
		var one, set int
		b, one = open(b, ber.Sequence)
		b = appendString(b, a[0])
		b, set = open(b, ber.Set)
		b = shut(shut(appendString(b, a[1]), set), one)
	}
	return shut(shut(shut(b, list), entry), message)
}
