package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/frame"
	"writeback/internal/ber"
	"writeback/internal/progress"
)

// Query says what a scan reads.
type Query struct {
	Base       string // DN
	Scope      int    // RFC 4511 section 4.5.1.2
	Filter     string
	Attributes []string     // [Row] gives their values by index; none: DNs alone
	Control    ldap.Control // that goes with each request; nil: none
	Most       int64        // entries that there can be

	// Within says that an object of that name can be an answer.
	Within func(dn []byte) bool
	// Paged is told of each page after it.
	Paged func(Page)
}

// Page is one request and its answer.
type Page struct {
	Entries int
	Took    time.Duration
	Err     error // as Run would return it
}

// Run tells visit of every object that the query finds. open gives the connection to
// begin on, and another one to the same server after one was lost. What comes then
// is the search made anew: what visit was told of already is passed over, by objectGUID.
// An object that vanishes meanwhile is not there; one that is new may be. It goes on
// on the same connection where the server has forgotten the paging cookie.
//
// A connection is left open where a scan has come to its end on it, and no other.
//
// Errors: that of open, at first, and that of visit, as they are; [ldap.Error] for a
// refusal, or a filter that is none; [LostError], [StrangeError], [MalformedError].
func Run(ctx context.Context, q Query, open func(context.Context) (*Conn, error), visit func(*Row) error) (err error) {
	s, err := newRun(q, visit)
	if err != nil {
		return err
	}
	defer s.known.close()
	if s.c, err = open(ctx); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			s.c.Close()
		}
	}()
	for {
		err := s.once(ctx)
		if err == nil {
			return nil
		}
		var own *visitError
		if errors.As(err, &own) {
			return own.err
		}
		if err := s.resume(ctx, err, open); err != nil {
			return err
		}
	}
}

// visitError marks what visit returned, which says nothing about the scan.
type visitError struct{ err error }

func (e *visitError) Error() string { return e.err.Error() }

// run is one Run.
type run struct {
	c       *Conn
	q       Query
	request *pageRequest
	visit   func(*Row) error
	guid    int // index of objectGUID
	row     *Row
	known   known         // objects that visit was told of
	told    int           // since the search began
	list    frame.Listing // since the search began
	entries int           // of the page at hand
	futile  int           // searches in a row that told of nothing new
}

func newRun(q Query, visit func(*Row) error) (*run, error) {
	attributes := q.Attributes
	guid := slices.IndexFunc(attributes, func(a string) bool { return strings.EqualFold(a, "objectGUID") })
	if guid < 0 {
		guid = len(attributes)
		attributes = append(slices.Clone(attributes), "objectGUID")
	}
	request, err := q.requests(attributes)
	return &run{q: q, request: request, visit: visit, guid: guid, row: newRow(attributes)}, err
}

// once makes the search once, from its first page.
func (s *run) once(ctx context.Context) error {
	s.told, s.list = 0, frame.Listing{Pages: progress.Pages{Most: s.q.Most}}
	began := time.Now()
	if err := s.c.begin(s.request); err != nil {
		return &LostError{Err: err}
	}
	for first := true; ; first = false {
		s.entries = 0
		end, err := s.onePage(ctx)
		took := time.Since(began)
		if err == nil {
			took = end.took
			if err = end.err; err != nil {
				err = refused(err, first)
			}
		}
		s.tellOfPage(took, err)
		if err != nil || len(end.cookie) == 0 {
			return err
		}
		if err := s.list.Turn(); err != nil {
			return &LostError{Err: err}
		}
		began = time.Now()
	}
}

func (s *run) tellOfPage(took time.Duration, err error) {
	var own *visitError
	if errors.As(err, &own) {
		err = nil
	}
	if s.q.Paged != nil {
		s.q.Paged(Page{Entries: s.entries, Took: took, Err: err})
	}
}

// onePage hands out one page as it arrives.
func (s *run) onePage(ctx context.Context) (*pageEnd, error) {
	for {
		c, err := s.c.next(ctx)
		if err != nil {
			return nil, &LostError{Err: err}
		}
		if err := s.messages(c); err != nil {
			return nil, err
		}
		s.c.release(c)
		if c.end != nil {
			return c.end, nil
		}
	}
}

// messages goes through whole messages, which the reader has looked at. What answers
// something else is counted; references are not followed: one run speaks to one server.
func (s *run) messages(c chunk) error {
	for data := c.data; len(data) > 0; {
		m, _, err := frame.Of(data)
		if err != nil {
			return &MalformedError{Err: err}
		}
		message := data[m.At:m.Size]
		data = data[m.Size:]
		switch {
		case m.ID != c.page || m.ID == 0, m.Op == frame.TagReference, m.Op == frame.TagIntermediate:
			if err := s.list.Other(); err != nil {
				return &LostError{Err: err}
			}
		case m.Op == frame.TagEntry:
			s.entries++
			if err := s.entry(message); err != nil {
				return err
			}
			if err := s.list.Entry(s.row.dn); err != nil {
				return &LostError{Err: err}
			}
		case m.Op == frame.TagDone:
		default:
			return &MalformedError{Err: fmt.Errorf("a message of type %#x answers a search", m.Op)}
		}
	}
	return nil
}

func (s *run) entry(message []byte) error {
	content, _, ok := ber.Expect(frame.TagEntry, message)
	if !ok {
		return &MalformedError{Err: ber.ErrNotBER}
	}
	if err := s.row.decode(content); err != nil {
		return &MalformedError{Err: err}
	}
	if s.q.Within != nil && !s.q.Within(s.row.dn) {
		return &StrangeError{DN: string(s.row.dn)}
	}
	key := keyOf(s.row.Value(s.guid), s.row.dn)
	if s.known.has(key) {
		return nil
	}
	s.told++
	if err := s.visit(s.row); err != nil {
		return &visitError{err}
	}
	s.known.add(key)
	return nil
}
