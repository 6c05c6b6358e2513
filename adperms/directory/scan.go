package directory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/frame"
	"writeback/adperms/directory/scan"
)

// ScanQuery says what a [Conn.Scan] reads.
type ScanQuery struct {
	Base       string // DN
	Scope      Scope
	Filter     string
	Attributes []string // [scan.Row] gives their values by index; none: DNs alone
	Most       int64    // entries that there can be, 0: as many as a DC can hold
}

// Scan reads every object that matches, as Search does, for directories of any
// size: it decodes nothing but the attributes that were asked for, allocates
// nothing per object, and what it holds does not grow with their number. Pages
// hold 1000 objects (RFC 2696); the next one is on its way while visit is told
// of this one. An error of visit ends the scan and is returned as it is. Where
// the query names nTSecurityDescriptor, owner, group and DACL are asked for, not
// the SACL.
//
// It has the connection to itself: what visit asks for meanwhile goes over a second one,
// to the same DC and by the same sign-in. Where the DC interrupts the scan (it closes the
// connection, or has forgotten the paging cookie) it goes on, as [scan.Run] says.
//
// Errors are those of Search: [NotFoundError], [ReferralError], [ResultError],
// [LostError]; and those of Open.
func (c *Conn) Scan(ctx context.Context, q ScanQuery, visit func(*scan.Row) error) error {
	s := scanner{c: c}
	defer c.hangUp()
	return s.scan(ctx, q, visit)
}

// scanner lends a connection to scans.
type scanner struct {
	c    *Conn
	from *Conn // whose connection it is: c's, or that of one in its place; nil: none is lent
	conn *scan.Conn
}

func (s *scanner) scan(ctx context.Context, q ScanQuery, visit func(*scan.Row) error) error {
	if s.c.lent { // a scan within a scan
		other, err := s.c.meanwhile(ctx)
		if err != nil {
			return err
		}
		return (&scanner{c: other}).scan(ctx, q, visit)
	}
	op := Operation{Kind: "search", Target: q.Base, Filter: q.Filter, Attributes: q.Attributes}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s was not asked for %s: %w", s.c.at, targetName(q.Base), err)
	}
	base := []byte(q.Base)
	what := scan.Query{
		Base: q.Base, Scope: int(q.Scope), Filter: q.Filter, Attributes: q.Attributes, Most: q.Most,
		Within: func(dn []byte) bool { return q.Base == "" || under(dn, base, q.Scope) },
		Paged: func(p scan.Page) {
			one := op
			one.Entries = p.Entries
			s.c.count(&one, p.Took, s.explain(&op, p.Err))
		},
	}
	if what.Most == 0 {
		what.Most = frame.MaxObjects
	}
	if slices.ContainsFunc(q.Attributes, isDescriptor) {
		what.Control = sdFlags(ownerGroupDACL)
	}
	var own error
	err := scan.Run(ctx, what, s.open, func(r *scan.Row) error {
		own = visit(r)
		return own
	})
	s.giveBack(&op, err)
	if own != nil {
		return own
	}
	return s.explain(&op, err)
}

// open lends the connection, or another one after it has ended.
func (s *scanner) open(ctx context.Context) (*scan.Conn, error) {
	op := &Operation{Kind: "search"}
	if s.conn == nil {
		if err := s.c.restore(ctx); err != nil {
			return nil, err
		}
	}
	from := s.c
	if err := s.c.gone(op); s.conn != nil || err != nil {
		if s.conn != nil {
			s.conn.Close()
		}
		again, err := s.c.second(ctx)
		if err != nil {
			return nil, err
		}
		from = again
	}
	conn, err := from.lend(op)
	if err != nil {
		from.Close()
		return nil, err
	}
	s.from, s.conn = from, conn
	return conn, nil
}

// giveBack has the connection answer questions again, after a scan that ended with err.
func (s *scanner) giveBack(op *Operation, err error) {
	if s.conn == nil {
		return
	}
	kept := s.from.regain(s.conn)
	var lost *scan.LostError
	switch {
	case kept == nil && s.from != s.c:
		s.c.adopt(s.from)
	case kept == nil:
	case errors.As(err, &lost) && lost.Again != nil || frame.IsExcess(err):
		s.c.lose(op, kept)
	default:
		s.c.spent = true
	}
	s.c.lent, s.from, s.conn = false, nil, nil
}

// explain makes the package's errors of a scan's.
func (s *scanner) explain(op *Operation, err error) error {
	var (
		lost      *scan.LostError
		strange   *scan.StrangeError
		malformed *scan.MalformedError
		refused   *ldap.Error
	)
	switch {
	case errors.As(err, &lost):
		var out error = &LostError{DC: s.c.at.String(), Op: op.Kind, Target: op.Target, Err: lost.Err}
		if lost.Again != nil {
			out = errors.Join(out, lost.Again)
		}
		return out
	case errors.As(err, &strange):
		return &OtherObjectError{DC: s.c.at.String(), Asked: op.Target, Came: strange.DN}
	case errors.As(err, &malformed):
		return s.c.nonsense(op.Target, malformed.Err)
	case errors.As(err, &refused):
		return s.c.explain(op, refused)
	}
	return err
}

// maxTries is how often the DC of the session is looked for: a name or an address may
// stand for several DCs, which take turns.
const maxTries = 12

// again opens another connection as this one was opened: to the same DC, held against
// the same trust, by the same sign-in. A DC that is not the same any more, or knows us
// as somebody else, is not gone on with.
func (c *Conn) again(ctx context.Context) (n *Conn, err error) {
	at := c.at
	at.peer = c.raw.RemoteAddr().String()
	for range maxTries {
		n, err = c.same(ctx, at)
		var changed *changedError
		var away *UnreachableError
		switch {
		case errors.As(err, &away) && away.Doing == doingConnect && at.peer != "":
			at.peer = "" // it may have another address by now
		case !errors.As(err, &changed):
			return n, err
		}
	}
	return n, err
}

func (c *Conn) same(ctx context.Context, at endpoint) (*Conn, error) {
	n, err := c.how.connect(ctx, at, c.trust)
	if err != nil {
		return nil, err
	}
	changed := func(what string) (*Conn, error) {
		n.Close()
		return nil, &changedError{dc: c.at.String(), what: what}
	}
	if !bytes.Equal(n.leaf.Raw, c.leaf.Raw) {
		return changed(fmt.Sprintf("its certificate was %s and is now %s; no password was sent to it", c.Fingerprint(), n.Fingerprint()))
	}
	another := func() bool { return n.DC() != c.DC() || n.root.ServerName != c.root.ServerName }
	if n.root.DefaultNC != "" && another() {
		return changed(fmt.Sprintf("it was %s and is now %s; no password was sent to it", targetName(c.DC()), targetName(n.DC())))
	}
	if err := n.enter(ctx, c.how); err != nil {
		n.Close()
		return nil, err
	}
	switch {
	case another():
		return changed(fmt.Sprintf("it was %s and is now %s", targetName(c.DC()), targetName(n.DC())))
	case n.user != c.user:
		return changed(fmt.Sprintf("it knew us as %s and now knows us as %s", targetName(c.user), targetName(n.user)))
	}
	n.page = c.page
	return n, nil
}

// secondError is about a DC that was reached before, so that nothing that keeps a first
// connection from it is the cause.
type secondError struct {
	dc  string
	err *UnreachableError
}

func (e *secondError) Error() string {
	return fmt.Sprintf("opening a second connection to %s, which the count of users needs here: %s: the first one worked, so a firewall or the DC may limit connections: try again, or do without the count of users with --coverage=false", e.dc, Visible(e.err.Err.Error()))
}

func (e *secondError) Unwrap() error { return e.err }

// changedError says that another DC answered than the one that was connected to.
type changedError struct{ dc, what string }

func (e *changedError) Error() string {
	return fmt.Sprintf("%s has changed since this command connected to it: %s. Run the command again; if several domain controllers answer to this name, choose one with --dc", e.dc, e.what)
}
