package replication

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// State is how far the change has come on one DC.
type State string

// The states.
const (
	Unseen      State = ""            // it has not answered yet
	Replicating State = "replicating" // the changes of the DACLs are not there yet
	Propagating State = "propagating" // they are, and not all users have inherited them
	Done        State = "done"
	Failed      State = "error"   // it cannot be asked; it is tried again
	Refused     State = "refused" // it refused the sign-in; it is not tried again
)

// Sight is what one question to a DC came to.
type Sight struct {
	State   State
	Users   int // that are to have what was changed
	Carry   int // of Users, that have it
	Counted int // users that were looked at so far, while that goes on
	Err     error
}

// DC is one that is watched.
type DC struct {
	Domain string // its domain's name
	First  bool   // the change was made there
	// Ask looks how far the change has come; progress may be told how many users were
	// looked at. Where a question does not count the users, the numbers stay those of
	// the question before.
	Ask func(ctx context.Context, progress func(users int)) Sight
	// Close ends the connection to it.
	Close func()
}

// Replica is how it stands with one DC.
type Replica struct {
	Sight
	Seconds float64 // from the beginning until it was done, or until nobody watched any more
}

// Propagation is what a watch came to.
type Propagation struct {
	Replicas   []Replica     // in the order of the DCs
	Everywhere bool          // all DCs are done
	Nowhere    []string      // domains of which no DC that answered has the changes: there is nothing to wait for
	Waited     time.Duration // how long they were watched
}

// Watch is one watch over DCs. One goroutine follows each of them; what they see comes
// together in Run. It is used once.
type Watch struct {
	DCs []DC
	// CaughtUp is called when the first DCs of all domains are done, if they were not at
	// first. Its error ends the watch.
	CaughtUp func() error
	// Tell is told of every change; the slice is its own until the next call.
	Tell func([]Replica)

	began time.Time
	slots chan struct{} // questions that may go on at the same time
	news  chan news
	seen  []Sight
}

// news is how it stands with one DC.
type news struct {
	dc      int
	replica Replica
}

// most is how many DCs are asked at the same time.
const most = 8

// Run watches until all DCs are done, none of them can become so, or the time is
// over. The error is that of CaughtUp, or that ctx ended.
func (w *Watch) Run(ctx context.Context, timeout time.Duration) (Propagation, error) {
	w.slots, w.news, w.seen = make(chan struct{}, most), make(chan news), make([]Sight, len(w.DCs))
	w.began = time.Now() // first, so that nobody is said to have waited less than the timeout
	within, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	p := Propagation{Replicas: make([]Replica, len(w.DCs))}
	giveUp := w.begin(within)
	behind, called := false, false
	var failed error
	for n := range w.news {
		p.Replicas[n.dc] = n.replica
		w.Tell(p.Replicas)
		at := w.DCs[n.dc]
		if w.nowhere(at.Domain, p.Replicas) && !slices.Contains(p.Nowhere, at.Domain) {
			p.Nowhere = append(p.Nowhere, at.Domain)
			giveUp[at.Domain]()
		}
		behind = behind || at.First && n.replica.State != Done && n.replica.Counted == 0
		if behind && !called && w.firstDone(p.Replicas) {
			called = true
			if failed = w.CaughtUp(); failed != nil {
				stop()
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return p, err
	}
	w.end(&p)
	return p, failed
}

// begin follows all DCs, and gives what ends that in one domain. The news end
// when all have ended.
func (w *Watch) begin(ctx context.Context) (giveUp map[string]context.CancelFunc) {
	giveUp = map[string]context.CancelFunc{}
	var followers sync.WaitGroup
	within := map[string]context.Context{}
	for i, dc := range w.DCs {
		if within[dc.Domain] == nil {
			within[dc.Domain], giveUp[dc.Domain] = context.WithCancel(ctx)
		}
		inDomain := within[dc.Domain]
		followers.Go(func() { w.follow(inDomain, i) })
	}
	go func() {
		followers.Wait()
		close(w.news)
	}()
	return giveUp
}

// firstDone says that the first DCs are done.
func (w *Watch) firstDone(all []Replica) bool {
	for i, dc := range w.DCs {
		if dc.First && all[i].State != Done {
			return false
		}
	}
	return true
}

// nowhere says that every DC of a domain was asked, and that those which answered
// all lack what replication would have to bring from one of them.
func (w *Watch) nowhere(domain string, all []Replica) bool {
	lacking := 0
	for i, r := range all {
		switch {
		case w.DCs[i].Domain != domain:
		case r.State == Replicating:
			lacking++
		case r.State != Failed && r.State != Refused:
			return false
		}
	}
	return lacking > 0
}

// end says what the end is for those that are not done.
func (w *Watch) end(p *Propagation) {
	p.Waited = time.Since(w.began)
	p.Everywhere = true
	for i := range p.Replicas {
		r := &p.Replicas[i]
		if r.State == Done {
			continue
		}
		p.Everywhere = false
		r.Seconds = p.Waited.Round(time.Millisecond).Seconds()
		if r.State == Unseen {
			r.State, r.Err = Failed, ErrNoAnswer
		}
	}
}

// Pauses between two questions to a DC: they grow while nothing changes there.
const (
	firstPause   = 500 * time.Millisecond
	longestPause = 30 * time.Second
)

// follow asks one DC again and again until it is done or ctx ends. A question
// that took long is followed by a pause of twice its length at least.
func (w *Watch) follow(ctx context.Context, i int) {
	dc, seen := w.DCs[i], &w.seen[i]
	defer dc.Close()
	tell := func() {
		w.news <- news{i, Replica{Sight: *seen, Seconds: time.Since(w.began).Round(time.Millisecond).Seconds()}}
	}
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		select {
		case w.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		was, began := seen.State, time.Now()
		now := dc.Ask(ctx, func(users int) { seen.Counted = users; tell() })
		took := time.Since(began)
		<-w.slots
		if ctx.Err() != nil && now.State != Done {
			return // it was cut off, and says nothing
		}
		*seen = now
		tell()
		if now.State == Done || now.State == Refused {
			return
		}
		if now.State != was {
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

// ErrNoAnswer is that of a DC that was not heard of until the end.
var ErrNoAnswer = errors.New("it did not answer in time")
