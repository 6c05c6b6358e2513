package ldapproxy

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
)

const (
	startTLS   = "1.3.6.1.4.1.1466.20037" // RFC 4511 4.14.1
	dialWithin = 20 * time.Second         // on loopback: for a DC that is busy
)

// session is one client with the connection to the DC that was opened for it. Two goroutines work for it, one for each direction.
type session struct {
	proxy  *Proxy
	number int
	dc     *tls.Conn
	plain  net.Conn // the client's connection below TLS

	mu      sync.Mutex // guards client and pending; held while the client is written to
	client  net.Conn
	pending map[int64]*Message
}

func (t *Proxy) serve(client net.Conn, encrypted bool) {
	dc, err := tls.DialWithDialer(&net.Dialer{Timeout: dialWithin}, "tcp", t.upstream, t.upstreamTLS)
	if err != nil {
		_ = client.Close() // there is nobody to speak to
		t.mu.Lock()
		defer t.mu.Unlock()
		t.errs = append(t.errs, fmt.Errorf("connect to the DC: %w", err))
		return
	}
	s := &session{proxy: t, dc: dc, plain: client, client: client, pending: map[int64]*Message{}}
	if encrypted {
		s.client = tls.Server(client, t.serverTLS)
	}
	defer s.cut()
	if !t.admit(s) {
		return
	}
	defer t.dismiss(s)
	t.running.Go(func() {
		defer s.cut()
		s.responses()
	})
	s.requests(encrypted)
}

func (t *Proxy) admit(s *session) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	t.opened++
	s.number = t.opened
	t.sessions[s] = true
	return true
}

func (t *Proxy) dismiss(s *session) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.sessions, s)
}

// cut ends the session as a broken wire does, without the farewell of TLS; both directions then come to an end by themselves. It may be called
// often, and takes no lock: a goroutine that is stuck in a write has it.
func (s *session) cut() {
	_ = s.plain.Close() // closed before at worst
	_ = s.dc.NetConn().Close()
}

// requests passes on what the client sends, until either side ends.
func (s *session) requests(encrypted bool) {
	in := bufio.NewReader(s.client)
	for {
		m, err := readMessage(in)
		if err != nil {
			return
		}
		m.Conn = s.number
		if !encrypted && m.Op == Extended && text(child(m.Packet.Children[1], 0)) == startTLS {
			if err := s.encrypt(m); err != nil {
				return
			}
			in, encrypted = bufio.NewReader(s.client), true
			continue
		}
		s.proxy.count(m)
		s.remember(m)
		if err := s.carry(m, s.proxy.ask(&s.proxy.before, m), s.toDC); err != nil {
			return
		}
	}
}

// responses passes on what the DC sends, until either side ends.
func (s *session) responses() {
	in := bufio.NewReader(s.dc)
	for {
		m, err := readMessage(in)
		if err != nil {
			return
		}
		m.Conn = s.number
		m.Request = s.recall(m)
		if err := s.carry(m, s.proxy.ask(&s.proxy.after, m), s.toClient); err != nil {
			return
		}
	}
}

// carry does with the message what the hook said.
func (s *session) carry(m *Message, v Verdict, on func([]byte) error) error {
	switch v.kind {
	case kept:
		return nil
	case cut:
		return io.EOF
	case replaced:
		return writeAll(v.packets, on)
	case answered:
		return writeAll(v.packets, s.toClient)
	default:
		return on(m.Raw)
	}
}

func writeAll(packets []*ber.Packet, to func([]byte) error) error {
	for _, p := range packets {
		if err := to(p.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) toDC(b []byte) error {
	_, err := s.dc.Write(b)
	return err
}

func (s *session) toClient(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.client.Write(b)
	return err
}

// encrypt answers StartTLS in the DC's place: the way from here to the DC is encrypted in any case.
func (s *session) encrypt(request *Message) error {
	if err := s.toClient(Result(request, 0, "").Bytes()); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client = tls.Server(s.client, s.proxy.serverTLS)
	return nil
}

func (s *session) remember(m *Message) {
	if _, ok := m.Op.answer(); !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[m.ID] = m
}

// recall finds the request of a response, and forgets it when the response ends it.
func (s *session) recall(m *Message) *Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	request := s.pending[m.ID]
	if request == nil {
		return nil
	}
	if last, _ := request.Op.answer(); last == m.Op {
		delete(s.pending, m.ID)
	}
	return request
}
