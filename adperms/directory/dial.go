package directory

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// wire is an established, verified TLS connection to a DC on which nothing but
// the handshake (and StartTLS) was sent.
type wire struct {
	at   endpoint
	tls  *tls.Conn
	raw  *socket
	leaf *x509.Certificate
}

// socket is the TCP connection below TLS. It remembers why reading ended, which
// go-ldap does not tell, and can be closed from anywhere to cut a request off.
type socket struct {
	net.Conn
	mu  sync.Mutex
	err error
}

func (s *socket) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
	if err != nil {
		s.mu.Lock()
		if s.err == nil {
			s.err = err
		}
		s.mu.Unlock()
	}
	return n, err
}

func (s *socket) readErr() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// UnreachableError says that no TLS connection to a DC came about.
type UnreachableError struct {
	URL   string // the DC, as ldaps://host:port
	Doing string // "connecting", "StartTLS" or "TLS handshake"
	Err   error
}

func (e *UnreachableError) Error() string {
	text := fmt.Sprintf("%s to %s: %s", e.Doing, e.URL, Visible(e.Err.Error()))
	var timed interface{ Timeout() bool }
	switch {
	case errors.Is(e.Err, context.Canceled):
		return text
	case e.Doing == doingConnect, errors.As(e.Err, &timed) && timed.Timeout():
		return text + ": is the host right, is it up, and is the port open from here?"
	case e.Doing == doingStartTLS:
		return text + ": the DC offers no TLS on this port, and nothing is sent without: give it a certificate, or use ldaps://"
	}
	return text + ": a DC without a certificate for LDAP ends the handshake like this: give it one (AD CS auto-enrolment does), then try again"
}

func (e *UnreachableError) Unwrap() error { return e.Err }

const (
	doingConnect  = "connecting"
	doingStartTLS = "StartTLS"
	doingTLS      = "TLS handshake"
)

// dial connects to e and verifies the DC. It is given up when ctx ends.
func dial(ctx context.Context, e endpoint, t trust, r *net.Resolver) (*wire, error) {
	d := net.Dialer{Resolver: r}
	tcp, err := d.DialContext(ctx, "tcp", cmp.Or(e.peer, e.address()))
	if err != nil {
		return nil, &UnreachableError{URL: e.String(), Doing: doingConnect, Err: err}
	}
	w := &wire{at: e, raw: &socket{Conn: tcp}}
	if err := w.secure(ctx, t); err != nil {
		tcp.Close()
		return nil, err
	}
	return w, nil
}

func (w *wire) secure(ctx context.Context, t trust) error {
	if w.at.startTLS {
		if err := w.startTLS(ctx); err != nil {
			if ctx.Err() != nil {
				err = ctx.Err() // and not the deadline that it was cut with
			}
			return &UnreachableError{URL: w.at.String(), Doing: doingStartTLS, Err: err}
		}
	}
	w.tls = tls.Client(w.raw, t.config(w.at))
	if err := w.tls.HandshakeContext(ctx); err != nil {
		var untrusted *CertError
		if errors.As(err, &untrusted) {
			return untrusted
		}
		return &UnreachableError{URL: w.at.String(), Doing: doingTLS, Err: err}
	}
	w.leaf = w.tls.ConnectionState().PeerCertificates[0]
	return nil
}

const oidStartTLS = "1.3.6.1.4.1.1466.20037" // RFC 4511 section 4.14.1

// startTLS asks for TLS and reads exactly the one answer. It is done here and
// not by go-ldap so that the certificate error keeps its type, the deadline
// holds, and no byte that was injected behind the answer is taken for LDAP.
func (w *wire) startTLS(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { w.raw.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	request := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "LDAP Request")
	request.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, 1, "MessageID"))
	op := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ldap.ApplicationExtendedRequest, nil, "Start TLS")
	op.AppendChild(ber.NewString(ber.ClassContext, ber.TypePrimitive, 0, oidStartTLS, "Name"))
	request.AppendChild(op)
	if _, err := w.raw.Write(request.Bytes()); err != nil {
		return err
	}
	answer, err := ber.ReadPacket(io.LimitReader(w.raw, 1<<16))
	if err != nil {
		return err
	}
	if len(answer.Children) < 2 || answer.Children[1].Tag != ldap.ApplicationExtendedResponse {
		return errors.New("the answer is not LDAP")
	}
	if err := ldap.GetLDAPError(answer); err != nil {
		return err
	}
	if !stop() {
		return ctx.Err()
	}
	return nil
}
