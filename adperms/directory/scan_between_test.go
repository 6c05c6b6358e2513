package directory_test

import (
	"context"
	"errors"
	"testing"

	"writeback/adperms/directory"
	"writeback/adperms/directory/scan"
	"writeback/internal/replay"
)

// pausing is a scan whose visitor puts a question off at some users.
type pausing struct {
	c        *directory.Conn
	q        directory.ScanQuery
	at       map[int]bool // users, by when they come
	seen     int
	calls    []int // of Between: users seen by then
	put, had int   // questions
	between  error
}

func (p *pausing) run(t *testing.T) error {
	t.Helper()
	var waiting []string
	p.q.Between = func(ctx context.Context) error {
		p.calls = append(p.calls, p.seen)
		for _, dn := range waiting {
			if object(t, p.c, dn).DN == dn {
				p.had++
			}
		}
		waiting = nil
		return p.between
	}
	return p.c.Scan(soon(t), p.q, func(r *scan.Row) error {
		if p.at[p.seen] {
			r.Pause()
			p.put++
			waiting = append(waiting, string(r.DN()))
		}
		p.seen++
		return nil
	})
}

// What a visitor puts off is asked at the end of its page or of the next one, once
// for all of a page, and at the very end.
func TestScanPauses(t *testing.T) {
	const users = 9500
	c := open(t, replayed(t, replay.Config{Users: users}))
	q := subtree(replay.BaseDN, "(objectClass=user)")
	q.Attributes = ofAll
	p := pausing{c: c, q: q, at: map[int]bool{0: true, 17: true, 3500: true, 9499: true}}
	if err := p.run(t); err != nil || p.seen != users {
		t.Fatalf("%d users, %v", p.seen, err)
	}
	if p.put != 4 || p.had != 4 || len(p.calls) != 3 {
		t.Fatalf("%d questions, %d answers, asked after %d", p.put, p.had, p.calls)
	}
	for i, first := range []int{1, 3501, 9500} {
		if at := p.calls[i]; at < first || at > first+2*1000 || at%1000 != 0 && at != users {
			t.Errorf("what was put off before user %d was asked after %d", first, at)
		}
	}
}

// The visitor's error ends the scan as it is, and the connection stays good.
func TestScanPauseFails(t *testing.T) {
	c := open(t, replayed(t, replay.Config{Users: 5000}))
	q := subtree(replay.BaseDN, "(objectClass=user)")
	q.Attributes = ofAll
	own := errors.New("enough")
	p := pausing{c: c, q: q, at: map[int]bool{1500: true}, between: own}
	if err := p.run(t); err != own || len(p.calls) != 1 || p.seen == 5000 {
		t.Errorf("%v after %d users, asked after %d", err, p.seen, p.calls)
	}
	p = pausing{c: c, q: q}
	if err := p.run(t); err != nil || p.seen != 5000 {
		t.Errorf("the next scan: %d users, %v", p.seen, err)
	}
}

// A connection that is lost before what was put off could be asked does not lose
// it.
func TestScanPausesAfterALoss(t *testing.T) {
	const users = 5000
	o := replayed(t, replay.Config{Users: users, Verdict: func(at replay.At) replay.Verdict {
		if at.Conn == 1 && at.Row == 2500 {
			return replay.Drop
		}
		return replay.Go
	}})
	p := pausing{c: open(t, o), q: subtree(replay.BaseDN, "(objectClass=user)"), at: map[int]bool{2300: true}}
	p.q.Attributes = ofAll
	p.q.Reopen = func(ctx context.Context) (c *directory.Conn, err error) {
		p.c = open(t, o)
		return p.c, nil
	}
	if err := p.run(t); err != nil || p.seen != users || p.put != 1 || p.had != 1 {
		t.Errorf("%d users, %v; %d questions, %d answers, asked after %d", p.seen, err, p.put, p.had, p.calls)
	}
}
