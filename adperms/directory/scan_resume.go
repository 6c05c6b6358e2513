package directory

import (
	"context"
	"errors"
	"fmt"

	"writeback/adperms/directory/frame"
)

// maxFutile is how many runs in a row may tell of nothing new before a scan is
// given up.
const maxFutile = 3

// resume makes ready for another run after err, or returns what Scan is to
// return.
func (s *scanning) resume(ctx context.Context, err error) error {
	var lost *LostError
	var again *forgottenError
	mine := errors.As(err, &again)
	switch {
	case s.q.Reopen == nil || ctx.Err() != nil || !mine && !errors.As(err, &lost), frame.IsExcess(err):
		return err
	case s.told > 0:
		s.futile = 0
	default:
		if s.futile++; s.futile >= maxFutile {
			return err
		}
	}
	if failed := s.known.Load(); failed != nil {
		return errors.Join(err, failed)
	}
	if mine {
		return nil // the connection is good
	}
	c, failed := s.q.Reopen(ctx)
	if failed != nil {
		return errors.Join(err, fmt.Errorf("connecting again: %w", failed))
	}
	s.c = c
	return nil
}
