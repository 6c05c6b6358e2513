package steps

import (
	"context"
	"errors"
	"testing"
	"time"
)

// Whenever ctx is cancelled, no change is half made, and the run can be
// continued and undone.
func TestCancelAtEveryEvent(t *testing.T) {
	for n := 1; ; n++ {
		w := newWorld("c=0")
		b := newBench(t, w, Define(Info{"one", "One"}, toy{w: w, wish: []string{"a=1", "b=1"}}), Define(Info{"two", "Two"}, toy{w: w, wish: []string{"c=1"}}))
		plan := must(b.r.Plan(ctx))(t)
		cctx, cancel := context.WithCancel(ctx)
		seen, last := 0, false
		b.r.Observe = func(e Event) {
			if seen++; seen == n {
				cancel()
				_, last = e.(RunFinished)
			}
		}
		res, err := b.applyPlan(cctx, plan)
		cancel()
		if last {
			if err != nil {
				t.Fatalf("cancelled after its end: %v", err)
			}
			return
		}
		run := b.latest()
		var stopped *CancelledError
		switch {
		case err == nil:
			// Cancelled when there was nothing left to look at.
			if res.State != ResultDone {
				t.Fatalf("event %d: %s", n, res.State)
			}
		case !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) || stopped.Run != run.ID:
			t.Fatalf("event %d: %v", n, err)
		case run.State == RunInDoubt || run.State == RunDone || res.State != ResultPartial:
			t.Fatalf("event %d: run %q, result %q", n, run.State, res.State)
		}
		b.r.Observe = nil
		if _, err := b.apply(ctx); err != nil {
			t.Fatalf("event %d: continue: %v", n, err)
		}
		b.wantWorld("a=1", "b=1", "c=1")
		if _, err := b.undo(ctx); err != nil {
			t.Fatalf("event %d: undo: %v", n, err)
		}
		b.wantWorld("c=0")
	}
}

// Once the intent is on disk, the write has a context that the user cannot
// cancel, and a time of its own.
func TestWriteThatHasBegunIsFinished(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1"}}))
	plan := must(b.r.Plan(ctx))(t)
	cctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.cut = func(point string) {
		if point == "before write a" {
			cancel()
		}
	}
	_, err := b.applyPlan(cctx, plan)
	var stopped *CancelledError
	if !errors.As(err, &stopped) {
		t.Fatalf("got %v", err)
	}
	b.wantWorld("a=1")

	b.r.WriteTimeout = time.Nanosecond
	if _, err := b.apply(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a write without an end: %v", err)
	}
	b.wantWorld("a=1")
}

func TestCancelledPlanAndVerify(t *testing.T) {
	w := newWorld()
	cctx, cancel := context.WithCancel(ctx)
	defer cancel()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, inspect: func() error {
		cancel()
		return errors.New("use of closed network connection")
	}}))
	_, perr := b.r.Plan(cctx)
	_, verr := b.r.Verify(cctx)
	for _, err := range []error{perr, verr} {
		var stopped *CancelledError
		if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) || stopped.Run != "" {
			t.Fatalf("got %v", err)
		}
	}
}

func TestUndoIsCancelledBetweenChanges(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1"}}))
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	cctx, cancel := context.WithCancel(ctx)
	defer cancel()
	b.r.Observe = func(e Event) {
		if _, ok := e.(ChangeUndone); ok {
			cancel()
		}
	}
	res, err := b.undo(cctx)
	var stopped *CancelledError
	if !errors.As(err, &stopped) || stopped.Run != b.latest().ID || res.State != ResultPartial || len(res.Undone) != 1 || len(res.Left) != 1 {
		t.Fatalf("%+v, %v", res, err)
	}
	b.wantWorld("a=1")
	b.r.Observe = nil
	if res, err := b.undo(ctx); err != nil || res.State != ResultUndone {
		t.Fatalf("%+v, %v", res, err)
	}
	b.wantWorld()
}
