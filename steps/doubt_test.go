package steps

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// late is a bench whose write of a name gets no answer.
func late(t *testing.T, op, name string, wish ...string) *bench {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: wish}))
	w.delay = func(o, n string) bool { return o == op && n == name }
	return b
}

func (b *bench) wantDoubt(err error, what string) {
	b.t.Helper()
	var d *DoubtError
	if !errors.As(err, &d) || !strings.Contains(d.Error(), "in doubt until "+d.Until.Format("2006-01-02 15:04")) {
		b.t.Fatalf("%s: %v", what, err)
	}
	if strings.Contains(err.Error(), "nothing was") || b.latest().State != RunInDoubt || !b.latest().Undoable() || !b.latest().Unfinished() {
		b.t.Fatalf("%s: run %q, %v", what, b.latest().State, err)
	}
}

// A write without an answer lands a minute and twenty seconds later, after
// everybody has looked: it is ours, and undo takes it back.
func TestALateWriteIsOurs(t *testing.T) {
	for _, again := range []bool{false, true} { // an undo looked meanwhile
		b := late(t, "apply", "a", "a=1")
		_, err := b.apply(ctx)
		b.wantDoubt(err, "apply")
		if again {
			_, err := b.undo(ctx)
			b.wantDoubt(err, "undo while in doubt")
		}
		b.later(80 * time.Second)
		b.w.land()
		b.wantWorld("a=1")
		if res, err := b.undo(ctx); err != nil || res.State != ResultUndone || len(res.Undone) != 1 {
			t.Fatalf("undo: %+v, %v", res, err)
		}
		b.wantWorld()
	}
}

// It never lands: when the time has passed, looking and not finding it ends the
// doubt, and a run of which nothing is there stands in nobody's way.
func TestAWriteThatNeverComesIsVoid(t *testing.T) {
	b := late(t, "apply", "a", "a=1")
	_, err := b.apply(ctx)
	b.wantDoubt(err, "apply")
	b.later(InFlight - time.Minute)
	_, err = b.undo(ctx)
	b.wantDoubt(err, "a minute too early")
	b.later(2 * time.Minute)
	if res, err := b.undo(ctx); err != nil || res.State != ResultUndone {
		t.Fatalf("undo: %+v, %v", res, err)
	}
	if run := b.latest(); run.Unfinished() || len(run.Made) != 0 {
		t.Fatalf("run %q", run.State)
	}
}

// The clock is set back by a year while a write is in doubt: the doubt ends
// neither at once nor in a year.
func TestDoubtWhileTheClockIsSetBack(t *testing.T) {
	b := late(t, "apply", "a", "a=1")
	_, err := b.apply(ctx)
	b.wantDoubt(err, "apply")
	b.later(-365 * 24 * time.Hour)
	_, err = b.undo(ctx)
	b.wantDoubt(err, "a year before")
	b.later(InFlight + time.Minute)
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
}

// The run is continued while the write is in doubt: the change is made anew, and
// owned once, whenever the first write lands; undo takes it back, and what lands
// after that as well.
func TestContinuedWhileInDoubt(t *testing.T) {
	for _, lands := range []string{"before", "between", "after", "never"} {
		b := late(t, "apply", "a", "a=1", "b=1")
		_, err := b.apply(ctx)
		b.wantDoubt(err, "apply")
		b.w.delay = nil
		land := func(when string) {
			if lands == when {
				b.w.land()
			}
		}
		land("before")
		if res, err := b.apply(ctx); err != nil || res.State != ResultDone {
			t.Fatalf("%s: apply again: %+v, %v", lands, res, err)
		}
		b.wantWorld("a=1", "b=1")
		if run := b.latest(); run.State != RunDone || len(run.Made) != 2 {
			t.Fatalf("%s: run %q owns %d", lands, run.State, len(run.Made))
		}
		land("between")
		_, err = b.undo(ctx)
		b.wantWorld()
		if lands == "before" {
			if err != nil {
				t.Fatalf("%s: %v", lands, err)
			}
			continue
		}
		b.wantDoubt(err, lands)
		land("after")
		b.later(InFlight)
		if res, err := b.undo(ctx); err != nil || res.State != ResultUndone {
			t.Fatalf("%s: undo again: %+v, %v", lands, res, err)
		}
		b.wantWorld()
	}
}

// The mirror: an undo without an answer lands late.
func TestALateUndo(t *testing.T) {
	for _, again := range []bool{false, true} {
		b := late(t, "undo", "a", "a=1")
		if _, err := b.apply(ctx); err != nil {
			t.Fatal(err)
		}
		_, err := b.undo(ctx)
		b.wantDoubt(err, "undo")
		b.wantWorld("a=1")
		b.w.delay = nil
		if again {
			if _, err := b.undo(ctx); err != nil { // it is still ours, so it is taken back now
				t.Fatal(err)
			}
		}
		b.w.land()
		if !again {
			if _, err := b.undo(ctx); err != nil {
				t.Fatal(err)
			}
		}
		b.wantWorld()
		if run := b.latest(); run.State != RunUndone {
			t.Fatalf("run %q", run.State)
		}
	}
}

// What the other side answered cannot come later: looking decides.
func TestAnAnsweredWriteIsDecidedAtOnce(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
	w.fail = func(string, string) (error, bool) { return Answered(errors.New("overwritten")), false }
	if _, err := b.apply(ctx); err == nil || strings.Contains(err.Error(), "in doubt") {
		t.Fatal(err)
	}
	if run := b.latest(); run.State != RunEmpty {
		t.Fatalf("run %q", run.State)
	}
}

// A change is announced, and its answer does not come; it is announced again, and the
// process dies behind the write. What is seen then is the second write: the first may
// still come, also after the undo of the second.
func TestSecondWriteLeavesTheFirstInDoubt(t *testing.T) {
	for _, c := range []struct{ first, wish string }{{"", "b.2=1"}, {"b.2=0", "b.2=1"}, {"b.2=0", "b.2=-"}} {
		w := newWorld("c.2=foreign")
		if c.first != "" {
			w = newWorld("c.2=foreign", c.first)
		}
		before := show(w)
		b := &bench{t: t, w: w, dir: t.TempDir() + "/runs"}
		b.r = &Runner{Target: here, BringBack: true, Steps: []Step{Define(Info{"two", "Two"}, toy{w: w, wish: []string{c.wish}})}}
		b.store = b.openStore()
		apply := func() error { _, err := b.apply(ctx); return err }
		w.delay = func(string, string) bool { return true }
		if _, err := b.live(apply); err == nil {
			t.Fatalf("%s: an answer came", c.wish)
		}
		w.delay = nil
		written := false
		cut := func(string) {
			if written = written || show(w) != before; written {
				panic(stopAt{"written"})
			}
		}
		b.store.Cut, w.cut = cut, cut
		if died, err := b.live(apply); !died {
			t.Fatalf("%s: it goes on: %v", c.wish, err)
		}
		var doubt *DoubtError
		if _, err := b.undo(ctx); !errors.As(err, &doubt) {
			t.Errorf("%s: the undo ends with %v", c.wish, err)
		}
		if show(w) != before {
			t.Errorf("%s: after the undo %s, want %s", c.wish, show(w), before)
		}
		w.land()
		b.later(InFlight)
		if _, err := b.undo(ctx); err != nil {
			t.Errorf("%s: the second undo: %v", c.wish, err)
		}
		if show(w) != before {
			t.Errorf("%s: after the second undo %s, want %s", c.wish, show(w), before)
		}
		if _, err := b.undo(ctx); !errors.Is(err, ErrNoRun) {
			t.Errorf("%s: something is left: %v", c.wish, err)
		}
	}
}

// What was one write, and is in doubt, is said once.
func TestDoubtOfABatchIsSaidOnce(t *testing.T) {
	e := DoubtError{Run: "R", Step: "toy", Change: Change{Line: "a", Target: "x"}, Until: time.Unix(0, 0)}
	if got := e.Error(); !strings.Contains(got, `whether "a" on x was made is in doubt`) || !strings.Contains(got, "as it may still") {
		t.Error(got)
	}
	e.With = []Change{{Line: "b"}, {Line: "c"}}
	if got := e.Error(); !strings.Contains(got, `whether "a", "b", "c" on x were made is in doubt`) || !strings.Contains(got, "as they may still") {
		t.Error(got)
	}
}
