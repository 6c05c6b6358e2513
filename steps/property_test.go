package steps

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// Whatever happens in whatever order (writes that fail, come late, answers that are lost,
// processes that die, disks that fill, undos, strangers who add things of their
// own): in the end an apply brings the world to where it should be, and an undo
// of all runs leaves exactly what was not ours.
func TestAnyHistoryEndsWell(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		names := []string{"a.1", "a.2", "b.1", "b.2", "c.1"}
		w := newWorld("c.2=foreign")
		var wish []string
		for _, n := range names {
			if v := rapid.SampledFrom([]string{"absent", "0", "1"}).Draw(rt, "have "+n); v != "absent" {
				w.things[n] = v
			}
			wish = append(wish, n+"="+rapid.SampledFrom([]string{"-", "1"}).Draw(rt, "wish "+n))
		}
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		h := &history{rt: rt, first: maps.Clone(w.things), wish: wish}
		h.b = &bench{t: t, w: w, dir: dir + "/runs"}
		h.b.r = &Runner{Target: here, BringBack: true, Steps: []Step{
			Define(Info{"one", "One"}, toy{w: w, wish: wish[:2]}),
			Define(Info{"two", "Two"}, toy{w: w, wish: wish[2:]}),
		}}
		h.b.store = h.b.openStore()
		h.run()
	})
}

type history struct {
	rt    *rapid.T
	b     *bench
	first map[string]string
	wish  []string
}

func (h *history) run() {
	for i := range rapid.IntRange(0, 5).Draw(h.rt, "attempts") {
		h.trouble()
		do := func() error { _, err := h.b.apply(ctx); return err }
		if rapid.Bool().Draw(h.rt, "undo") {
			do = func() error { _, err := h.b.undo(ctx); return err }
		}
		_, _ = h.b.live(do) // what went wrong does not matter: the end does
		h.b.w.fail, h.b.w.delay = nil, nil
		if rapid.Bool().Draw(h.rt, "land") {
			h.b.w.land()
		}
		stranger := fmt.Sprintf("stranger.%d", i)
		h.b.w.things[stranger], h.first[stranger] = "1", "1"
	}
	h.b.w.land()
	h.b.later(InFlight)
	if _, err := h.b.apply(ctx); err != nil {
		h.rt.Fatalf("apply: %v", err)
	}
	if v, err := h.b.r.Verify(ctx); err != nil || !v.OK {
		h.rt.Fatalf("not as it should be: %+v, %v", v, err)
	}
	for {
		_, err := h.b.undo(ctx)
		if errors.Is(err, ErrNoRun) {
			break
		}
		if err != nil {
			h.rt.Fatalf("undo: %v", err)
		}
	}
	if got, want := show(h.b.w), show(&world{things: h.first}); got != want {
		h.rt.Fatalf("after undo %s, want %s", got, want)
	}
	if _, err := h.b.store.History().Runs(); err != nil {
		h.rt.Fatal(err)
	}
}

// trouble arms what will go wrong in the next attempt, if anything does.
func (h *history) trouble() {
	n := rapid.IntRange(0, 40).Draw(h.rt, "at")
	kind := rapid.SampledFrom([]string{"none", "die", "tear", "fill", "refuse", "lose answer", "come late"}).Draw(h.rt, "trouble")
	left := n
	switch kind {
	case "die":
		h.b.dieAtNth(n)
	case "tear":
		h.b.store.open = func(f *os.File) journalFile {
			return tearing{unsynced{f}, func() bool { left--; return left == 0 }}
		}
	case "fill":
		h.b.store.open = func(f *os.File) journalFile { return filling{unsynced{f}, &left, false, false} }
	case "come late":
		h.b.w.delay = func(op, _ string) bool { left--; return left%5 == 0 }
	case "refuse", "lose answer":
		h.b.w.fail = func(string, string) (error, bool) {
			if left--; left%5 == 0 {
				return errors.New(kind), kind == "lose answer"
			}
			return nil, false
		}
	}
}
