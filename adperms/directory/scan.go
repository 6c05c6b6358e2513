package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/frame"
	"writeback/adperms/directory/scan"
	"writeback/internal/progress"
)

// ScanQuery says what a [Conn.Scan] reads.
type ScanQuery struct {
	Base       string // DN
	Scope      Scope
	Filter     string
	Attributes []string // [Row] gives their values by index; none: DNs alone
	Most       int64    // entries that there can be, 0: as many as a DC can hold

	// Reopen gives another signed-in connection to the same DC after the one
	// that was scanned on is lost; the caller closes it. It is called again
	// where that one is lost, too. nil: a scan that is interrupted ends.
	Reopen func(context.Context) (*Conn, error)

	// Between is called after [Row.Pause]. What it asks on the connection is
	// answered at once, and no page is held meanwhile. Its error ends the scan and
	// is returned as it is.
	Between func(context.Context) error
}

func (q *ScanQuery) most() int64 {
	if q.Most > 0 {
		return q.Most
	}
	return frame.MaxObjects
}

// Scan reads every object that matches, as Search does, for directories of any
// size: it decodes nothing but the attributes that were asked for, allocates
// nothing per object, and what it holds does not grow with their number. Pages
// hold 1000 objects (RFC 2696); the next one is on its way while visit is told
// of this one. An error of visit ends the scan and is returned as it is. Where
// the query names nTSecurityDescriptor, owner, group and DACL are asked for, not
// the SACL. visit may use the connection, but not for another scan; what it asks
// is answered after the page that is on its way, which is held meanwhile: what
// can wait is better asked by the query's Between.
//
// With Reopen, a scan that the DC interrupts (it closes the connection, or has
// forgotten the paging cookie) goes on: the search is made anew and what visit
// was told of already is passed over, by objectGUID. An object that vanishes
// meanwhile is not there; one that is new may be.
//
// Errors are those of Search: [NotFoundError], [ReferralError], [ResultError],
// [LostError].
func (c *Conn) Scan(ctx context.Context, q ScanQuery, visit func(*scan.Row) error) error {
	s := newScan(c, q, visit)
	defer s.known.Close()
	for {
		err := s.run(ctx)
		if err == nil {
			return nil
		}
		var own *visitError
		if errors.As(err, &own) {
			return own.err
		}
		if err := s.resume(ctx, err); err != nil {
			return err
		}
	}
}

// visitError marks what visit returned, which says nothing about the scan.
type visitError struct{ err error }

func (e *visitError) Error() string { return e.err.Error() }

// scanning is one call of Scan.
type scanning struct {
	c          *Conn
	q          ScanQuery
	visit      func(*scan.Row) error
	attributes []string // of the query, and objectGUID where it is needed
	guid       int      // index of objectGUID, -1: the scan is never resumed
	base       []byte
	row        *scan.Row
	stream     *stream       // of this run
	known      scan.Known    // objects that visit was told of
	told       int           // of this run
	list       frame.Listing // of this run
	pausing    bool          // Between is to be called
	futile     int           // runs in a row that told of nothing new
}

func newScan(c *Conn, q ScanQuery, visit func(*scan.Row) error) *scanning {
	s := &scanning{c: c, q: q, base: []byte(q.Base), visit: visit, attributes: q.Attributes, guid: -1}
	if q.Reopen != nil {
		s.guid = slices.IndexFunc(q.Attributes, func(a string) bool { return strings.EqualFold(a, "objectGUID") })
		if s.guid < 0 {
			s.guid = len(q.Attributes)
			s.attributes = append(slices.Clone(q.Attributes), "objectGUID")
		}
	}
	s.row = scan.NewRow(s.attributes)
	return s
}

// run makes the search once, from its first page.
func (s *scanning) run(ctx context.Context) error {
	s.told = 0
	op := s.operation()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s was not asked for %s: %w", s.c.at, targetName(op.Target), err)
	}
	if err := s.c.gone(op); err != nil {
		return err
	}
	request, err := s.q.requests(s.attributes, s.c.page)
	if err != nil {
		return s.c.explain(op, err)
	}
	stream, err := s.c.fork.scanWith(request)
	if errors.Is(err, errScanning) {
		return fmt.Errorf("reading below %s: %w", targetName(s.q.Base), err)
	}
	if err != nil {
		return s.c.lose(op, s.c.lastWords(err))
	}
	defer stream.stop()
	s.stream = stream
	stream.hold.Store(s.pausing)
	return s.pages(ctx)
}

// requests prepares the scan's requests.
func (q *ScanQuery) requests(attributes []string, page uint32) (*scan.PageRequest, error) {
	what := scan.Query{Base: q.Base, Scope: int(q.Scope), Filter: q.Filter}
	if slices.ContainsFunc(attributes, isDescriptor) {
		what.Control = sdFlags(ownerGroupDACL)
	}
	return what.Requests(attributes, page)
}

func (s *scanning) operation() *Operation {
	return &Operation{Kind: "search", Target: s.q.Base, Filter: s.q.Filter, Attributes: s.q.Attributes}
}

// pages goes through all pages of one run.
func (s *scanning) pages(ctx context.Context) error {
	began := time.Now()
	s.list = frame.Listing{Pages: progress.Pages{Most: s.q.most()}}
	for page := 0; ; page++ {
		op := s.operation()
		end, err := s.page(ctx, op)
		var own *visitError
		switch {
		case errors.As(err, &own):
			s.c.count(op, time.Since(began), nil)
		case err != nil:
			s.c.count(op, time.Since(began), err)
		default:
			if err = end.err; err != nil {
				err = s.refused(op, err, page)
			}
			s.c.count(op, end.took, err)
		}
		if err == nil && s.pausing && !end.asked {
			err = s.between(ctx)
		}
		if err != nil || len(end.cookie) == 0 {
			return err
		}
		if err := s.list.Turn(); err != nil {
			return s.c.lose(op, err)
		}
		if !end.asked {
			s.stream.goOn(end.cookie)
		}
		began = time.Now()
	}
}

// page hands out one page as it arrives.
func (s *scanning) page(ctx context.Context, op *Operation) (*pageEnd, error) {
	for {
		c, err := s.stream.next(ctx, s.c.timeout)
		if err != nil {
			if ctx.Err() == nil && !errors.Is(err, errNoAnswer) {
				err = s.c.lastWords(err)
			}
			return nil, s.c.lose(op, err)
		}
		if err := s.messages(c.data, op); err != nil {
			return nil, err
		}
		s.stream.release(c)
		if c.end != nil {
			return c.end, nil
		}
	}
}

// messages goes through whole messages that the fork has looked at.
func (s *scanning) messages(data []byte, op *Operation) error {
	for len(data) > 0 {
		m, _, err := frame.Of(data)
		if err != nil {
			return s.c.nonsense(s.q.Base, err)
		}
		message := data[m.At:m.Size]
		data = data[m.Size:]
		switch m.Op {
		case frame.TagEntry:
			op.Entries++
			if err := s.entry(message); err != nil {
				return err
			}
			if err := s.list.Entry(s.row.DN()); err != nil {
				return s.c.lose(op, err)
			}
		case frame.TagReference, frame.TagIntermediate: // references are not followed: one run speaks to one DC
			if err := s.list.Other(); err != nil {
				return s.c.lose(op, err)
			}
		case frame.TagDone:
		default:
			return s.c.nonsense(s.q.Base, fmt.Errorf("a message of type %#x answers a search", m.Op))
		}
	}
	return nil
}

func (s *scanning) entry(message []byte) error {
	content, _, ok := frame.Expect(frame.TagEntry, message)
	if !ok {
		return s.c.nonsense(s.q.Base, frame.ErrNotBER)
	}
	if err := s.row.Decode(content); err != nil {
		return s.c.nonsense(s.q.Base, err)
	}
	if s.q.Base != "" && !under(s.row.DN(), s.base, s.q.Scope) {
		return &OtherObjectError{DC: s.c.at.String(), Asked: s.q.Base, Came: string(s.row.DN())}
	}
	if s.guid < 0 {
		return s.tell()
	}
	key := scan.KeyOf(s.row.Value(s.guid), s.row.DN())
	if s.known.Has(key) {
		return nil
	}
	if err := s.tell(); err != nil {
		return err
	}
	s.known.Add(key)
	return nil
}

func (s *scanning) tell() error {
	s.told++
	if err := s.visit(s.row); err != nil {
		return &visitError{err}
	}
	if s.row.Paused {
		s.row.Paused, s.pausing = false, true
		s.stream.hold.Store(true)
	}
	return nil
}

// between lets the visitor ask what it has put off, while no page is on its way.
func (s *scanning) between(ctx context.Context) error {
	s.pausing = false
	s.stream.hold.Store(false)
	if s.q.Between == nil {
		return nil
	}
	if err := s.q.Between(ctx); err != nil {
		return &visitError{err}
	}
	return nil
}

// refused explains the DC's refusal of a page.
func (s *scanning) refused(op *Operation, err error, page int) error {
	err = s.c.explain(op, err)
	var result *ResultError
	if page > 0 && errors.As(err, &result) && slices.Contains(forgotten, result.Code) {
		return &forgottenError{err}
	}
	return err
}

// forgotten are the codes by which a DC says that it does not know a paging
// cookie (any more): a result set is dropped when it is old, or there are too
// many (MaxResultSetSize, MaxTempTableSize and others in MS-ADTS 3.1.1.3.4.6).
var forgotten = []uint16{
	ldap.LDAPResultProtocolError, ldap.LDAPResultUnavailableCriticalExtension, ldap.LDAPResultUnwillingToPerform,
}

// forgottenError is a refusal of a page that was not the first one. It reads as
// what it wraps.
type forgottenError struct{ error }

func (e *forgottenError) Unwrap() error { return e.error }
