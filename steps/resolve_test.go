package steps

import (
	"errors"
	"strings"
	"testing"
)

// stopAt makes the process "die" at a point: of the journal, or of the world.
type stopAt struct{ point string }

func (b *bench) dieAt(point string) {
	cut := func(p string) {
		if p == point {
			panic(stopAt{p})
		}
	}
	b.store.Cut, b.w.cut = cut, cut
}

// live runs f like a process: a panic of dieAt ends it, and the next one knows
// nothing of it.
func (b *bench) live(f func() error) (died bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(stopAt); !ok {
				panic(r)
			}
			died = true
		}
		b.w.cut = nil
		b.store = b.openStore()
	}()
	return false, f()
}

func (b *bench) dies(point string, f func() error) {
	b.t.Helper()
	b.dieAt(point)
	if died, err := b.live(f); !died {
		b.t.Fatalf("never came to %q: %v", point, err)
	}
	if run := b.latest(); run.State != RunInDoubt || !run.Undoable() || !run.Unfinished() {
		b.t.Fatalf("after %q the run is %q", point, run.State)
	}
}

func TestDoubtIsResolvedByInspection(t *testing.T) {
	for _, c := range []struct {
		point string
		ends  string // how the journal says that the doubt ended, before the approval of the second attempt
	}{
		{"after intent 4", "void"},
		{"before write a", "void"},
		{"after write a", "made"},
		{"before made 5", "made"},
	} {
		for _, undo := range []bool{false, true} {
			w := newWorld()
			b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
			b.dies(c.point, func() error { _, err := b.apply(ctx); return err })
			b.seen = nil
			var err error
			if undo {
				_, err = b.undo(ctx)
			} else {
				_, err = b.apply(ctx)
			}
			if err != nil {
				t.Fatalf("%s: %v", c.point, err)
			}
			if kinds := kindsOf(b.latest()); !strings.HasPrefix(kinds, "opened approved saved intent reopened "+c.ends) {
				t.Errorf("%s: journal %s", c.point, kinds)
			}
			var resolved []bool
			for _, e := range b.seen {
				if e, ok := e.(ChangeResolved); ok {
					resolved = append(resolved, e.There)
				}
			}
			if len(resolved) != 1 || resolved[0] != (c.ends == "made") {
				t.Errorf("%s: told %v", c.point, resolved)
			}
			if undo {
				b.wantWorld()
			} else {
				b.wantWorld("a=1")
			}
		}
	}
}

func TestDoubtAboutAnUndoing(t *testing.T) {
	for point, ends := range map[string]string{
		"after undoing 8": "void undoing undone closed", // still there: undone now
		"after write a":   "undone closed",
		"before undone 9": "undone closed",
	} {
		w := newWorld()
		b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
		if _, err := b.apply(ctx); err != nil {
			t.Fatal(err)
		}
		b.dies(point, func() error { _, err := b.undo(ctx); return err })
		if _, err := b.undo(ctx); err != nil {
			t.Fatalf("%s: %v", point, err)
		}
		if kinds := kindsOf(b.latest()); !strings.HasSuffix(kinds, "undoing reopened "+ends) {
			t.Errorf("%s: journal %s", point, kinds)
		}
		b.wantWorld()
	}
}

// A value that has to be set again, from whatever it is now, is not ours.
func TestDoubtAboutASetting(t *testing.T) {
	w := newWorld("a=0")
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
	b.dies("after intent 4", func() error { _, err := b.apply(ctx); return err })
	w.things["a"] = "theirs"
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld("a=theirs")
	if run := b.latest(); run.State != RunUndone || len(run.Made) != 0 {
		t.Fatalf("run %q", run.State)
	}
}

// What cannot be looked at stays in doubt, and nothing is written.
func TestDoubtThatCannotBeResolved(t *testing.T) {
	w := newWorld()
	down := false
	p := toy{w: w, wish: []string{"a=1", "b=1"}, inspect: func() error {
		if down {
			return errors.New("server is down")
		}
		return nil
	}}
	b := newBench(t, w, Define(Info{"s", "S"}, p))
	plan := must(b.r.Plan(ctx))(t)
	b.dies("after write b", func() error { _, err := b.applyPlan(ctx, plan); return err })
	down = true
	if _, err := b.applyPlan(ctx, plan); err == nil || !strings.Contains(err.Error(), "server is down") {
		t.Fatalf("apply: %v", err)
	}
	if s := b.latest().State; s != RunInDoubt {
		t.Fatalf("run %q", s)
	}
	// Undo takes back what it can be sure of, and says what it cannot.
	res, err := b.undo(ctx)
	if err == nil || res.State != ResultPartial || len(res.Undone) != 1 {
		t.Fatalf("undo: %+v, %v", res, err)
	}
	b.wantWorld("b=1")
	if s := b.latest().State; s != RunInDoubt {
		t.Fatalf("run %q", s)
	}
	down = false
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld()
}
