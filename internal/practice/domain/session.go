package domain

import (
	"bufio"
	"crypto/tls"
	"errors"
	"net"
	"time"

	"writeback/internal/ber"
)

// The limits of a connection (MS-ADTS 3.1.1.3.4.6 has them as LDAP policies:
// MaxConnIdleTime, InitRecvTimeout, MaxReceiveBuffer).
const (
	idleTimeout    = 15 * time.Minute
	signInTimeout  = 2 * time.Minute  // between two messages of who has not signed in
	messageTimeout = 30 * time.Second // from a message's first byte to its last, and for a handshake
	writeTimeout   = 60 * time.Second
)

// session is one client. Its requests are worked off one after the other, so
// that there is nothing left for Abandon to end.
type session struct {
	d         *Domain
	conn      net.Conn
	raw       net.Conn // below TLS
	in        *bufio.Reader
	encrypted bool
	who       *caller // nil: anonymous
	pages     []*pages
}

func (d *Domain) serve(raw net.Conn, encrypted bool) {
	s := &session{d: d, raw: raw, conn: raw, in: bufio.NewReader(raw)}
	defer raw.Close()
	if !d.admit(s) {
		return
	}
	defer d.dismiss(s)
	if encrypted && s.encrypt() != nil {
		return
	}
	for {
		body, err := s.read()
		if err != nil {
			if errors.Is(err, errWire) {
				s.farewell(ldapErr(protocolError, 0x57, "Error decoding ldap message"))
			}
			return
		}
		if !s.handle(body) {
			return
		}
	}
}

func (s *session) encrypt() error {
	conn := tls.Server(s.raw, s.d.tls)
	if err := s.raw.SetDeadline(time.Now().Add(messageTimeout)); err != nil {
		return err
	}
	if err := conn.Handshake(); err != nil {
		return err
	}
	s.conn, s.in, s.encrypted = conn, bufio.NewReader(conn), true
	return s.raw.SetDeadline(time.Time{})
}

// read waits long for a message to begin, and not long for it to end.
func (s *session) read() ([]byte, error) {
	idle := idleTimeout
	if s.who == nil {
		idle = signInTimeout
	}
	if err := s.conn.SetReadDeadline(time.Now().Add(idle)); err != nil {
		return nil, err
	}
	if _, err := s.in.Peek(1); err != nil {
		return nil, err
	}
	if err := s.conn.SetReadDeadline(time.Now().Add(messageTimeout)); err != nil {
		return nil, err
	}
	return readMessage(s.in)
}

func (s *session) write(b []byte) bool {
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return false
	}
	_, err := s.conn.Write(b)
	return err == nil
}

// farewell is the Notice of Disconnection (RFC 4511 section 4.4.1).
func (s *session) farewell(f *failure) {
	op := result(opExtended, f, tlv(contextTag(10, false), []byte("1.3.6.1.4.1.1466.20036")))
	s.write(message(0, op))
}

// request is one LDAPMessage, its controls read.
type request struct {
	id   int64
	op   byte
	body *cursor
	controls
}

// handle works one message off; false ends the session.
func (s *session) handle(body []byte) bool {
	c := &cursor{rest: body}
	r := request{id: c.number(ber.Integer)}
	e := c.next()
	if c.err != nil || r.id < 0 || r.id > 1<<31-1 {
		s.farewell(ldapErr(protocolError, 0x57, "Error decoding ldap message"))
		return false
	}
	r.op, r.body = e.tag, within(element{body: e.body})
	if r.op == opDelete { // the DN itself, with the tag of the operation
		r.body = &cursor{rest: octets(string(e.body))}
	}
	var refused *failure
	r.controls, refused = readControls(c)
	if refused != nil && r.op != opUnbind && r.op != opAbandon {
		return s.write(message(r.id, result(r.op, refused)))
	}
	switch r.op {
	case opUnbind:
		return false
	case opAbandon:
		return true
	case opBind:
		return s.write(message(r.id, result(r.op, s.bind(&r))))
	case opSearch:
		return s.search(&r)
	case opExtended:
		return s.extended(&r)
	}
	do, known := writers[r.op]
	if !known {
		s.farewell(ldapErr(protocolError, 0x57, "Error decoding ldap message"))
		return false
	}
	return s.write(message(r.id, result(r.op, s.change(&r, do))))
}

// signedIn is what all requests but those for the rootDSE need.
func (s *session) signedIn() *failure {
	if s.who == nil {
		return ldapErr(operationsError, 0x4dc, "In order to perform this operation a successful bind must be completed on the connection.")
	}
	return nil
}

const (
	oidStartTLS = "1.3.6.1.4.1.1466.20037" // RFC 4511 section 4.14
	oidWhoAmI   = "1.3.6.1.4.1.4203.1.11.3"
)

func (s *session) extended(r *request) bool {
	name := string(r.body.take(contextTag(0, false)).body)
	switch {
	case r.body.err == nil && name == oidStartTLS && !s.encrypted:
		if s.in.Buffered() > 0 { // what was sent behind it in the clear is nobody's request
			s.farewell(ldapErr(protocolError, 0x57, "StartTLS with requests outstanding"))
			return false
		}
		done := result(r.op, nil, tlv(contextTag(10, false), []byte(oidStartTLS)))
		s.who = nil
		return s.write(message(r.id, done)) && s.encrypt() == nil
	case r.body.err == nil && name == oidStartTLS:
		return s.write(message(r.id, result(r.op, ldapErr(operationsError, 0, "TLS or SSL already in effect"))))
	case r.body.err == nil && name == oidWhoAmI:
		id := ""
		if s.who != nil {
			id = "u:" + s.who.name
		}
		return s.write(message(r.id, result(r.op, nil, tlv(contextTag(11, false), []byte(id)))))
	}
	return s.write(message(r.id, result(r.op, ldapErr(protocolError, 0x57, "Unknown extended request OID"))))
}
