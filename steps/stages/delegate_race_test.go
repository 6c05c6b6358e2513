package stages

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/steps"
)

// addsBeforeRead lets somebody else add an ACE just before the stage's n-th read
// by GUID.
func (f *fake) addsBeforeRead(t *testing.T, d *Delegate, n int, dn, ace string) {
	d.Directory = &reading{fake: f, at: func(seen int) {
		if seen == n {
			f.add(t, dn, ace)
		}
	}}
}

// Between the plan and our write somebody else adds the very same ACE: it is not
// recorded as made, and undo leaves it.
func TestSameACEByOthersIsTheirs(t *testing.T) {
	f := newFake(t, unexpireToAU)
	d := f.stage()
	b := newBench(t, d)
	plan := b.plan()
	f.addsBeforeRead(t, d, 2, rootDN, aReset) // 1: kept, 2: read to be edited
	res, err := b.apply(&plan)
	var failed *steps.ChangeError
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "is not ours to record, and nothing was written") || !errors.Is(err, steps.ErrNotMade) {
		t.Fatalf("apply: %v", err)
	}
	if len(res.Steps[0].Made) != 0 || f.writes != 0 {
		t.Fatalf("made: %+v, %d writes", res.Steps[0].Made, f.writes)
	}
	d.Directory = f
	if res, err = b.apply(&plan); err != nil || len(res.Steps[0].Made) != 2 {
		t.Fatalf("apply again: %+v, %v", res, err)
	}
	if _, err := b.undo(); err != nil || !f.has(t, rootDN, aReset) || f.has(t, rootDN, aLockout) {
		t.Errorf("undo: %v, %q", err, f.state(rootDN))
	}
}

// The DC refuses our write, and somebody else adds the same ACE in that moment.
func TestRefusedWriteIsNotOurs(t *testing.T) {
	f := newFake(t, unexpireToAU)
	b := newBench(t, f.stage())
	f.answer = func(func() error) error {
		f.add(t, rootDN, aReset)
		return steps.NotMade(errors.New("access denied"))
	}
	res, err := b.apply(nil)
	if err == nil || len(res.Steps[0].Made) != 0 {
		t.Fatalf("%+v, %v", res, err)
	}
	if _, err := b.undo(); err != nil || !f.has(t, rootDN, aReset) {
		t.Errorf("undo: %v, %q", err, f.state(rootDN))
	}
}

// The answer to a write is lost: what became of it is found by looking.
func TestLostAnswer(t *testing.T) {
	for _, done := range []bool{true, false} {
		f := newFake(t, unexpireToAU)
		b := newBench(t, f.stage())
		first := f.state(rootDN)
		f.answer = func(write func() error) error {
			if done {
				if err := write(); err != nil {
					return err
				}
			}
			return errors.New("the connection ended")
		}
		res, err := b.apply(nil)
		made := len(res.Steps[0].Made)
		if err == nil || !strings.Contains(err.Error(), "the connection ended") || done && made != 3 || !done && made != 0 {
			t.Fatalf("done %v: %+v, %v", done, res, err)
		}
		f.answer = nil
		if res, err := b.apply(nil); err != nil || len(res.Steps[0].Made) != 3 {
			t.Fatalf("done %v: again: %+v, %v", done, res, err)
		}
		_, err = b.undo()
		var doubt *steps.DoubtError
		if errors.As(err, &doubt) == done || !done && !strings.Contains(err.Error(), "in doubt until") {
			t.Errorf("done %v: undo: %v", done, err)
		}
		b.store.Now = func() time.Time { return time.Now().Add(steps.InFlight) }
		if _, err := b.undo(); err != nil || !slices.Equal(f.state(rootDN), first) {
			t.Errorf("done %v: undo: %v, %q", done, err, f.state(rootDN))
		}
	}
}

// Somebody else writes between our read and our replace: theirs may be lost, so
// a warning says so, once, in apply and in undo. Ours is in place.
func TestConcurrentWrite(t *testing.T) {
	f := newFake(t, unexpireToAU)
	b := newBench(t, f.stage())
	somebody := func() {
		f.before = nil
		f.add(t, rootDN, foreignACE)
	}
	f.before = somebody
	res, err := b.apply(nil)
	if err != nil || res.State != steps.ResultDone {
		t.Fatalf("%+v, %v", res, err)
	}
	wantNotice(t, res.Steps[0].Findings, "the DC counts 2 writes where ours is 1")
	f.before = somebody
	undone, err := b.undo()
	if err != nil || undone.State != steps.ResultUndone {
		t.Fatalf("%+v, %v", undone, err)
	}
	wantNotice(t, undone.Findings, "the DC counts 2 writes where ours is 1")
}

// The same where the DC does not let the count be read: what is not as it was
// sent tells.
func TestConcurrentWriteUncounted(t *testing.T) {
	f := newFake(t, unexpireToAU)
	b := newBench(t, f.stage())
	uncount := func() { f.byDN(rootDN).version = 0 }
	uncount()
	f.after = func() {
		if f.writes == 1 {
			f.add(t, rootDN, foreignACE)
		}
		uncount()
	}
	res, err := b.apply(nil)
	if err != nil {
		t.Fatal(err)
	}
	wantNotice(t, res.Steps[0].Findings, "not quite those that we wrote")
}

// Somebody else's write takes ours away again before we read it back.
func TestOverwritten(t *testing.T) {
	f := newFake(t, unexpireToAU)
	b := newBench(t, f.stage())
	f.after = func() { f.after = nil; f.drop(t, rootDN, aReset) }
	res, err := b.apply(nil)
	if err == nil || !strings.Contains(err.Error(), "is not in it: somebody else wrote at the same time") || len(res.Steps[0].Made) != 2 {
		t.Fatalf("%+v, %v", res, err)
	}
	wantNotice(t, res.Steps[0].Findings, "counts 2 writes")
	if res, err := b.apply(nil); err != nil || len(res.Steps[0].Made) != 3 {
		t.Fatalf("again: %+v, %v", res, err)
	}
	journal, err := os.ReadFile(b.journal())
	if n := strings.Count(string(journal), `"kind":"saved"`); err != nil || n != 1 { // as it was before our first write
		t.Errorf("the root was kept %d times, %v", n, err)
	}
	f.after = func() { f.after = nil; f.add(t, rootDN, aPwdLast) }
	undone, err := b.undo()
	if err == nil || !strings.Contains(err.Error(), "is still in it") || len(undone.Left) != 1 {
		t.Fatalf("%+v, %v", undone, err)
	}
	if undone, err := b.undo(); err != nil || undone.State != steps.ResultUndone {
		t.Fatalf("%+v, %v", undone, err)
	}
}

// An ACE that others took away, and that was made again, is owned twice, and there once.
func TestUndoOfAnACEOwnedTwice(t *testing.T) {
	f := newFake(t, unexpireToAU)
	d := f.stage()
	b := newBench(t, d)
	first := f.state(rootDN)
	changes, _ := planned(t, d)
	if _, err := b.apply(nil); err != nil {
		t.Fatal(err)
	}
	d.Notices()
	if err := d.UndoAll(t.Context(), append(slices.Clone(changes), changes[0])); err != nil || !slices.Equal(f.state(rootDN), first) {
		t.Errorf("%v, %q", err, f.state(rootDN))
	}
	if told := d.Notices(); len(told) > 0 {
		t.Errorf("%+v", told)
	}
}

func wantNotice(t *testing.T, fs []steps.Finding, text string) {
	t.Helper()
	n := 0
	for _, f := range fs {
		if f.Code == "concurrent-write" && f.Level == steps.LevelWarning && strings.Contains(f.Text, text) {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d times %q in %+v", n, text, fs)
	}
}
