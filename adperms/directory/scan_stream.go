package directory

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"writeback/adperms/directory/scan"
)

// stream is what a running scan and the fork share: buffers full of whole
// messages go to the scan, empty ones come back.
//
// The next page is asked for as soon as the one before has arrived, while the
// scan still looks through it; but not where more is held already than there are
// slots for, because go-ldap waits for an answer: then the scan asks when it has
// caught up, or every question of a visitor would cost another page of memory.
type stream struct {
	f       *fork
	request *scan.PageRequest
	full    chan chunk
	slots   chan []byte  // buffers that the fork may fill; nil: one that is yet to be made
	spare   chan []byte  // buffers beyond the slots that are not in use
	ahead   atomic.Int64 // octets of those that are
	hold    atomic.Bool  // the next page is not asked for by the fork
	stopped chan struct{}
	id      int64     // of the page that is awaited, 0: none; under f.mu
	began   time.Time // when that page was asked for; under f.mu

	timer  *time.Timer
	waited time.Duration // for the page that is awaited
}

const (
	chunkSize = 64 << 10 // octets handed over in one piece
	chunks    = 4        // that may be read ahead
	maxAhead  = 64 << 20 // octets read ahead so that go-ldap gets an answer that stands behind them

	chunksSpare = 32 // that are kept after such a time
)

// chunk is a buffer with whole messages of one page in it.
type chunk struct {
	buf  []byte
	data []byte   // the messages, within buf
	end  *pageEnd // set where the page ends with this chunk
	slot bool     // buf goes back to the slots
}

// pageEnd is the SearchResultDone of a page.
type pageEnd struct {
	cookie []byte // of the next page, nil: there is none
	asked  bool   // it was asked for
	err    error  // how go-ldap gives a result code other than success
	took   time.Duration
}

var errScanning = errors.New("another scan runs on this connection")

// scanWith starts a stream and asks for the first page.
func (f *fork) scanWith(request *scan.PageRequest) (*stream, error) {
	s := &stream{
		f: f, request: request, stopped: make(chan struct{}),
		full: make(chan chunk, chunks+1+maxAhead/chunkSize), slots: make(chan []byte, chunks),
		spare: make(chan []byte, chunksSpare), timer: time.NewTimer(time.Hour),
	}
	s.timer.Stop()
	for range chunks {
		s.slots <- nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	if f.running != nil {
		return nil, errScanning
	}
	f.running = s
	s.ask(nil)
	return s, nil
}

// ask sends the request for a page; f.mu is held. It does not wait for the DC to
// take it: the fork calls this between two reads.
func (s *stream) ask(cookie []byte) {
	s.id, s.began = s.f.newID(), time.Now()
	go s.f.send(s.request.Page(s.id, cookie))
}

// newID gives the next message ID; f.mu is held.
func (f *fork) newID() int64 {
	if f.lastID++; f.lastID > lastScanID {
		f.lastID = firstScanID
	}
	return f.lastID
}

func (f *fork) send(request []byte) {
	if _, err := f.Conn.Write(request); err != nil {
		f.end(err)
	}
}

// finish reads the end of a page and asks for the next one.
func (s *stream) finish(message []byte) *pageEnd {
	cookie, err := scan.ReadDone(message)
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	end := &pageEnd{cookie: cookie, err: err, took: time.Since(s.began)}
	s.id = 0
	if len(cookie) > 0 && err == nil && s.f.running == s && s.ahead.Load() == 0 && s.f.wanted.Load() == 0 && !s.hold.Load() {
		s.ask(cookie)
		end.asked = true
	}
	return end
}

func (s *stream) takeSpare() []byte {
	select {
	case buf := <-s.spare:
		return buf
	default:
		return nil
	}
}

// acquire gives the fork a buffer for so many octets and more. It waits until
// one is free, unless go-ldap needs what comes after. nil: nobody wants more.
func (s *stream) acquire(octets int) (buf []byte, slot bool) {
	for {
		select {
		case buf = <-s.slots:
			return enough(buf, octets), true
		default:
		}
		if s.f.wanted.Load() > 0 && s.ahead.Load() < maxAhead {
			return enough(s.takeSpare(), octets), false
		}
		select {
		case buf = <-s.slots:
			return enough(buf, octets), true
		case <-s.f.hurry:
		case <-s.stopped:
			return nil, false
		case <-s.f.gone:
			return nil, false
		case <-s.f.cut:
			return nil, false
		}
	}
}

func enough(buf []byte, octets int) []byte {
	if len(buf) > octets {
		return buf
	}
	return make([]byte, max(chunkSize, octets+1))
}

// hand gives a chunk to the scan.
func (s *stream) hand(c chunk) {
	if !c.slot {
		s.ahead.Add(int64(len(c.buf)))
	}
	select {
	case s.full <- c:
	case <-s.stopped:
	case <-s.f.gone:
	case <-s.f.cut:
	}
}

// next is the next chunk. timeout is for the DC to send one page, not counting
// the time in which it had to wait for us.
func (s *stream) next(ctx context.Context, timeout time.Duration) (chunk, error) {
	select {
	case c := <-s.full:
		return c, ctx.Err()
	default:
	}
	began := time.Now()
	s.timer.Reset(max(timeout-s.waited, 0))
	defer s.timer.Stop()
	select {
	case c := <-s.full:
		s.waited += time.Since(began)
		return c, nil
	case <-s.timer.C:
		return chunk{}, errNoAnswer
	case <-ctx.Done():
		return chunk{}, ctx.Err()
	case <-s.f.gone:
	case <-s.f.cut:
		return chunk{}, net.ErrClosed
	}
	select {
	case c := <-s.full: // it arrived before the end
		return c, nil
	default:
		return chunk{}, s.f.ended()
	}
}

func (f *fork) ended() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// release gives a chunk's buffer back to the fork.
func (s *stream) release(c chunk) {
	switch {
	case c.slot && len(c.buf) == chunkSize:
		s.slots <- c.buf
	case c.slot:
		s.slots <- nil
	default:
		s.ahead.Add(-int64(len(c.buf)))
		if len(c.buf) == chunkSize {
			select {
			case s.spare <- c.buf:
			default:
			}
		}
	}
	if c.end != nil {
		s.waited = 0
	}
}

// goOn asks for the next page where the fork did not.
func (s *stream) goOn(cookie []byte) {
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	s.ask(cookie)
}

// stop ends the stream. Where the DC is still about a page it is told that
// nobody wants it (RFC 4511 section 4.11).
func (s *stream) stop() {
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	s.f.running = nil
	close(s.stopped)
	if s.id != 0 && s.f.err == nil {
		go s.f.send(scan.Abandon(s.f.newID(), s.id))
	}
	s.empty()
}

// empty drops what the stream holds, for the fork may remember it until the next
// one. The fork may still take a buffer, too.
func (s *stream) empty() {
	for {
		select {
		case <-s.full:
		case <-s.slots:
		case <-s.spare:
		default:
			return
		}
	}
}
