package scan

import (
	"bytes"
	"context"
	"net"
	"os"
	"sync"
	"testing"
	"time"
)

// answering is a connection on which a DC answers each request with the next of its
// answers, and then says nothing.
type answering struct {
	net.Conn
	answers chan []byte
	sent    chan []byte
	now     []byte

	mu     sync.Mutex
	over   chan struct{} // closed: the deadline for reading
	closed bool
	ended  chan struct{}
}

func answeringWith(all ...[]byte) *answering {
	a := &answering{answers: make(chan []byte, len(all)), sent: make(chan []byte, len(all)), over: make(chan struct{}), ended: make(chan struct{})}
	for _, one := range all {
		a.answers <- one
	}
	return a
}

func (a *answering) Read(p []byte) (int, error) {
	a.mu.Lock()
	over := a.over
	a.mu.Unlock()
	if len(a.now) == 0 {
		select {
		case a.now = <-a.sent:
		case <-over:
			return 0, os.ErrDeadlineExceeded
		case <-a.ended:
			return 0, net.ErrClosed
		}
	}
	n := copy(p, a.now)
	a.now = a.now[n:]
	return n, nil
}

func (a *answering) Write(p []byte) (int, error) {
	a.sent <- <-a.answers
	return len(p), nil
}

func (a *answering) SetReadDeadline(at time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if at.IsZero() {
		a.over = make(chan struct{})
	} else {
		close(a.over)
	}
	return nil
}

func (a *answering) SetDeadline(time.Time) error      { return nil }
func (a *answering) SetWriteDeadline(time.Time) error { return nil }

func (a *answering) Close() error {
	if !a.closed {
		a.closed = true
		close(a.ended)
	}
	return nil
}

// After a scan that came to its end the connection is given back, and goes on as it was.
// One on which something came that nobody asked for is closed, however much that is.
func TestPart(t *testing.T) {
	whole := append(entryOf(firstID, "CN=a", "1"), doneOf(firstID, "")...)
	unasked := entryOf(7, "CN=b", "2")
	for _, c := range []struct {
		name string
		more []byte
	}{
		{"nothing more", nil},
		{"a message", unasked},
		{"the beginning of one", unasked[:9]},
		{"without end", bytes.Repeat(entryOf(7, "CN=b", string(make([]byte, 5000))), 400)},
	} {
		t.Run(c.name, func(t *testing.T) {
			wire := answeringWith(append(bytes.Clone(whole), c.more...), []byte("next"))
			conn, rows := Over(wire, nil, 1000, 10*time.Second), 0
			open := func(context.Context) (*Conn, error) { return conn, nil }
			err := Run(t.Context(), Query{Filter: "(a=*)", Attributes: []string{"a"}, Most: 9}, open, func(*Row) error { rows++; return nil })
			if err != nil || rows != 1 {
				t.Fatalf("%d rows: %v", rows, err)
			}
			back, err := conn.Part()
			if conn.Good() {
				t.Error("it is still read")
			}
			if c.more != nil {
				if err == nil || !wire.closed {
					t.Errorf("it gives %v, %v; closed: %v", back, err, wire.closed)
				}
				return
			}
			if err != nil || wire.closed {
				t.Fatalf("it gives %v; closed: %v", err, wire.closed)
			}
			back.Write(nil)
			buf := make([]byte, 10)
			if n, err := back.Read(buf); err != nil || string(buf[:n]) != "next" {
				t.Errorf("afterwards it reads %q, %v", buf[:n], err)
			}
		})
	}
}

// While a page is on its way the connection cannot be given back.
func TestPartTooEarly(t *testing.T) {
	wire := answeringWith(append(entryOf(firstID, "CN=a", "1"), doneOf(firstID, "more")...), nil)
	conn := Over(wire, nil, 1000, 10*time.Second)
	open := func(context.Context) (*Conn, error) { return conn, nil }
	err := Run(t.Context(), Query{Filter: "(a=*)", Attributes: []string{"a"}, Most: 9}, open, func(*Row) error { return os.ErrInvalid })
	if back, parted := conn.Part(); err != os.ErrInvalid || parted == nil || !wire.closed {
		t.Errorf("the scan ended with %v, and gives back %v, %v", err, back, parted)
	}
}
