package directory_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"writeback/adperms/directory"
	"writeback/adperms/directory/scan"
	"writeback/internal/replay"
)

var ofAll = []string{"nTSecurityDescriptor", "objectSid", "objectGUID", "objectClass", "userAccountControl"}

// silent is a DC that says nothing any more from a row on, until the test ends.
func silent(t *testing.T, row int) directory.Options {
	t.Helper()
	over := make(chan struct{})
	o := replayed(t, replay.Config{Users: 3000, Verdict: func(at replay.At) replay.Verdict {
		if at.Row == row {
			<-over
		}
		return replay.Go
	}})
	t.Cleanup(func() { close(over) }) // before the server is closed, which waits for it
	return o
}

func TestScanCancelled(t *testing.T) {
	for _, row := range []int{0, 1500} {
		o, binds := silent(t, row), 0
		o.Observe = func(op directory.Operation) {
			if op.Kind == "bind" {
				binds++
			}
		}
		c := open(t, o)
		ctx, cancel := context.WithCancel(soon(t))
		q := subtree(replay.BaseDN, "(objectClass=user)")
		users := 0
		if row == 0 {
			stop := time.AfterFunc(50*time.Millisecond, cancel)
			defer stop.Stop()
		}
		err := c.Scan(ctx, q, func(*scan.Row) error {
			if users++; users == 1000 {
				cancel()
			}
			return nil
		})
		if lost := as[*directory.LostError](t, err); !errors.Is(lost, context.Canceled) {
			t.Errorf("%v does not say that it was cancelled", lost)
		}
		object(t, c, replay.BaseDN) // over another connection
		if binds != 2 {
			t.Errorf("signed in %d times, want once before the scan and once after it", binds)
		}
		cancel()
	}
}

func TestScanCancelledBefore(t *testing.T) {
	c := open(t, replayed(t, replay.Config{Users: 3}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	q := subtree(replay.BaseDN, "(objectClass=user)")
	if err := c.Scan(ctx, q, func(*scan.Row) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	users := 0
	if err := c.Scan(t.Context(), q, func(*scan.Row) error { users++; return nil }); err != nil || users != 3 {
		t.Errorf("%d users, %v: the connection should be good", users, err)
	}
}

func TestScanWithoutAnswer(t *testing.T) {
	o := silent(t, 1500)
	o.Timeout = 300 * time.Millisecond
	err := open(t, o).Scan(soon(t), subtree(replay.BaseDN, "(objectClass=user)"), func(*scan.Row) error { return nil })
	says(t, as[*directory.LostError](t, err), "no answer in time")
}

// The DC has its time for each page; how long the visitor takes is not counted.
func TestScanWaitsForItsVisitor(t *testing.T) {
	o := replayed(t, replay.Config{Users: 5000})
	o.Timeout = time.Second
	users := 0
	err := open(t, o).Scan(soon(t), subtree(replay.BaseDN, "(objectClass=user)"), func(*scan.Row) error {
		if users++; users == 1 {
			slow, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
			defer cancel()
			<-slow.Done()
		}
		return nil
	})
	if err != nil || users != 5000 {
		t.Errorf("%d users, %v", users, err)
	}
}

func TestScanMemoryStaysFlat(t *testing.T) {
	c := open(t, replayed(t, replay.Config{Users: 50000}))
	q := subtree(replay.BaseDN, "(objectClass=user)")
	q.Attributes = ofAll
	held := map[int]uint64{}
	users := 0
	err := c.Scan(t.Context(), q, func(r *scan.Row) error {
		if users++; users == 5000 || users == 49000 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			held[users] = m.HeapAlloc
		}
		return nil
	})
	if err != nil || users != 50000 {
		t.Fatalf("%d users, %v", users, err)
	}
	t.Logf("%d kB after 5,000 users, %d kB after 49,000", held[5000]>>10, held[49000]>>10)
	if held[49000] > held[5000]+1<<20 || held[49000] > 16<<20 {
		t.Errorf("%d bytes are held after 5,000 users, %d after 49,000", held[5000], held[49000])
	}
}

// A visitor that asks the DC again and again has its answers, and what stands
// before these takes no more memory with every question.
func TestScanVisitorAsksOften(t *testing.T) {
	const users = 20000
	c := open(t, replayed(t, replay.Config{Users: users}))
	q := subtree(replay.BaseDN, "(objectClass=user)")
	q.Attributes = ofAll
	seen, peak := 0, uint64(0)
	err := c.Scan(soon(t), q, func(r *scan.Row) error {
		if seen++; seen%100 != 0 {
			return nil
		}
		dn := string(r.DN())
		if o := object(t, c, dn); o.DN != dn || len(o.Descriptor) != len(r.Value(0)) {
			t.Errorf("%s: got %s, descriptor of %d bytes, not %d", dn, o.DN, len(o.Descriptor), len(r.Value(0)))
		}
		if seen%1000 == 0 { // what is held, and not how late a busy machine collects what is not
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
		return nil
	})
	if err != nil || seen != users {
		t.Fatalf("%d users, %v", seen, err)
	}
	t.Logf("%d kB at most", peak>>10)
	if peak > 40<<20 {
		t.Errorf("%d bytes were held", peak)
	}
}
