package steps

import (
	"errors"
	"strings"
	"testing"
)

// A write that was refused while somebody else made the very same change: what
// is there then is theirs, and undo leaves it alone.
func TestRefusedIsNotOurs(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1"}}))
	refused := errors.New("refused")
	w.fail = func(op, name string) (error, bool) {
		if op == "apply" && name == "b" {
			w.things["b"] = "1" // somebody else
			return NotMade(refused), false
		}
		return nil, false
	}
	res, err := b.apply(ctx)
	var failed *ChangeError
	if !errors.As(err, &failed) || !errors.Is(err, refused) || strings.Contains(err.Error(), "nevertheless") {
		t.Fatalf("apply: %v", err)
	}
	if res.State != ResultPartial || len(res.Steps[0].Made) != 1 {
		t.Fatalf("apply: %+v", res)
	}
	if kinds := kindsOf(b.latest()); kinds != "opened approved saved intent made saved intent void closed" {
		t.Errorf("journal: %s", kinds)
	}
	if rec := b.latest().Records[7]; rec.Error != "refused" || rec.ByInspection {
		t.Errorf("void: %+v", rec)
	}
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld("b=1")
}

// The same for an undo that was refused: the change stays ours, even when
// somebody else took it away meanwhile, and the next undo resolves it.
func TestRefusedUndoIsStillOurs(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	w.fail = func(string, string) (error, bool) { return NotMade(errors.New("refused")), false }
	res, err := b.undo(ctx)
	if err == nil || res.State != ResultPartial || len(res.Left) != 1 {
		t.Fatalf("undo: %+v, %v", res, err)
	}
	if kinds := kindsOf(b.latest()); !strings.HasSuffix(kinds, "undoing void closed") {
		t.Errorf("journal: %s", kinds)
	}
	w.fail = nil
	if res, err = b.undo(ctx); err != nil || res.State != ResultUndone {
		t.Fatalf("undo again: %+v, %v", res, err)
	}
	b.wantWorld()
}

// noticing is a toy whose writes turn something up.
type noticing struct {
	toy
	seen *[]Finding
}

func (p noticing) Notices() []Finding {
	out := *p.seen
	*p.seen = nil
	return out
}

// What was noticed is in the result, cleaned, when a write went well, when it
// did not, and in an undo; and it is told once.
func TestNotices(t *testing.T) {
	for _, fails := range []bool{false, true} {
		w := newWorld()
		var seen []Finding
		b := newBench(t, w, Define(Info{"s", "S"}, noticing{toy{w: w, wish: []string{"a=1"}}, &seen}))
		w.fail = func(string, string) (error, bool) {
			seen = append(seen, Finding{Level: LevelWarning, Code: "somebody", Text: "wrote \x1b[31mtoo"})
			if fails {
				return errors.New("no answer"), true
			}
			return nil, false
		}
		res, err := b.apply(ctx)
		if (err != nil) != fails {
			t.Fatal(err)
		}
		wantNotice(t, res.Steps[0].Findings)
		undone, err := b.undo(ctx)
		if err != nil {
			t.Fatal(err)
		}
		wantNotice(t, undone.Findings)
		if again, err := b.r.Plan(ctx); err != nil || len(again.Steps[0].Findings) != 0 {
			t.Errorf("told again: %+v, %v", again, err)
		}
	}
}

func wantNotice(t *testing.T, fs []Finding) {
	t.Helper()
	if len(fs) != 1 || fs[0].Code != "somebody" || fs[0].Text != `wrote \u001b[31mtoo` {
		t.Errorf("findings: %+v", fs)
	}
}
