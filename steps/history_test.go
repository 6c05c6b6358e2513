package steps

import (
	"errors"
	"os"
	"slices"
	"testing"
)

// However much is asked of a history, each journal is read once, and none that an
// answer does not need.
func TestHistoryReadsOnce(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	must(b.store.Attest(b.opening(), Attestation{Step: "hand", Says: SaysDone, By: "somebody"}))(t)
	tell(t, b.store, here, answer(ToldFailed, 0))
	bad := must(b.store.Create(b.opening()))(t)
	if err := errors.Join(bad.Close(), os.WriteFile(bad.Path(), []byte("{}\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	tell(t, b.store, here, answer(ToldMade, 1))

	read := map[string]int{}
	b.store.Guard = func(f *os.File) error { read[f.Name()]++; return nil }
	h := b.store.History()
	if r := must(h.Latest(nil))(t); r.State != RunTold || len(read) != 1 {
		t.Errorf("for the latest run, %q, %d journals are read", r.State, len(read))
	}
	runs, err := h.Runs()
	words, werr := h.Words(here)
	said, serr := h.Attested(here)
	answers, aerr := h.Answers(here)
	last, lerr := h.LastTold(here, "writeback")
	places, perr := h.Places()
	for _, err := range []error{err, werr, serr, aerr, lerr, perr} {
		var broken *JournalError
		if !errors.As(err, &broken) || broken.Path != bad.Path() {
			t.Errorf("the journal that cannot be trusted is not named: %v", err)
		}
	}
	if len(runs) != 4 || len(words) != 1 || said["hand"].By != "somebody" || len(answers) != 2 || last == nil || last.Outcome != ToldMade {
		t.Errorf("%d runs, %+v, %+v, %+v, %+v", len(runs), words, said, answers, last)
	}
	if len(places) != 1 || places[0].State != RunDone {
		t.Errorf("places %+v", places)
	}
	if ids := must(h.IDs())(t); len(ids) != 5 || !slices.Contains(ids, bad.ID()) {
		t.Errorf("%v", ids)
	}
	for name, n := range read {
		if n != 1 {
			t.Errorf("%s is read %d times", name, n)
		}
	}
	if len(read) != 5 {
		t.Errorf("%d journals are read", len(read))
	}
	// It stands in the way of who would write here. (Whose it is, is read of its first line.)
	if _, err := h.Interrupted(here, nil); err == nil || errors.Is(err, ErrNoRun) {
		t.Errorf("the journal that cannot be trusted is passed over: %v", err)
	}
}
