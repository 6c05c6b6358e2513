package frame

import (
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Counted sits below a client that keeps all it receives, each element as an object. It
// passes on only whole messages, after counting them.
type Counted struct {
	net.Conn
	Meter

	reading sync.Mutex // of what follows
	buf     []byte
	r, w    int // buf[r:w] was read, and not handed on
	left    int // octets of the message at r that is being handed on

	parted atomic.Bool // see Part
	mu     sync.Mutex
	err    error // why the connection ended
}

const idleBuffer = 16 << 10 // octets: a TLS record

// NewCounted counts what comes over a connection.
func NewCounted(conn net.Conn) *Counted {
	c := &Counted{Conn: conn, buf: make([]byte, idleBuffer)}
	c.Begin(AtOnce)
	c.End()
	return c
}

// Read gives what is left of a message, or of the next one.
func (c *Counted) Read(p []byte) (int, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	for c.left == 0 {
		if c.parted.Load() {
			return 0, net.ErrClosed
		}
		if err := c.next(); err != nil {
			if c.parted.Load() {
				return 0, net.ErrClosed
			}
			c.end(err)
			return 0, err
		}
	}
	n := copy(p, c.buf[c.r:c.r+c.left])
	c.r += n
	c.left -= n
	return n, nil
}

// next brings the message at r nearer to being whole and counted.
func (c *Counted) next() error {
	m, outside, err := Of(c.buf[c.r:c.w])
	switch {
	case !outside:
		return c.fill(1)
	case err != nil:
		return fmt.Errorf("the answer is not LDAP: %w", err)
	}
	if err := m.Bounded(); err != nil {
		return err
	}
	if c.w-c.r < m.Size {
		return c.fill(m.Size)
	}
	if err := c.Arrived(m, c.buf[c.r:c.r+m.Size]); err != nil {
		return err
	}
	c.left = m.Size
	return nil
}

// fill reads once, after making room for a message of so many octets.
func (c *Counted) fill(size int) error {
	if c.w == len(c.buf) || c.r == c.w {
		c.w = copy(c.buf, c.buf[c.r:c.w])
		c.r = 0
		if c.w == len(c.buf) {
			c.buf = Grown(c.buf, size)
		}
	}
	n, err := c.Conn.Read(c.buf[c.w:])
	c.w += n
	if n > 0 {
		return nil // an error comes again
	}
	return err
}

// Grown is a larger copy of a buffer that is full, for a message of so many octets.
// It grows as these really arrive: a length alone takes no memory.
func Grown(buf []byte, size int) []byte {
	grown := make([]byte, min(2*len(buf), max(size, len(buf)+1)))
	copy(grown, buf)
	return grown
}

// Close ends the connection, unless it was parted from this reader.
func (c *Counted) Close() error {
	if c.parted.Load() {
		return nil
	}
	c.end(net.ErrClosed)
	return c.Conn.Close()
}

func (c *Counted) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
	}
}

// Ended is why the connection is of no more use; nil: it is not known to have ended.
func (c *Counted) Ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Part takes the connection from whoever reads here, between two answers: the reader
// finds it closed, and nothing else does. rest was read already and not handed on.
func (c *Counted) Part() (conn net.Conn, rest []byte, err error) {
	c.parted.Store(true)
	// A TLS connection outlives a read that timed out.
	if err := c.Conn.SetReadDeadline(time.Unix(1, 0)); err != nil {
		return nil, nil, err
	}
	c.reading.Lock()
	defer c.reading.Unlock()
	if err := c.Ended(); err != nil {
		return nil, nil, err
	}
	rest = c.buf[c.r+c.left : c.w]
	return c.Conn, rest, c.Conn.SetReadDeadline(time.Time{})
}
