package steps

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// batching is a toy that writes the things of one group at once.
type batching struct{ toy }

func (p batching) Batch(c toyChange) string {
	group, _, is := strings.Cut(c.Name, ".")
	if !is {
		return ""
	}
	return group
}

func (p batching) ApplyAll(ctx context.Context, cs []toyChange) ([]toyChange, error) {
	err := p.w.write(ctx, "apply", cs[0].Name, func(m map[string]string) {
		for _, c := range cs {
			c.do(m)
		}
	})
	made := slices.Clone(cs)
	for i := range made {
		made[i].Stamp = p.w.clock
	}
	return made, err
}

func (p batching) UndoAll(ctx context.Context, made []toyChange) error {
	have, err := p.w.read()
	if err != nil {
		return err
	}
	ours := slices.DeleteFunc(slices.Clone(made), func(c toyChange) bool { return !c.ours(have) })
	if len(ours) == 0 {
		return nil
	}
	return p.w.write(ctx, "undo", ours[0].Name, func(m map[string]string) {
		for _, c := range ours {
			c.takeBack(m)
		}
	})
}

func batchBench(t *testing.T, things ...string) (*world, *bench) {
	t.Helper()
	w := newWorld(things...)
	return w, newBench(t, w, Define(Info{"s", "S"}, batching{toy{w: w, wish: []string{"a=1", "g.a=1", "g.b=1", "h.a=1"}}}))
}

// What was approved of one object is one write, and so is its undo. Every line is
// announced before it, and recorded after it.
func TestBatch(t *testing.T) {
	w, b := batchBench(t)
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld("a=1", "g.a=1", "g.b=1", "h.a=1")
	run := b.latest()
	const want = "opened approved saved intent made saved intent intent made made saved intent made closed"
	if got := kindsOf(run); got != want || w.clock != 3 || len(run.Made) != 4 {
		t.Errorf("%d writes: %q", w.clock, got)
	}
	res, err := b.undo(ctx)
	if err != nil || len(res.Undone) != 4 || w.clock != 6 {
		t.Errorf("%+v, %v, %d writes", res, err, w.clock)
	}
	b.wantWorld()
}

// A refusal of the write is about all of its lines, and names them; nothing of it is there.
func TestBatchRefused(t *testing.T) {
	w, b := batchBench(t)
	w.fail = func(_, name string) (error, bool) {
		if !strings.HasPrefix(name, "g.") {
			return nil, false
		}
		return NotMade(errors.New("access denied")), false
	}
	_, err := b.apply(ctx)
	var failed *ChangeError
	if !errors.As(err, &failed) || len(failed.With) != 1 || !strings.Contains(err.Error(), `"add g.a", "add g.b": access denied`) {
		t.Fatalf("%v", err)
	}
	b.wantWorld("a=1")
	w.fail = nil
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	if run := b.latest(); len(run.Made) != 4 || run.State != RunDone {
		t.Errorf("%s, %d made", run.State, len(run.Made))
	}
	w.fail = func(op, name string) (error, bool) {
		if op != "undo" || !strings.HasPrefix(name, "g.") {
			return nil, false
		}
		return errors.New("the answer was lost"), true // and it was done
	}
	if res, err := b.undo(ctx); err != nil || len(res.Undone) != 4 {
		t.Errorf("%+v, %v", res, err)
	}
	b.wantWorld()
}

// The answer is lost: each line is looked at by itself.
func TestBatchInDoubt(t *testing.T) {
	w, b := batchBench(t)
	w.fail = func(_, name string) (error, bool) {
		if name != "g.a" {
			return nil, false
		}
		return errors.New("the answer was lost"), true
	}
	_, err := b.apply(ctx)
	if err == nil || !strings.Contains(err.Error(), `"add g.a", "add g.b": the answer was lost (the changes are there nevertheless`) {
		t.Fatalf("%v", err)
	}
	if run := b.latest(); len(run.Made) != 3 {
		t.Errorf("%d made", len(run.Made))
	}
	w.fail = nil
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	w.things["g.b"] = "somebody's"
	if res, err := b.undo(ctx); err != nil || len(res.Undone) != 4 {
		t.Errorf("%+v, %v", res, err)
	}
	b.wantWorld("g.b=somebody's")
}
