package directory

import (
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"writeback/adperms/directory/frame"
)

// fork stands between TLS and go-ldap. It reads the outside of every message:
// one of a running scan goes to the scan as it is, all else to go-ldap. So a
// scan runs on the signed-in connection without go-ldap making objects of every
// value.
//
// Its own requests carry message IDs that go-ldap, which counts from 1, never
// reaches. A message with such an ID that no scan waits for is dropped: it is
// what was still on its way when a scan was ended.
//
// What is read but not consumed is buf[r:w]. buf[run:r] are whole messages of
// the scan that were not handed over yet: they go in one piece, buffer and all.
// Only the goroutine that calls Read, go-ldap's, touches these.
type fork struct {
	net.Conn

	buf   []byte
	run   int
	r, w  int
	slots *stream     // whose slot buf is, nil: nobody's
	owner *stream     // whose messages buf[run:r] are
	pass  int         // octets left of a message that is go-ldap's
	meter frame.Meter // of what is go-ldap's

	wanted atomic.Int32  // answers that go-ldap waits for
	hurry  chan struct{} // wakes a Read that waits for the scan, when wanted has grown

	mu      sync.Mutex
	running *stream // that runs, or nil
	lastID  int64
	err     error         // why the connection ended
	gone    chan struct{} // closed then

	cut <-chan struct{} // closed when the socket is, from whatever side
}

const (
	firstScanID = 1 << 30   // above all that go-ldap gives out
	lastScanID  = 1<<31 - 1 // maxInt of RFC 4511 section 4.1.1
	idleBuffer  = 16 << 10  // octets: a TLS record, enough while no scan runs
)

func newFork(conn net.Conn, cut <-chan struct{}) *fork {
	f := &fork{
		Conn: conn, cut: cut, buf: make([]byte, idleBuffer), lastID: firstScanID - 1,
		hurry: make(chan struct{}, 1), gone: make(chan struct{}),
	}
	f.allow(frame.AtOnce)
	return f
}

// allow says how many entries may answer the request that comes next.
func (f *fork) allow(entries int) { f.meter.Allow(entries, f.wanted.Load() > 0) }

// Read gives go-ldap what is its own.
func (f *fork) Read(p []byte) (int, error) {
	for f.pass == 0 {
		if err := f.next(); err != nil {
			f.end(err)
			return 0, err
		}
	}
	n := copy(p, f.buf[f.r:f.r+f.pass])
	f.r += n
	f.run = f.r
	f.pass -= n
	return n, nil
}

// Write sends a request of go-ldap's.
func (f *fork) Write(p []byte) (int, error) {
	f.wanted.Add(1)
	select {
	case f.hurry <- struct{}{}:
	default:
	}
	return f.Conn.Write(p)
}

// Close ends the connection, and a scan on it.
func (f *fork) Close() error {
	f.end(net.ErrClosed)
	return f.Conn.Close()
}

// end notes why the connection is of no more use.
func (f *fork) end(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
		close(f.gone)
	}
}

// next looks at the message at r: it is the scan's and is taken, or go-ldap's
// and pass says how long it is, or more has to be read. Either is handed on whole.
func (f *fork) next() error {
	m, whole, err := frame.Of(f.buf[f.r:f.w])
	switch {
	case !whole:
		return f.fill(1)
	case err != nil:
		f.flush(nil)
		return fmt.Errorf("the answer is not LDAP: %w", err)
	case m.ID < firstScanID || m.ID > lastScanID:
		f.flush(nil)
		return f.passOn(m)
	case m.Size > frame.MaxEntry:
		f.flush(nil)
		return frame.Excess("it announced an entry of %d MiB, where %d are the most", m.Size>>20, frame.MaxEntry>>20)
	case f.w-f.r < m.Size:
		return f.fill(m.Size)
	default:
		f.take(m)
	}
	return nil
}

// passOn gives the message at r to go-ldap, which keeps it: not before it is whole,
// and counted.
func (f *fork) passOn(m frame.Frame) error {
	if err := f.meter.Announced(m); err != nil {
		return err
	}
	if f.w-f.r < m.Size {
		return f.fill(m.Size)
	}
	if err := f.meter.Arrived(m, f.buf[f.r:f.r+m.Size]); err != nil {
		return err
	}
	f.answered(m)
	f.pass = m.Size
	return nil
}

// answered counts what go-ldap still waits for: an answer ends with a message
// that is neither an entry nor a reference. What has no ID was not asked for.
func (f *fork) answered(m frame.Frame) {
	if m.ID == 0 || m.Op == frame.TagEntry || m.Op == frame.TagReference || m.Op == frame.TagIntermediate {
		return
	}
	if f.wanted.Add(-1) < 0 {
		f.wanted.Store(0)
	}
}

// take adds the message at r to the run of its scan, or drops it.
func (f *fork) take(m frame.Frame) {
	s := f.expecting(m.ID)
	if s == nil || s != f.owner {
		f.flush(nil)
		f.owner = s
	}
	message := f.buf[f.r : f.r+m.Size]
	f.r += m.Size
	switch {
	case s == nil:
		f.run = f.r
	case m.Op == frame.TagDone:
		f.flush(s.finish(message))
	}
}

// expecting is the scan that waits for messages with the ID.
func (f *fork) expecting(id int64) *stream {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running != nil && f.running.id == id {
		return f.running
	}
	return nil
}

// fill reads once, after making room for a message of so many octets.
func (f *fork) fill(size int) error {
	if f.w == len(f.buf) || f.r == f.w {
		f.makeRoom(size)
	}
	n, err := f.Conn.Read(f.buf[f.w:])
	f.w += n
	if n > 0 || err == nil {
		return nil // an error comes again
	}
	f.flush(nil) // what arrived whole is the scan's yet
	return err
}

func (f *fork) makeRoom(size int) {
	if f.run < f.r {
		if f.w == len(f.buf) {
			f.flush(nil)
		}
		return
	}
	f.w = copy(f.buf, f.buf[f.r:f.w])
	f.run, f.r = 0, 0
	if f.w == len(f.buf) { // a message longer than the buffer: the buffer grows as it really arrives
		grown := make([]byte, min(2*len(f.buf), max(size, len(f.buf)+1)))
		copy(grown, f.buf)
		f.buf = grown
	}
}

// flush hands the run over to its scan, with the buffer; what follows the run
// moves to another one. end says that the scan's page is complete with it.
func (f *fork) flush(end *pageEnd) {
	if f.run == f.r || f.owner == nil {
		f.run = f.r
		return
	}
	s := f.owner
	tail := f.buf[f.r:f.w]
	fresh, slot := s.acquire(len(tail))
	if fresh == nil { // the scan was ended, or the connection
		f.run = f.r
		return
	}
	n := copy(fresh, tail)
	s.hand(chunk{buf: f.buf, data: f.buf[f.run:f.r], end: end, slot: f.slots == s})
	f.buf, f.slots = fresh, nil
	if slot {
		f.slots = s
	}
	f.run, f.r, f.w = 0, 0, n
}
