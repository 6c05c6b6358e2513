package steps

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

// cutBench has several steps, all verbs, things that are there already and
// an object of several changes.
func cutBench(t testing.TB) *bench {
	w := newWorld("a.set=0", "a.gone=x", "c.there=1", "foreign=1")
	return newBench(t, w,
		Define(Info{"first", "First"}, toy{w: w, wish: []string{"a.set=1", "a.gone=-", "b.new=1"}}),
		Define(Info{"second", "Second"}, toy{w: w, wish: []string{"c.new=1", "c.there=1"}}))
}

var (
	cutFirst = []string{"a.set=0", "a.gone=x", "c.there=1", "foreign=1"}
	cutFinal = []string{"a.set=1", "b.new=1", "c.new=1", "c.there=1", "foreign=1"}
)

// dieAtNth dies at the n-th point of the journal or the world.
func (b *bench) dieAtNth(n int) {
	seen := 0
	cut := func(p string) {
		if seen++; seen == n {
			panic(stopAt{p})
		}
	}
	b.store.Cut, b.w.cut = cut, cut
}

// The run is cut before and after every record and every write, and applied
// again: the same final state; then undone: the first state.
func TestCutApplyEverywhere(t *testing.T) {
	points := 0
	for n := 1; ; n++ {
		b := cutBench(t)
		b.dieAtNth(n)
		died, err := b.live(func() error { _, err := b.apply(ctx); return err })
		if !died {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		points++
		if _, err := b.apply(ctx); err != nil {
			t.Fatalf("cut %d: apply again: %v", n, err)
		}
		b.wantWorld(cutFinal...)
		if res, err := b.apply(ctx); err != nil || res.State != ResultDone {
			t.Fatalf("cut %d: third apply: %v", n, err)
		}
		b.undoAll(fmt.Sprintf("cut %d", n))
		b.wantWorld(cutFirst...)
	}
	// 14 records and 4 writes, before and after each.
	if points != 36 {
		t.Fatalf("%d points were cut", points)
	}
}

// The same without applying again: undo alone brings back the first state.
func TestCutApplyThenUndo(t *testing.T) {
	for n := 1; ; n++ {
		b := cutBench(t)
		b.dieAtNth(n)
		if died, _ := b.live(func() error { _, err := b.apply(ctx); return err }); !died {
			return
		}
		b.undoAll(fmt.Sprintf("cut %d", n))
		b.wantWorld(cutFirst...)
	}
}

// The undo is cut everywhere, and undone again.
func TestCutUndoEverywhere(t *testing.T) {
	for n := 1; ; n++ {
		b := cutBench(t)
		if _, err := b.apply(ctx); err != nil {
			t.Fatal(err)
		}
		b.dieAtNth(n)
		if died, _ := b.live(func() error { _, err := b.undo(ctx); return err }); !died {
			return
		}
		b.undoAll(fmt.Sprintf("cut %d", n))
		b.wantWorld(cutFirst...)
		if run := b.latest(); run.State != RunUndone {
			t.Fatalf("cut %d: run %q", n, run.State)
		}
	}
}

// The undo is cut everywhere, and then the run is applied after all.
func TestCutUndoThenApply(t *testing.T) {
	for n := 1; ; n++ {
		b := cutBench(t)
		if _, err := b.apply(ctx); err != nil {
			t.Fatal(err)
		}
		b.dieAtNth(n)
		if died, _ := b.live(func() error { _, err := b.undo(ctx); return err }); !died {
			return
		}
		if _, err := b.apply(ctx); err != nil {
			t.Fatalf("cut %d: %v", n, err)
		}
		b.wantWorld(cutFinal...)
		b.undoAll(fmt.Sprintf("cut %d", n))
		b.wantWorld(cutFirst...)
	}
}

// Every record is half written when the process dies.
func TestTornEverywhere(t *testing.T) {
	for n := 1; ; n++ {
		b := cutBench(t)
		seen := 0
		b.store.open = func(f *os.File) journalFile {
			return tearing{unsynced{f}, func() bool { seen++; return seen == n }}
		}
		died, err := b.live(func() error { _, err := b.apply(ctx); return err })
		if !died {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
		if _, err := b.store.History().Runs(); err != nil {
			t.Fatalf("record %d: %v", n, err)
		}
		if _, err := b.apply(ctx); err != nil {
			t.Fatalf("record %d: apply again: %v", n, err)
		}
		b.wantWorld(cutFinal...)
		b.undoAll(fmt.Sprintf("record %d", n))
		b.wantWorld(cutFirst...)
	}
}

// tearing writes half a line and dies.
type tearing struct {
	journalFile
	now func() bool
}

func (f tearing) WriteAt(b []byte, off int64) (int, error) {
	if f.now() {
		if _, err := f.journalFile.WriteAt(b[:len(b)/2], off); err != nil {
			return 0, err
		}
		panic(stopAt{"torn"})
	}
	return f.journalFile.WriteAt(b, off)
}

// undoAll undoes the latest run that has anything to undo.
func (b *bench) undoAll(when string) {
	b.t.Helper()
	if _, err := b.undo(ctx); err != nil && !errors.Is(err, ErrNoRun) {
		b.t.Fatalf("%s: undo: %v", when, err)
	}
}
