package session

import (
	"context"
	"errors"
	"fmt"

	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
	"writeback/cloudconfig/graph"
	"writeback/steps"
)

// Who of the domain is synchronized: one pass over the tenant's users, which the count
// of registrations makes in any case. Nobody is asked for one by one.

// syncedPass is what one pass told.
type syncedPass struct {
	users coverage.SyncedUsers
	whole bool  // it came to its end
	err   error // of what it told
}

func (p *syncedPass) take(u *graph.SyncedUser) {
	if u == nil {
		p.whole = true
	}
	if u == nil || u.SID == "" || p.err != nil {
		return
	}
	sid, err := secdesc.ParseSID(u.SID)
	switch {
	case err != nil:
	case u.Guest:
		err = p.users.AddGuest(sid)
	default:
		err = p.users.Add(sid, !u.Off)
	}
	p.err = err
}

// syncedUsers gives what the count of registrations has just read, once, or reads it.
func (h *TenantClient) syncedUsers(ctx context.Context) (*coverage.SyncedUsers, error) {
	p := h.pass
	h.pass = nil
	if p == nil {
		p = &syncedPass{}
		if err := h.client.SyncedUsers(ctx, p.take, h.reading); err != nil {
			return nil, err
		}
	}
	return &p.users, p.err
}

// synced is who is synchronized, where the session has a tenant, or why that is not known.
// The error is that the run was cancelled.
func (s *Session) synced(ctx context.Context) (users *coverage.SyncedUsers, why string, err error) {
	if s.Tenant == nil {
		return nil, "", nil
	}
	users, err = s.Tenant.syncedUsers(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, "", errors.Join(ctx.Err(), err)
	case err != nil:
		return nil, steps.Plain(err.Error()), nil
	}
	return users, "", nil
}

// countEvery is how many entries of a tenant's lists are read between two signs
// of life.
const countEvery = 20_000

// reads reports the progress of a long read.
func (c *Caller) reads(what string) func(done int) {
	told := 0
	return func(done int) {
		if done < told {
			told = 0 // it begins anew
		}
		if done-told >= countEvery {
			told = done
			fmt.Fprintf(c.Stderr, "      %s: %d entries read\n", what, done)
		}
	}
}
