package replay

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"writeback/internal/authority"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Config says what a server serves.
type Config struct {
	Users   int
	Admins  int              // one in so many users is an administrator; 0: one in 250
	Plain   bool             // no TLS
	Turn    bool             // every other search goes through the users backwards
	Verdict func(At) Verdict // asked before every user and at the end of every page, on several goroutines; nil: all goes well
}

// Server serves a made-up domain on a loopback port of its own.
type Server struct {
	*directory
	config   Config
	tls      *tls.Config
	ca       []byte
	listener net.Listener

	mu      sync.Mutex
	conns   map[net.Conn]struct{} // nil: closed
	serial  int
	serving sync.WaitGroup
}

// Listen starts a server. Close ends it.
func Listen(c Config) (*Server, error) {
	d, err := newDirectory(c.Users, c.Admins)
	if err != nil {
		return nil, err
	}
	s := &Server{directory: d, config: c, conns: map[net.Conn]struct{}{}}
	if err := s.certify(); err != nil {
		return nil, fmt.Errorf("making a certificate: %w", err)
	}
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	s.serving.Go(s.accept)
	return s, nil
}

// URL is where the server is reached.
func (s *Server) URL() string {
	scheme := "ldaps://"
	if s.config.Plain {
		scheme = "ldap://"
	}
	return scheme + s.listener.Addr().String()
}

// CA is the certificate to trust, in PEM.
func (s *Server) CA() []byte { return s.ca }

// Close ends all connections and waits for their ends.
func (s *Server) Close() error {
	err := s.listener.Close()
	s.mu.Lock()
	for c := range s.conns {
		c.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.serving.Wait()
	return err
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.conns == nil {
			c.Close()
			s.mu.Unlock()
			return
		}
		s.conns[c] = struct{}{}
		s.serial++
		number := s.serial
		s.serving.Go(func() { s.serve(c, number) })
		s.mu.Unlock()
	}
}

func (s *Server) serve(c net.Conn, number int) {
	defer func() {
		c.Close()
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	}()
	session := &session{Server: s, number: number}
	wire := c
	if s.config.Plain {
		session.write = func(b []byte) error { _, err := c.Write(b); return err }
	} else {
		// One write to the socket for many TLS records.
		b := &batch{Conn: c, w: bufio.NewWriterSize(c, 2*burst)}
		t := tls.Server(b, s.tls)
		if t.Handshake() != nil {
			return
		}
		b.hold = true
		wire = t
		session.write = func(p []byte) error {
			if _, err := t.Write(p); err != nil {
				return err
			}
			return b.w.Flush()
		}
	}
	in := bufio.NewReader(wire)
	for {
		p, err := ber.ReadPacket(in)
		if err != nil || session.answer(p) != nil {
			return
		}
	}
}

// batch collects what TLS writes.
type batch struct {
	net.Conn
	w    *bufio.Writer
	hold bool
}

func (b *batch) Write(p []byte) (int, error) {
	n, err := b.w.Write(p)
	if err == nil && !b.hold {
		err = b.w.Flush()
	}
	return n, err
}

// certify makes a certificate for 127.0.0.1.
func (s *Server) certify() error {
	ca, err := authority.New("replay")
	if err != nil {
		return err
	}
	cert, err := ca.Issue("127.0.0.1")
	if err != nil {
		return err
	}
	s.ca = ca.PEM()
	s.tls = &tls.Config{
		Certificates:                []tls.Certificate{cert},
		DynamicRecordSizingDisabled: true, // records of 16 KiB from the start, as a DC sends them
	}
	return nil
}
