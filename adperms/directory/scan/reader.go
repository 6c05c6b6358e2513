package scan

import (
	"fmt"
	"net"
	"time"

	"writeback/adperms/directory/frame"
)

// reader is the goroutine that reads a Conn. buf[:r] are whole messages that were not
// handed over yet: they go in one piece, buffer and all. buf[r:w] is the beginning of
// what follows.
type reader struct {
	*Conn
	buf  []byte
	r, w int
}

// run reads to the end, and says why it ended. What arrived whole before is the scan's
// yet.
func (b *reader) run() error {
	for {
		if err := b.step(); err != nil {
			b.flush(nil)
			return err
		}
	}
}

// step takes the message at r, or reads more of it.
func (b *reader) step() error {
	m, outside, err := frame.Of(b.buf[b.r:b.w])
	switch {
	case !outside:
		return b.fill(1)
	case err != nil:
		return fmt.Errorf("the answer is not LDAP: %w", err)
	}
	if err := m.Bounded(); err != nil {
		return err
	}
	if b.w-b.r < m.Size {
		return b.fill(m.Size)
	}
	b.r += m.Size
	if m.Op != frame.TagDone {
		return nil
	}
	end, err := b.finish(m.ID, b.buf[b.r-m.Size:b.r])
	if end != nil && !b.flush(end) {
		return net.ErrClosed
	}
	return err
}

// finish reads the end of a page, and asks for the next one. nil: no awaited page ends
// here.
func (c *Conn) finish(id int64, message []byte) (*pageEnd, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if id != c.awaited || id == 0 {
		return nil, nil
	}
	cookie, err := readDone(message)
	end := &pageEnd{id: id, cookie: cookie, err: err, took: time.Since(c.began)}
	c.awaited = 0
	if len(cookie) == 0 || err != nil {
		return end, nil
	}
	return end, c.ask(cookie)
}

// fill reads once, after making room for a message of so many octets.
func (b *reader) fill(size int) error {
	switch {
	case b.w < len(b.buf):
	case b.r > 0:
		if !b.flush(nil) {
			return net.ErrClosed
		}
	default: // a message that is longer than the buffer
		b.buf = frame.Grown(b.buf, size)
	}
	n, err := b.wire.Read(b.buf[b.w:])
	b.w += n
	if n > 0 {
		return nil // an error comes again
	}
	return err
}

// flush hands over the whole messages; what follows them moves to another buffer.
// end says that the page is complete with them. It waits until a buffer is free;
// false: nobody wants more.
func (b *reader) flush(end *pageEnd) bool {
	if b.r == 0 {
		return true
	}
	var fresh []byte
	select {
	case fresh = <-b.free:
	case <-b.closed:
		return false
	}
	page := b.page(end)
	tail := b.buf[b.r:b.w]
	if len(fresh) <= len(tail) {
		fresh = make([]byte, max(chunkSize, len(tail)+1))
	}
	n := copy(fresh, tail)
	b.full <- chunk{buf: b.buf, data: b.buf[:b.r], page: page, end: end} // as many as there are buffers have room
	b.buf, b.r, b.w = fresh, 0, n
	return true
}

// page is the ID that the messages of a chunk are to have.
func (c *Conn) page(end *pageEnd) int64 {
	if end != nil {
		return end.id
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.awaited
}
