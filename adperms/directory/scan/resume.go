package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/frame"
	"writeback/internal/visible"
)

// LostError says that the connection ended, or a page did not come in time.
type LostError struct {
	Err   error // context.Canceled and context.DeadlineExceeded among them
	Again error // why the scan could not go on after that; nil: it was not tried
}

func (e *LostError) Error() string { return e.Err.Error() }
func (e *LostError) Unwrap() error { return e.Err }

// StrangeError says that an entry came which cannot be an answer.
type StrangeError struct{ DN string } // raw

func (e *StrangeError) Error() string { return "an answer about " + visible.Line(e.DN) }

// MalformedError says that an answer could not be read.
type MalformedError struct{ Err error }

func (e *MalformedError) Error() string { return e.Err.Error() }
func (e *MalformedError) Unwrap() error { return e.Err }

// maxFutile is how many searches in a row may tell of nothing new before a scan is
// given up.
const maxFutile = 3

// resume makes ready for another search after err, or returns what Run is to return.
func (s *run) resume(ctx context.Context, err error, open func(context.Context) (*Conn, error)) error {
	var lost *LostError
	var again *forgottenError
	mine := errors.As(err, &again)
	if mine {
		err = again.err
	}
	switch {
	case ctx.Err() != nil || !mine && !errors.As(err, &lost), frame.IsExcess(err):
		return err
	case s.told > 0:
		s.futile = 0
	default:
		if s.futile++; s.futile >= maxFutile {
			return err
		}
	}
	if failed := s.known.load(); failed != nil {
		return errors.Join(err, failed)
	}
	if mine {
		return nil // the connection is good
	}
	s.c.Close()
	c, failed := open(ctx)
	if failed != nil {
		return &LostError{Err: lost.Err, Again: fmt.Errorf("connecting again: %w", failed)}
	}
	s.c = c
	return nil
}

// refused says what a page was refused for.
func refused(err error, first bool) error {
	var result *ldap.Error
	switch {
	case !errors.As(err, &result) || result.ResultCode >= ldap.ErrorNetwork && result.ResultCode != ldap.LDAPResultSyncRefreshRequired:
		return &LostError{Err: err}
	case !first && slices.Contains(forgotten, result.ResultCode):
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

// forgottenError is a refusal of a page that was not the first one.
type forgottenError struct{ err error }

func (e *forgottenError) Error() string { return e.err.Error() }
func (e *forgottenError) Unwrap() error { return e.err }
