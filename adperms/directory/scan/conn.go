package scan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// Conn is a signed-in connection that scans have to themselves, one after the other.
//
// A goroutine reads it, and hands over buffers full of whole messages; empty ones
// come back. It asks for the next page as soon as the one before has arrived, while
// the scan still looks through that, and is held back where the scan is slower.
type Conn struct {
	wire    net.Conn
	size    uint32 // entries a page
	timeout time.Duration

	full   chan chunk
	free   chan []byte   // buffers to fill; nil: one that is yet to be made
	gone   chan struct{} // closed when nothing more comes, and err is set
	closed chan struct{}
	once   sync.Once
	err    error
	rest   []byte // what came that is no whole message yet, when gone is closed

	mu      sync.Mutex
	request *pageRequest
	lastID  int64
	awaited int64     // ID of the page that is on its way, 0: none
	began   time.Time // when it was asked for

	timer  *time.Timer
	waited time.Duration // for the page that is on its way
}

const (
	chunkSize = 64 << 10 // octets handed over in one piece
	chunks    = 5        // pieces: one that is filled, and four ahead of the scan

	firstID = 1 << 30   // above all that the sign-in gave out
	lastID  = 1<<31 - 1 // maxInt of RFC 4511 section 4.1.1
)

// chunk is a buffer with whole messages in it, which came while one page was awaited.
type chunk struct {
	buf  []byte
	data []byte   // the messages, within buf
	page int64    // the page's ID
	end  *pageEnd // set where the page ends with this chunk
}

// pageEnd is the SearchResultDone of a page.
type pageEnd struct {
	id     int64
	cookie []byte // of the next page, nil: there is none
	err    error  // how go-ldap gives a result code other than success
	took   time.Duration
}

var errNoAnswer = errors.New("no answer in time")

// Over takes a connection over on which nothing is on its way. rest was read of it
// already. size is how many entries a page has at most, timeout how long one may take.
func Over(wire net.Conn, rest []byte, size uint32, timeout time.Duration) *Conn {
	c := &Conn{
		wire: wire, size: size, timeout: timeout, lastID: firstID - 1, timer: time.NewTimer(time.Hour),
		full: make(chan chunk, chunks), free: make(chan []byte, chunks), gone: make(chan struct{}), closed: make(chan struct{}),
	}
	c.timer.Stop()
	for range chunks - 1 {
		c.free <- nil
	}
	r := &reader{Conn: c, buf: make([]byte, max(chunkSize, len(rest)))}
	r.w = copy(r.buf, rest)
	go func() {
		c.err = r.run()
		c.rest = r.buf[r.r:r.w]
		close(c.gone)
	}()
	return c
}

// Part gives the connection back after a scan that came to its end: nothing reads it here
// any more. Where something is still on its way the connection is closed.
func (c *Conn) Part() (net.Conn, error) {
	c.mu.Lock()
	idle := c.awaited == 0
	c.mu.Unlock()
	if idle && c.stopped() && errors.Is(c.err, os.ErrDeadlineExceeded) && len(c.rest) == 0 && len(c.full) == 0 {
		return c.wire, c.wire.SetReadDeadline(time.Time{})
	}
	c.Close()
	<-c.gone
	return nil, fmt.Errorf("it cannot be gone on with after a scan: %w", cmp.Or(c.err, net.ErrClosed))
}

// stopped has the reader end. It may be held back by a server that sends what nobody
// asked for.
func (c *Conn) stopped() bool {
	c.wire.SetReadDeadline(time.Unix(1, 0)) // a TLS connection outlives a read that timed out
	select {
	case <-c.gone:
		return true
	case <-time.After(time.Second):
		return false
	}
}

// Close ends the connection. It never blocks on a server that has stopped reading.
func (c *Conn) Close() error {
	var err error
	c.once.Do(func() {
		close(c.closed)
		c.wire.SetDeadline(time.Now().Add(time.Second))
		err = c.wire.Close()
	})
	return err
}

// begin asks for the first page.
func (c *Conn) begin(request *pageRequest) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.request, c.waited = request, 0
	return c.ask(nil)
}

// ask sends the request for a page; c.mu is held.
func (c *Conn) ask(cookie []byte) error {
	if c.lastID++; c.lastID > lastID {
		c.lastID = firstID
	}
	c.awaited, c.began = c.lastID, time.Now()
	c.wire.SetWriteDeadline(c.began.Add(c.timeout))
	defer c.wire.SetWriteDeadline(time.Time{}) // TLS may have to answer the server later
	_, err := c.wire.Write(c.request.page(c.awaited, cookie, c.size))
	return err
}

// next is the next chunk. The server has its time to send one page, not counting
// that in which it had to wait for us.
func (c *Conn) next(ctx context.Context) (chunk, error) {
	select {
	case one := <-c.full:
		return one, ctx.Err()
	default:
	}
	began := time.Now()
	c.timer.Reset(max(c.timeout-c.waited, 0))
	defer c.timer.Stop()
	select {
	case one := <-c.full:
		c.waited += time.Since(began)
		return one, nil
	case <-c.timer.C:
		return chunk{}, errNoAnswer
	case <-ctx.Done():
		return chunk{}, ctx.Err()
	case <-c.gone:
	}
	select {
	case one := <-c.full: // it arrived before the end
		return one, nil
	default:
		return chunk{}, c.err
	}
}

// release gives a chunk's buffer back.
func (c *Conn) release(one chunk) {
	if one.end != nil {
		c.waited = 0
	}
	if len(one.buf) != chunkSize {
		one.buf = nil // one that had to grow is not kept
	}
	c.free <- one.buf
}
