package main

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"writeback/adperms/directory"
	"writeback/internal/session"
	"writeback/steps"
	"writeback/wizard/plain"
)

// watch is one watch over the DCs of the domains of a sitting. One goroutine
// follows each of them; what they see comes together in run.
type watch struct {
	posts    []*post
	began    time.Time
	slots    chan struct{} // looks that may go on at the same time
	news     chan news
	caughtUp func() error // is called when the DCs of the sitting are done, if they were not at first
}

// news is how it stands with one post.
type news struct {
	post    int
	replica plain.Replica
}

// maxLooks is how many DCs are asked at the same time.
const maxLooks = 8

// newWatch lists the DCs, domain by domain: that of the sitting first, the others
// by site and name.
func newWatch(ctx context.Context, s *work) (*watch, error) {
	w := &watch{slots: make(chan struct{}, maxLooks), news: make(chan news)}
	for _, p := range s.session.Domains {
		all, err := p.Conn.DCs(ctx)
		if err != nil {
			return nil, err
		}
		here := slices.IndexFunc(all, func(d directory.DCInfo) bool { return d.Connected || strings.EqualFold(d.Host, p.Conn.DC()) })
		first := directory.DCInfo{Host: p.Conn.DC(), ReadOnly: p.Conn.Root().ReadOnly()}
		if here >= 0 {
			first = all[here]
			all = slices.Delete(all, here, here+1)
		}
		seen, _ := p.Delegate.Question(false) // verify has looked
		model := post{domain: p, several: len(s.session.Domains) > 1, stage: p.Delegate.On(nil, ""), token: seen.Token}
		w.posts = append(w.posts, model.at(first, p.Conn.URL()))
		w.posts[len(w.posts)-1].lend(p.Conn)
		for _, dc := range all {
			w.posts = append(w.posts, model.at(dc, addressOf(dc, p.Conn.URL())))
		}
	}
	return w, nil
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

// run watches until all DCs are done, none of them can become so, or the time is
// over. The error is that ctx ended, or that of caughtUp.
func (w *watch) run(ctx context.Context, timeout time.Duration, show *plain.Watching) (plain.Propagation, error) {
	within, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	var p plain.Propagation
	for _, x := range w.posts {
		p.Replicas = append(p.Replicas, x.replica(0))
	}
	giveUp := w.begin(within)
	behind, called := false, false
	var failed error
	for n := range w.news {
		p.Replicas[n.post] = n.replica
		show.Tell(p.Replicas)
		at := w.posts[n.post]
		if w.nowhere(at.domain, p.Replicas) && !slices.Contains(p.Nowhere, at.domain.Name()) {
			p.Nowhere = append(p.Nowhere, at.domain.Name())
			giveUp[at.domain]()
		}
		behind = behind || at.first && !n.replica.Done && n.replica.Looked == 0
		if behind && !called && w.firstDone(p.Replicas) {
			called = true
			if failed = w.caughtUp(); failed != nil {
				stop()
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return p, &steps.CancelledError{Err: err}
	}
	w.settle(&p)
	return p, failed
}

// begin follows all posts, and gives what ends that in one domain. The news end
// when all have ended.
func (w *watch) begin(ctx context.Context) (giveUp map[*session.Domain]context.CancelFunc) {
	w.began = time.Now()
	giveUp = map[*session.Domain]context.CancelFunc{}
	var followers sync.WaitGroup
	within := map[*session.Domain]context.Context{}
	for i, x := range w.posts {
		if x.first {
			within[x.domain], giveUp[x.domain] = context.WithCancel(ctx)
		}
		inDomain := within[x.domain]
		followers.Go(func() { w.follow(inDomain, i) })
	}
	go func() {
		followers.Wait()
		close(w.news)
	}()
	return giveUp
}

// firstDone says that the DCs of the sitting are done.
func (w *watch) firstDone(all []plain.Replica) bool {
	for i, x := range w.posts {
		if x.first && !all[i].Done {
			return false
		}
	}
	return true
}

// nowhere says that every DC of a domain was asked, and that those which answered
// all lack what replication would have to bring from one of them.
func (w *watch) nowhere(in *session.Domain, all []plain.Replica) bool {
	lacking := 0
	for i, r := range all {
		switch {
		case w.posts[i].domain != in:
		case r.State == plain.ReplicaReplicating:
			lacking++
		case r.State != plain.ReplicaError && r.State != plain.ReplicaRefused:
			return false
		}
	}
	return lacking > 0
}

// settle says what the end is for those that are not done.
func (w *watch) settle(p *plain.Propagation) {
	p.Waited = time.Since(w.began)
	p.Everywhere = true
	for i := range p.Replicas {
		r := &p.Replicas[i]
		if r.Done {
			continue
		}
		p.Everywhere = false
		r.Seconds = p.Waited.Round(time.Millisecond).Seconds()
		if r.State == plain.ReplicaUnseen {
			r.State, r.Error = plain.ReplicaError, "it did not answer in time"
		}
	}
}

// Pauses between two looks at a DC: they grow while nothing changes there.
const (
	firstPause   = 500 * time.Millisecond
	longestPause = 30 * time.Second
)

// follow looks at one DC again and again until it is done or ctx ends. A look
// that took long is followed by a pause of twice its length at least.
func (w *watch) follow(ctx context.Context, i int) {
	p := w.posts[i]
	defer p.close()
	tell := func() { w.news <- news{i, p.replica(time.Since(w.began))} }
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		select {
		case w.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		was, began := p.seen.state, time.Now()
		seen := p.look(ctx, func(users int) { p.seen.looked = users; tell() })
		took := time.Since(began)
		<-w.slots
		if ctx.Err() != nil && seen.state != plain.ReplicaDone {
			return // it was cut off, and says nothing
		}
		p.seen = seen
		tell()
		if seen.state == plain.ReplicaDone || seen.state == plain.ReplicaRefused {
			return
		}
		if seen.state != was {
			pause = firstPause
		}
		if !rest(ctx, max(pause, 2*took)) {
			return
		}
	}
}

// rest waits; false says that ctx ended first.
func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
