package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/steps/stages"
	"writeback/wizard/plain"
)

// post is one DC that is watched.
type post struct {
	place   *place           // the domain that it is of
	several bool             // there are others
	stage   *stages.Delegate // what is wanted there; it looks at no DC itself
	token   adperms.Token    // the account's, as the sitting read it

	info    directory.DCInfo
	app     *app            // connects to it
	url     string          // "": it has no name
	first   bool            // it is the sitting's
	conn    *directory.Conn // nil: there is none now
	lent    bool            // conn is the sitting's
	counted bool            // its users were looked at once
	seen    sight
}

// at is a post like p for one DC.
func (p post) at(dc directory.DCInfo, through *app, url string) *post {
	p.info, p.app, p.url = dc, through, url
	return &p
}

// lend gives the post the sitting's own connection.
func (p *post) lend(c *directory.Conn) { p.conn, p.lent, p.first = c, true, true }

// sight is what a look at a DC came to. Where a look does not count the users,
// the numbers stay those of the look before.
type sight struct {
	state        string // of plain.Replica; "": none yet
	users, carry int
	looked       int // users, while they are counted
	err          error
}

// replica is the post as the face shows it.
func (p *post) replica(after time.Duration) plain.Replica {
	r := plain.Replica{DC: p.info.Host, Site: p.info.Site, ReadOnly: p.info.ReadOnly, State: p.seen.state, Users: p.seen.users, Carry: p.seen.carry,
		Done: p.seen.state == plain.ReplicaDone, Seconds: after.Round(time.Millisecond).Seconds(), Looked: p.seen.looked}
	if r.DC == "" {
		r.DC = p.info.Name
	}
	if p.several {
		r.Domain = p.place.domain()
	}
	if r.State == "" {
		r.State = plain.ReplicaUnseen
	}
	if p.seen.err != nil {
		r.Error = p.seen.err.Error()
	}
	return r
}

// look asks the DC how far the rights have come. The users are counted at the
// first look, and then where all that they inherit from has arrived: until then
// the DACLs of the scopes tell enough.
func (p *post) look(ctx context.Context, progress func(users int)) sight {
	now := sight{users: p.seen.users, carry: p.seen.carry}
	if now.err = p.reach(ctx); now.err != nil {
		return p.failed(now)
	}
	there := p.stage.On(p.hands(), p.conn.DC())
	_, err := there.Inspect(ctx)
	var none *directory.NotFoundError
	if errors.As(err, &none) { // a scope, or the account, is as new as the rights
		now.state = plain.ReplicaReplicating
		return now
	}
	if now.err = err; err != nil {
		return p.failed(now)
	}
	q, arrived, _ := there.Progress() // it has just looked
	if arrived || !p.counted {
		if now.users, now.carry, now.err = p.count(ctx, q, progress); now.err != nil {
			return p.failed(now)
		}
		p.counted = true
	}
	switch {
	case !arrived:
		now.state = plain.ReplicaReplicating
	case now.carry < now.users:
		now.state = plain.ReplicaPropagating
	default:
		now.state = plain.ReplicaDone
	}
	return now
}

// failed is a look that did not succeed. Whatever the reason, the next one
// begins with a connection of its own. A refused sign-in is not tried again: AD
// counts wrong passwords, of all DCs together. That no KDC answered, or that the
// DC's name has not come round to it yet, is no refusal.
func (p *post) failed(now sight) sight {
	now.users, now.carry = p.seen.users, p.seen.carry
	now.state = plain.ReplicaError
	var refused *bind.SignInError
	if errors.As(now.err, &refused) && refused.Reason != bind.NoKDC && refused.Reason != bind.NoService {
		now.state = plain.ReplicaRefused
	}
	p.close()
	return now
}

// hands are the DC for the stage.
func (p *post) hands() stages.Directory {
	if p.place.home != nil {
		return visited{domain{p.conn}, adperms.Account{Principal: p.place.connector.Principal, Token: p.token}}
	}
	return domain{p.conn}
}

// visited is a DC seen by an account of another domain, which it does not know: it
// is as the sitting has read it at the account's home.
type visited struct {
	domain
	account adperms.Account
}

func (v visited) Trustee(context.Context, string) (adperms.Account, error) { return v.account, nil }

// reach connects, unless there is a connection.
func (p *post) reach(ctx context.Context) (err error) {
	switch {
	case p.conn != nil:
		return nil
	case p.url == "":
		return errNoHost
	}
	p.conn, err = p.app.connectTo(ctx, p.url, func() (string, error) { return p.app.given, nil })
	return err
}

var errNoHost = errors.New("its server object names no host: it has not registered itself, or was not removed cleanly")

// close ends the connection, where it is the post's own.
func (p *post) close() {
	if p.conn != nil && !p.lent {
		_ = p.conn.Close() // nothing is lost with it
	}
	p.conn, p.lent = nil, false
}

// tellEvery is how many users are looked at before the face is told again.
const tellEvery = 5000

// count looks at every user: users are to have the rights, carry have them.
func (p *post) count(ctx context.Context, q coverage.Question, progress func(users int)) (users, carry int, err error) {
	looked := 0
	_, err = p.conn.Cover(ctx, directory.Covering{Question: q,
		Each: func(_ *coverage.User, _ string, v coverage.Verdict) error {
			if looked++; looked%tellEvery == 0 {
				progress(looked)
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
