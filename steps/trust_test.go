package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// rechain writes a run's journal anew after change, as somebody does who knows
// the format: every sum and hash fits.
func (b *bench) rechain(id string, change func(rs []Record) []Record) {
	b.t.Helper()
	f, raw, err := b.store.content(id, os.O_RDONLY)
	if err != nil {
		b.t.Fatal(err)
	}
	f.Close()
	c, err := readChain("x", id, raw)
	if err != nil {
		b.t.Fatal(err)
	}
	var out []byte
	prev := ""
	for i, r := range change(c.records) {
		r.Seq, r.Prev = i+1, prev
		line, err := r.encode()
		if err != nil {
			b.t.Fatal(err)
		}
		prev = hash(line)
		out = append(append(out, line...), '\n')
	}
	if err := os.WriteFile(b.store.path(id), out, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func dataOf(c toyChange) json.RawMessage {
	raw, err := marshal(c)
	if err != nil {
		panic(err)
	}
	return raw
}

// The lines of a journal stay as they were approved, and the data behind them are
// those of other changes: nothing of others is undone, and the report says so.
func TestDataBehindTheLines(t *testing.T) {
	foreign := dataOf(toyChange{Verb: VerbAdd, Name: "foreign", After: "1"})
	for name, change := range map[string]func(rs []Record) []Record{
		"of what was made":      func(rs []Record) []Record { rs[4].Data = foreign; return rs },
		"of both":               func(rs []Record) []Record { rs[3].Data, rs[4].Data = foreign, foreign; return rs },
		"of the intent":         func(rs []Record) []Record { rs[3].Data = foreign; return rs },
		"no data":               func(rs []Record) []Record { rs[4].Data = nil; return rs },
		"another line was made": func(rs []Record) []Record { rs[4].Data = foreign; rs[4].Change = foreignChange(); return rs },
		"another line": func(rs []Record) []Record {
			rs[3].Data, rs[4].Data, rs[3].Change, rs[4].Change = foreign, foreign, foreignChange(), foreignChange()
			return rs
		},
		"a value of before": func(rs []Record) []Record {
			rs[4].Data = dataOf(toyChange{Verb: VerbAdd, Name: "a", Before: "evil", After: "1"})
			return rs
		},
	} {
		w := newWorld("foreign=1")
		b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
		if _, err := b.apply(ctx); err != nil {
			t.Fatal(err)
		}
		id := b.latest().ID
		b.rechain(id, change)
		var bad *JournalError
		if _, err := b.store.Read(id); !errors.As(err, &bad) || bad.Line != 4 && bad.Line != 5 {
			t.Errorf("%s: read: %v", name, err)
		}
		if x := must(b.store.Examine(id))(t); x.Breach == nil {
			t.Errorf("%s: the report calls it trusted", name)
		}
		b.store.Steps = nil // whoever opened it did not look: undo does
		j := must(b.store.Reopen(must(b.store.Read(id))(t), b.opening()))(t)
		if res, err := b.r.Undo(ctx, j); !errors.As(err, &bad) || len(res.Undone) != 0 {
			t.Errorf("%s: undo: %+v, %v", name, res, err)
		}
		if _, err := b.r.Apply(ctx, j, Approval{Target: here}); !errors.As(err, &bad) {
			t.Errorf("%s: apply: %v", name, err)
		}
		j.Close()
		b.wantWorld("a=1", "foreign=1")
	}
}

func foreignChange() *Change {
	c := toyChange{Verb: VerbAdd, Name: "foreign", After: "1"}.Describe()
	return &c
}

// What stands in a journal as the same in other words is not believed either.
func TestEquivalentsOfAJournalAreComputed(t *testing.T) {
	_, b := witnessed(t, "a=1")
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	id := b.latest().ID
	b.rechain(id, func(rs []Record) []Record {
		for i := range rs {
			if rs[i].Change != nil {
				rs[i].Change.Equivalent = "rm -rf /"
			}
			if rs[i].Approval != nil {
				rs[i].Approval.Steps[0].Changes[0].Equivalent = "rm -rf /"
			}
		}
		return rs
	})
	free := func(breach bool) {
		t.Helper()
		x := must(b.store.Examine(id))(t)
		raw := must(json.Marshal(x.Run.Records))(t)
		if (x.Breach != nil) != breach || strings.Contains(string(raw), "rm -rf") {
			t.Errorf("%v, %s", x.Breach, raw)
		}
	}
	free(false)
	if more := must(json.Marshal(must(b.store.Read(id))(t)))(t); strings.Contains(string(more), "rm -rf") {
		t.Errorf("%s", more)
	}
	b.rechain(id, func(rs []Record) []Record { // and where what it means is not to be believed
		for i := range rs {
			if rs[i].Kind == KindMade {
				rs[i].Change.Line = "another line"
			}
		}
		return rs
	})
	free(true)
}

// A journal that announces a removal and says no more: whether it took place is
// looked at by undo, so that it is as much to be shown, and to be proved, as one
// that was made.
func TestRemovalsInDoubtWantConsent(t *testing.T) {
	_, b := witnessed(t, "theirs=-")
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	run := b.latest()
	intent := slices.IndexFunc(run.Records, func(r Record) bool { return r.Kind == KindIntent })
	before := run.digests[intent-1]
	b.rechain(run.ID, func(rs []Record) []Record { return rs[:intent+1] })
	cut := b.latest()
	if all := cut.Removed(); cut.State != RunInDoubt || len(all) != 1 || all[0].Change.Verb != VerbRemove || len(cut.Doubtful()) != 1 {
		t.Errorf("%s: %+v", cut.State, all)
	}
	if cut.CheckDigest(before) == nil {
		t.Error("the digest of before the announcement passes")
	}
}

// What was shown is what is undone: a journal that announces more since is refused,
// and one that only says that it was looked at is not.
func TestReopenedAsItWasSeen(t *testing.T) {
	_, b := witnessed(t, "a=1")
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	seen := b.latest()
	j := must(b.store.Reopen(seen, b.opening()))(t)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = must(b.store.Reopen(seen, b.opening()))(t) // one line more, which announces nothing
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	b.rechain(seen.ID, func(rs []Record) []Record {
		for i := range rs {
			if rs[i].Change != nil {
				rs[i].Change.Target = "elsewhere"
			}
		}
		return rs
	})
	var broken *JournalError
	if j, err := b.store.Reopen(seen, b.opening()); !errors.As(err, &broken) {
		t.Errorf("%v, %v", j, err)
	}
}

// witness is a toy that looks into what it kept before it undoes.
type witness struct{ toy }

func (p witness) Ours(c toyChange, kept json.RawMessage) error {
	var was map[string]string
	if err := json.Unmarshal(kept, &was); err != nil {
		return err
	}
	if _, there := was[c.Name]; there == (c.Verb == VerbAdd) {
		return fmt.Errorf("%s: kept otherwise", c.Name)
	}
	return nil
}

func witnessed(t *testing.T, wish ...string) (*world, *bench) {
	w := newWorld("theirs=1")
	return w, newBench(t, w, Define(Info{"s", "S"}, witness{toy{w: w, wish: wish}}))
}

// A whole run was invented, its lines as true as its data: what the kept object had
// already is not ours, nor is what it did not have ours to bring back; and without
// a kept object nothing shows whose it is.
func TestKeptObjectIsAskedBeforeAnUndo(t *testing.T) {
	for name, c := range map[string]struct {
		wish string
		kept string
		drop bool
	}{
		"it was there before":        {wish: "a=1", kept: `{"a":"1"}`},
		"nothing was kept":           {wish: "a=1", drop: true},
		"it was never there":         {wish: "theirs=-", kept: `{}`},
		"a removal, nothing kept":    {wish: "theirs=-", drop: true},
		"what was kept is no object": {wish: "a=1", kept: `7`},
	} {
		w, b := witnessed(t, c.wish)
		if _, err := b.apply(ctx); err != nil {
			t.Fatal(err)
		}
		b.rechain(b.latest().ID, func(rs []Record) (out []Record) {
			for _, r := range rs {
				if r.Kind == KindSaved && c.drop {
					continue
				}
				if r.Kind == KindSaved {
					r.Data = json.RawMessage(c.kept)
				}
				if c.drop && r.Of > 0 {
					r.Of--
				}
				out = append(out, r)
			}
			return out
		})
		before := show(w)
		if res, err := b.undo(ctx); err == nil || len(res.Undone) != 0 || show(w) != before {
			t.Errorf("%s: %+v, %v, world %s", name, res, err, show(w))
		}
	}
}

// What we added, somebody else took away, and a later attempt added again, was not
// in what was kept the second time: it is kept anew where it has to be.
func TestKeptAnewWhereItWouldSpeakAgainstUs(t *testing.T) {
	w := newWorld("a=1")
	p := witness{toy{w: w, wish: []string{"b=1", "a=1", "c=1"}}}
	b := newBench(t, w, Define(Info{"s", "S"}, oneObject{p}))
	w.fail = func(_, n string) (error, bool) { return NotMade(errors.New("no")), false }
	failing := w.fail
	w.fail = func(op, n string) (error, bool) {
		if n == "c" {
			return failing(op, n)
		}
		return nil, false
	}
	if _, err := b.apply(ctx); err == nil {
		t.Fatal("want an error")
	}
	delete(w.things, "a") // by somebody else
	w.fail = nil
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld()
}

// oneObject keeps everything under one name.
type oneObject struct{ witness }

func (p oneObject) BackUp(context.Context, toyChange) (string, any, error) {
	have, err := p.w.read()
	return "all", have, err
}

// What was removed is brought back where a person saw each line, or gave the
// digest, and never else.
func TestRemovalsComeBackOnlyWithConsent(t *testing.T) {
	w, b := witnessed(t, "theirs=-", "a=1")
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	run := b.latest()
	if len(run.Removed()) != 1 || run.CheckDigest(run.Digest) != nil || run.CheckDigest("sha256:"+strings.ToUpper(run.Digest)) != nil {
		t.Fatalf("%+v", run)
	}
	for _, wrong := range []string{"", "sha256:", strings.Repeat("0", 64), run.digests[0], run.Approval.Digest} {
		if run.CheckDigest(wrong) == nil {
			t.Errorf("%q passes", wrong)
		}
	}
	b.r.BringBack = false
	if res, err := b.undo(ctx); err == nil || len(res.Undone) != 1 || show(w) != "" {
		t.Fatalf("%+v, %v, %s", res, err, show(w))
	}
	// The journal has grown; its earlier digest still speaks of the same changes.
	if again := b.latest(); again.CheckDigest(run.Digest) != nil || again.Digest == run.Digest {
		t.Error("the digest of before the undo does not hold any more")
	}
	b.r.BringBack = true
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld("theirs=1")
}
