package steps

import (
	"errors"
	"testing"
)

func TestUndoTakesBackOnlyWhatWeMade(t *testing.T) {
	w := newWorld("old=1", "gone=x", "there=1")
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"old=2", "gone=-", "new=1", "there=1"}}))
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	w.things["theirs"] = "1" // somebody else's, in between
	res, err := b.undo(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b.wantWorld("old=1", "gone=x", "there=1", "theirs=1")
	var order []string
	for _, c := range res.Undone {
		order = append(order, c.Target)
	}
	if len(order) != 3 || order[0] != "new" || order[2] != "old" || res.State != ResultUndone || len(res.Left) != 0 {
		t.Fatalf("%+v", res)
	}
	if run := b.latest(); run.State != RunUndone || run.Undoable() {
		t.Fatalf("run %q", run.State)
	}
	if _, err := b.undo(ctx); !errors.Is(err, ErrNoRun) {
		t.Fatalf("nothing is left to undo: %v", err)
	}
	// Undoing the same run once more by name is harmless.
	j := must(b.store.Reopen(b.latest(), b.opening()))(t)
	defer j.Close()
	if res, err := b.r.Undo(ctx, j); err != nil || res.State != ResultUndone || len(res.Undone) != 0 {
		t.Fatalf("%+v, %v", res, err)
	}
	b.wantWorld("old=1", "gone=x", "there=1", "theirs=1")
}

func TestUndoGoesOnAndJoinsErrors(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1", "c=1", "d=1"}}))
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	w.fail = func(op, name string) (error, bool) {
		if name == "b" || name == "d" {
			return NotMade(errors.New("no right to " + op + " " + name)), false
		}
		return nil, false
	}
	res, err := b.undo(ctx)
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 2 {
		t.Fatalf("got %v", err)
	}
	var failed *ChangeError
	if !errors.As(err, &failed) || !failed.Undo || failed.Change.Target != "d" {
		t.Fatalf("got %v", err)
	}
	b.wantWorld("b=1", "d=1")
	if run := b.latest(); res.State != ResultPartial || len(res.Left) != 2 || run.State != RunPartial || !run.Unfinished() {
		t.Fatalf("%+v, %s", res, run.State)
	}
	w.fail = nil
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld()
}

func TestUndoOfAStepThatIsNotThere(t *testing.T) {
	w := newWorld()
	one, two := Define(Info{"one", "One"}, toy{w: w, wish: []string{"a=1"}}), Define(Info{"two", "Two"}, toy{w: w, wish: []string{"b=1"}})
	b := newBench(t, w, one, two)
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	b.r.Steps = []Step{one}
	res, err := b.undo(ctx)
	if err == nil || len(res.Left) != 1 || res.Left[0].Target != "b" {
		t.Fatalf("%+v, %v", res, err)
	}
	b.wantWorld("b=1")
}

// After an undo the same run can be applied again, and undone again.
func TestApplyAgainAfterHalfAnUndo(t *testing.T) {
	w := newWorld("b=0")
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1"}}))
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	w.fail = func(op, name string) (error, bool) { return NotMade(errors.New("no")), false }
	if _, err := b.undo(ctx); err == nil {
		t.Fatal("want an error")
	}
	w.fail = func(op, name string) (error, bool) {
		if name == "a" {
			return NotMade(errors.New("no")), false
		}
		return nil, false
	}
	if _, err := b.undo(ctx); err == nil {
		t.Fatal("want an error")
	}
	b.wantWorld("a=1", "b=0")
	w.fail = nil
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld("a=1", "b=1")
	if runs := must(b.store.History().Runs())(t); len(runs) != 1 || len(runs[0].Made) != 2 {
		t.Fatalf("%d runs", len(runs))
	}
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld("b=0")
}
