package main

import (
	"context"
	"errors"
	"slices"

	"writeback/adperms/directory"
	"writeback/adperms/replication"
	"writeback/internal/exit"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard/tell"
)

// verify --wait watches every DC of the domain. What was granted on one has to
// replicate to the others, and each of them then computes what its users inherit
// (MS-ADTS 3.1.1.6.3). Nothing is written, so that it can end at any time.

// verifyEverywhere goes on where verify has looked at the DCs of the session.
func (a *app) verifyEverywhere(ctx context.Context, s *work, v steps.Verification, least float64) error {
	if s.session.First() == nil || s.Runner.Skip[s.session.First().Delegate.Info().ID] {
		return usagef("--wait watches what the stage delegate has granted, and --only or --skip leaves that out")
	}
	show := func() error {
		if s.renderer.JSON {
			return nil // one document, at the end
		}
		return s.renderer.Verified(s.Runner.Target, v)
	}
	if err := show(); err != nil {
		return err
	}
	all, dcs, err := s.session.Watch(ctx)
	if err != nil {
		return session.Cancelled(ctx, err)
	}
	again := false // what verify saw was not the end
	shown, watching := replicas(all), s.renderer.Watching(a.canvas())
	w := replication.Watch{DCs: dcs,
		Tell: func(now []replication.Replica) { watching.Tell(fill(shown, now)) },
		CaughtUp: func() (err error) {
			again = true
			v, err = a.verifyAgain(ctx, s)
			return err
		}}
	ended, err := w.Run(ctx, settings.WaitTimeout.Of(a.settings))
	if ctx.Err() != nil {
		err = &steps.CancelledError{Err: ctx.Err()}
	}
	p := tell.Propagation{Replicas: fill(shown, ended.Replicas), Everywhere: ended.Everywhere, Nowhere: ended.Nowhere, Waited: ended.Waited}
	if err == nil && again {
		err = show()
	}
	if err != nil {
		return err
	}
	v.OK = v.OK && p.Everywhere
	if a.code, err = exit.Verdict(v, least); err == nil && !p.Everywhere {
		a.code = exit.Changes
	}
	if err != nil {
		return err
	}
	return s.renderer.Propagated(v, p)
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
		if err := d.Reconnect(ctx, s.session); err != nil {
			return v, err
		}
	}
	return s.Runner.Verify(ctx)
}

// replicas are the DCs as the renderer shows them, before anything is known of them.
func replicas(all []*session.Watched) (out []tell.Replica) {
	several := slices.ContainsFunc(all, func(w *session.Watched) bool { return w.Domain != all[0].Domain })
	for _, w := range all {
		r := tell.Replica{DC: w.Host, Site: w.Site, ReadOnly: w.ReadOnly}
		if several {
			r.Domain = w.Domain.Name()
		}
		out = append(out, r)
	}
	return out
}

// fill puts in how it stands with each.
func fill(out []tell.Replica, now []replication.Replica) []tell.Replica {
	for i, n := range now {
		r := &out[i]
		r.State, r.Users, r.Carry, r.Done, r.Seconds, r.Counted = string(n.State), n.Users, n.Carry, n.State == replication.Done, n.Seconds, n.Counted
		if n.State == replication.Unseen {
			r.State = tell.ReplicaUnseen
		}
		if r.Error = ""; n.Err != nil {
			r.Error = n.Err.Error()
		}
	}
	return out
}
