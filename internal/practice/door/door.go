// Package door bounds what the clients of a practice server may hold open. Who
// opens connections and says nothing, or one octet now and then, does not keep
// others out: the connection on which nothing was said for longest makes room,
// and one that is known to be somebody's the last. It knows no protocol: it
// imports only the standard library.
package door

import (
	"net"
	"sync"
)

// The connections that may be open at a time.
const (
	PerClient = 64  // of one address
	InAll     = 192 // of all: a program could call itself by any address of loopback
)

// Guard bounds the connections of a listener.
func Guard(l net.Listener) net.Listener {
	return &door{Listener: l, open: map[*conn]bool{}}
}

type door struct {
	net.Listener
	mu   sync.Mutex
	open map[*conn]bool
	turn uint64 // of the last octets that came
}

type conn struct {
	net.Conn
	d      *door
	client string
	heard  uint64 // the turn in which something came last
	known  bool
}

// Known says of a connection that Accept gave that somebody has signed in on it.
func Known(raw net.Conn) {
	if c, is := raw.(*conn); is {
		c.d.mu.Lock()
		c.known = true
		c.d.mu.Unlock()
	}
}

// Accept takes the next connection, and closes another one where there are too
// many.
func (d *door) Accept() (net.Conn, error) {
	raw, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	client, _, _ := net.SplitHostPort(raw.RemoteAddr().String())
	c := &conn{Conn: raw, d: d, client: client}
	d.mu.Lock()
	d.open[c] = true
	c.hear()
	leaves := d.tooMany(client)
	d.mu.Unlock()
	if leaves != nil {
		leaves.Close()
	}
	return c, nil
}

// hear notes that something came; d.mu is held.
func (c *conn) hear() {
	c.d.turn++
	c.heard = c.d.turn
}

// tooMany is the connection that has to leave: of the client that has too many, or
// where there are too many in all, of the one that has most.
func (d *door) tooMany(client string) *conn {
	of, most := map[string]int{}, client
	for c := range d.open {
		of[c.client]++
	}
	switch {
	case of[client] > PerClient:
	case len(d.open) > InAll:
		for name, n := range of {
			if n > of[most] {
				most = name
			}
		}
	default:
		return nil
	}
	var idle *conn
	for c := range d.open {
		if c.client == most && (idle == nil || c.before(idle)) {
			idle = c
		}
	}
	return idle
}

// before says which of two is to leave.
func (c *conn) before(other *conn) bool {
	if c.known != other.known {
		return other.known
	}
	return c.heard < other.heard
}

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.d.mu.Lock()
		c.hear()
		c.d.mu.Unlock()
	}
	return n, err
}

func (c *conn) Close() error {
	c.d.mu.Lock()
	delete(c.d.open, c)
	c.d.mu.Unlock()
	return c.Conn.Close()
}
