package domain

import (
	"bufio"
	"bytes"
	"net"
	"sync"
	"testing"
	"time"

	"writeback/internal/ber"
)

// sink is a connection that takes what is written and gives nothing.
type sink struct {
	net.Conn
	bytes.Buffer
}

func (s *sink) Read(b []byte) (int, error)       { return s.Buffer.Read(b) }
func (s *sink) Write(b []byte) (int, error)      { return s.Buffer.Write(b) }
func (s *sink) SetWriteDeadline(time.Time) error { return nil }
func (s *sink) SetReadDeadline(time.Time) error  { return nil }

// FuzzMessage lets an administrator send anything: the domain answers in LDAP or
// says nothing, and is whole afterwards.
func FuzzMessage(f *testing.F) {
	w := found(time.Now)
	dn := w.root.dn()
	attribute := func(name string, values ...string) []byte {
		var all [][]byte
		for _, v := range values {
			all = append(all, octets(v))
		}
		return tlv(ber.Sequence, octets(name), tlv(ber.Set, all...))
	}
	search := func(filter []byte) []byte {
		return tlv(opSearch, octets(dn), integer(ber.Enumerated, 2), integer(ber.Enumerated, 0), integer(ber.Integer, 5), integer(ber.Integer, 0), tlv(ber.Boolean, []byte{0}), filter,
			tlv(ber.Sequence, octets("cn"), octets("tokenGroups"), octets("member;range=0-*")))
	}
	for _, op := range [][]byte{
		tlv(opBind, integer(ber.Integer, 3), octets("CONTOSO\\x"), tlv(0x80, []byte("secret"))),
		search(tlv(filterPresent, []byte("objectClass"))),
		search(tlv(filterAnd, tlv(filterNot, tlv(filterEqual, octets("cn"), octets("a"))), tlv(filterParts, octets("cn"), tlv(ber.Sequence, tlv(0x80, []byte("a")), tlv(0x82, []byte("b")))))),
		search(tlv(filterRule, tlv(0x81, []byte(ruleInChain)), tlv(0x82, []byte("member")), tlv(0x83, []byte(dn)))),
		tlv(opModify, octets(dn), tlv(ber.Sequence, tlv(ber.Sequence, integer(ber.Enumerated, 2), attribute("description", "x")))),
		tlv(opAdd, octets("CN=x,"+dn), tlv(ber.Sequence, attribute("objectClass", "user"), attribute("unicodePwd", "\"\x00A\x00\"\x00"))),
		tlv(opDelete, []byte("CN=x,"+dn)),
		tlv(opModifyDN, octets("CN=x,"+dn), octets("CN=y"), tlv(ber.Boolean, []byte{1}), tlv(0x80, []byte("CN=Users,"+dn))),
		tlv(opCompare, octets(dn), tlv(ber.Sequence, octets("cn"), octets("x"))),
		tlv(opExtended, tlv(0x80, []byte(oidWhoAmI))), tlv(opAbandon, []byte{1}), tlv(opUnbind),
	} {
		f.Add(message(1, op))
		f.Add(message(2, op, tlv(ber.Sequence, octets(ctlPaging), tlv(ber.OctetString, tlv(ber.Sequence, integer(ber.Integer, 2), octets(""))))))
		f.Add(message(3, op, tlv(ber.Sequence, octets(ctlSDFlags), tlv(ber.Boolean, []byte{0xff}), tlv(ber.OctetString, tlv(ber.Sequence, integer(ber.Integer, 4))))))
	}
	boss := w.callerFor(w.bySAM("Administrator"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		body, err := readMessage(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			return
		}
		out := &sink{}
		s := &session{d: &Domain{mu: new(sync.RWMutex), world: w}, conn: out, in: bufio.NewReader(out), encrypted: true, who: boss}
		s.handle(body)
		for c := (&cursor{rest: out.Bytes()}); len(c.rest) > 0; {
			if e := c.take(ber.Sequence); c.err != nil || len(e.body) == 0 {
				t.Fatalf("the answer is no LDAP: %x", out.Bytes())
			}
		}
		if w.find(dn) != w.root || w.deletedObjects() == nil {
			t.Fatal("the domain is broken")
		}
	})
}
