package main

import (
	"context"
	"errors"

	"writeback/adperms/directory"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps"
)

// verify --wait watches every DC of the domain. What was granted on one has to
// replicate to the others, and each of them then computes what its users inherit
// (MS-ADTS 3.1.1.6.3). Nothing is written, so that it can end at any time.

// verifyEverywhere goes on where verify has looked at the DCs of the sitting.
func (a *app) verifyEverywhere(ctx context.Context, s *work, v steps.Verification, least float64) error {
	if s.Runner.Skip[s.session.First().Delegate.Info().ID] {
		return usagef("--wait watches what the stage delegate has granted, and --only or --skip leaves that out")
	}
	show := func() error {
		if s.face.JSON {
			return nil // one document, at the end
		}
		return s.face.Verified(s.Runner.Target, v)
	}
	if err := show(); err != nil {
		return err
	}
	w, err := newWatch(ctx, s)
	if err != nil {
		return session.Cancelled(ctx, err)
	}
	again := false // what verify saw was not the end
	w.caughtUp = func() (err error) {
		again = true
		v, err = a.verifyAgain(ctx, s)
		return err
	}
	p, err := w.run(ctx, settings.WaitTimeout.Of(a.settings), s.face.Watching(a.canvas()))
	if err == nil && again {
		err = show()
	}
	if err != nil {
		return err
	}
	v.OK = v.OK && p.Everywhere
	if a.code, err = verdict(v, least); err == nil && !p.Everywhere {
		a.code = exitChanges
	}
	if err != nil {
		return err
	}
	return s.face.Propagated(v, p)
}

// verifyAgain is a verify of later. The connections have been idle for a while
// then, which a DC does not suffer for long (MS-ADTS 3.1.1.3.4.6, MaxConnIdleTime).
func (a *app) verifyAgain(ctx context.Context, s *work) (steps.Verification, error) {
	s.Runner.Observe = nil // its lines would stand between the bars
	v, err := s.Runner.Verify(ctx)
	var lost *directory.LostError
	if !errors.As(err, &lost) {
		return v, err
	}
	for _, d := range s.session.Domains {
		if err := d.Reconnect(ctx, s.session.First()); err != nil {
			return v, err
		}
	}
	return s.Runner.Verify(ctx)
}
