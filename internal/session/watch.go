package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/adperms/replication"
	"writeback/steps/stages"
)

// What was granted on one DC has to replicate to the others, and each of them then
// computes what its users inherit (MS-ADTS 3.1.1.6.3). Nothing is written while that is
// watched, so that it can end at any time.

// Watched is one DC of a session that is watched.
type Watched struct {
	Domain   *Domain
	Host     string // or its name, where it has no host
	Site     string
	ReadOnly bool

	stage   *stages.Delegate // what is wanted there; it looks at no DC itself
	token   adperms.Token    // the account's, as the session read it
	url     string           // "": it has no name
	first   bool             // it is the session's
	conn    *directory.Conn  // nil: there is none now
	lent    bool             // conn is the session's
	counted bool             // its users were looked at once
	seen    replication.Sight
}

// Watch lists the DCs, domain by domain: that of the session first, the others
// by site and name; and how each is asked.
func (s *Session) Watch(ctx context.Context) (all []*Watched, dcs []replication.DC, err error) {
	for _, d := range s.Domains {
		found, err := d.Conn.DCs(ctx)
		if err != nil {
			return nil, nil, err
		}
		here := slices.IndexFunc(found, func(dc directory.DCInfo) bool { return dc.Connected || strings.EqualFold(dc.Host, d.Conn.DC()) })
		first := directory.DCInfo{Host: d.Conn.DC(), ReadOnly: d.Conn.Root().ReadOnly()}
		if here >= 0 {
			first = found[here]
			found = slices.Delete(found, here, here+1)
		}
		seen, _ := d.Delegate.Question(false) // verify has looked
		model := Watched{Domain: d, stage: d.Delegate.On(nil, ""), token: seen.Token}
		all = append(all, model.at(first, d.Conn.URL()))
		all[len(all)-1].lend(d.Conn)
		for _, dc := range found {
			all = append(all, model.at(dc, addressOf(dc, d.Conn.URL())))
		}
	}
	for _, w := range all {
		dcs = append(dcs, replication.DC{Domain: w.Domain.Name(), First: w.first, Ask: w.ask, Close: w.close})
	}
	return all, dcs, nil
}

// addressOf is where a DC is reached, in the way of the first one; "" where it
// has no name.
func addressOf(dc directory.DCInfo, first string) string {
	if dc.Host == "" {
		return ""
	}
	scheme, _, _ := strings.Cut(first, ":")
	return scheme + "://" + dc.Host
}

// at is the model for one DC.
func (w Watched) at(dc directory.DCInfo, url string) *Watched {
	w.Host, w.Site, w.ReadOnly, w.url = dc.Host, dc.Site, dc.ReadOnly, url
	if w.Host == "" {
		w.Host = dc.Name
	}
	return &w
}

// lend gives it the session's own connection.
func (w *Watched) lend(c *directory.Conn) { w.conn, w.lent, w.first = c, true, true }

// ask looks how far the rights have come. The users are counted at the
// first question, and then where all that they inherit from has arrived: until then
// the DACLs of the scopes tell enough.
func (w *Watched) ask(ctx context.Context, progress func(users int)) replication.Sight {
	w.seen = w.inspect(ctx, progress)
	return w.seen
}

func (w *Watched) inspect(ctx context.Context, progress func(users int)) replication.Sight {
	now := replication.Sight{Users: w.seen.Users, Carry: w.seen.Carry}
	if now.Err = w.reach(ctx); now.Err != nil {
		return w.failed(now)
	}
	there := w.stage.On(w.Domain.on(w.conn, w.token), w.conn.DC())
	_, err := there.Inspect(ctx)
	var none *directory.NotFoundError
	if errors.As(err, &none) { // a scope, or the account, is as new as the rights
		now.State = replication.Replicating
		return now
	}
	if now.Err = err; err != nil {
		return w.failed(now)
	}
	q, arrived, _ := there.Progress() // it has just looked
	if arrived || !w.counted {
		if now.Users, now.Carry, now.Err = w.count(ctx, q, progress); now.Err != nil {
			return w.failed(now)
		}
		w.counted = true
	}
	switch {
	case !arrived:
		now.State = replication.Replicating
	case now.Carry < now.Users:
		now.State = replication.Propagating
	default:
		now.State = replication.Done
	}
	return now
}

// failed is an inspection that did not succeed. Whatever the reason, the next one
// begins with a connection of its own. A refused sign-in is not tried again: AD
// counts wrong passwords, of all DCs together. That no KDC answered, or that the
// DC's name has not come round to it yet, is no refusal.
func (w *Watched) failed(now replication.Sight) replication.Sight {
	now.Users, now.Carry = w.seen.Users, w.seen.Carry
	now.State = replication.Failed
	var refused *bind.SignInError
	if errors.As(now.Err, &refused) && refused.Reason != bind.NoKDC && refused.Reason != bind.NoService {
		now.State = replication.Refused
	}
	w.close()
	return now
}

// reach connects, unless there is a connection.
func (w *Watched) reach(ctx context.Context) (err error) {
	switch {
	case w.conn != nil:
		return nil
	case w.url == "":
		return errNoHost
	}
	w.conn, err = w.dial(ctx)
	return err
}

// dial signs in at the DC.
func (w *Watched) dial(ctx context.Context) (*directory.Conn, error) {
	if w.first {
		return w.Domain.again(ctx)
	}
	return w.Domain.other(ctx, w.url)
}

var errNoHost = errors.New("its server object names no host: it has not registered itself, or was not removed cleanly")

// close ends the connection, where it is its own.
func (w *Watched) close() {
	if w.conn != nil && !w.lent {
		_ = w.conn.Close() // nothing is lost with it
	}
	w.conn, w.lent = nil, false
}

// tellEvery is how many users are looked at before the renderer is told again.
const tellEvery = 5000

// count looks at every user: users are to have the rights, carry have them.
func (w *Watched) count(ctx context.Context, q coverage.Question, progress func(users int)) (users, carry int, err error) {
	counted := 0
	_, err = w.conn.Cover(ctx, directory.Covering{Question: q,
		Each: func(_ *coverage.User, _ string, v coverage.Verdict) error {
			if counted++; counted%tellEvery == 0 {
				progress(counted)
			}
			if v.After.Writable() {
				users++
				if v.Before.Writable() {
					carry++
				}
			}
			return nil
		}})
	if err != nil {
		return 0, 0, fmt.Errorf("look at every user: %w", err)
	}
	return users, carry, nil
}
