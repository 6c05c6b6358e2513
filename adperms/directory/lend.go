package directory

import (
	"context"
	"errors"
	"net"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/frame"
	"writeback/adperms/directory/scan"
)

// A scan reads its connection by itself, and nothing else can be asked on it meanwhile.
// It has this one: to sign in once more takes longer than to read a thousand users. What
// is asked while a scan has it goes over a second one, which is opened then, and hung up
// after the scans. In most domains nothing is. A scan that was ended early uses its
// connection up: another one is opened for the next question, if there is one.

// lend gives the connection to a scan, until it is regained.
func (c *Conn) lend(op *Operation) (*scan.Conn, error) {
	wire, rest, err := c.part()
	if err != nil {
		return nil, c.lose(op, err)
	}
	c.lent = true
	return scan.Over(wire, rest, c.page, c.timeout), nil
}

// part takes the connection from go-ldap: from now on nobody but who has it reads it.
func (c *Conn) part() (wire net.Conn, rest []byte, err error) {
	wire, rest, err = c.counted.Part()
	c.ldap.Close() // its goroutines end; the connection stays
	return wire, rest, err
}

// regain takes the connection back. An error: it is lost.
func (c *Conn) regain(from *scan.Conn) error {
	wire, err := from.Part()
	if err != nil {
		return err
	}
	c.counted = frame.NewCounted(wire)
	c.ldap = ldap.NewConn(c.counted, true)
	c.ldap.Start()
	c.lent = false
	return nil
}

// restore opens a connection in place of one that a scan has used up.
func (c *Conn) restore(ctx context.Context) error {
	if !c.spent {
		return nil
	}
	again, err := c.second(ctx)
	if err != nil {
		return err
	}
	c.adopt(again)
	return nil
}

// adopt goes on with the connection of another Conn, which was opened in place of this
// one's: that has ended.
func (c *Conn) adopt(n *Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.raw, c.tls, c.counted, c.ldap, c.leaf = n.at, n.raw, n.tls, n.counted, n.ldap, n.leaf
	c.last, c.lost, c.spent = n.last, n.lost, false
}

// second signs in to the same DC once more.
func (c *Conn) second(ctx context.Context) (*Conn, error) {
	again, err := c.again(ctx)
	var away *UnreachableError
	if errors.As(err, &away) && ctx.Err() == nil {
		return nil, &secondError{dc: c.at.String(), err: away}
	}
	return again, err
}

// meanwhile is the connection for what is asked while a scan has this one.
func (c *Conn) meanwhile(ctx context.Context) (*Conn, error) {
	if c.aside != nil && c.aside.gone(&Operation{}) == nil {
		return c.aside, nil
	}
	c.hangUp()
	again, err := c.second(ctx)
	if err == nil {
		c.aside = again
	}
	return again, err
}

// hangUp ends the second connection.
func (c *Conn) hangUp() {
	if c.aside != nil {
		c.aside.Close()
		c.aside = nil
	}
}
