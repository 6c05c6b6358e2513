package steps

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// limit sets the limits of journals for one test.
func limit(t *testing.T, journal, record, endings int64) {
	j, r, e := maxJournalSize, maxRecordSize, roomForEndings
	t.Cleanup(func() { maxJournalSize, maxRecordSize, roomForEndings = j, r, e })
	maxJournalSize, maxRecordSize, roomForEndings = journal, record, endings
}

// bulky keeps an object that is so large.
type bulky struct {
	toy
	size int
}

func (p bulky) BackUp(context.Context, toyChange) (string, any, error) {
	return "big", strings.Repeat("f", p.size), nil
}

// An object that is too large to be kept is not written to: what was written would
// stand in a journal that no reader takes.
func TestWhatNoReaderTakesIsNotWritten(t *testing.T) {
	for name, c := range map[string]struct {
		journal, record int64
		size            int
	}{
		"record":  {1 << 20, 64 << 10, 65 << 10},
		"journal": {128 << 10, 128 << 10, 90 << 10},
	} {
		limit(t, c.journal, c.record, 48<<10)
		w := newWorld()
		b := newBench(t, w, Define(Info{"s", "S"}, bulky{toy{w: w, wish: []string{"a=1"}}, c.size}))
		if _, err := b.apply(ctx); err == nil || !strings.Contains(err.Error(), "saved") {
			t.Fatalf("%s: %v", name, err)
		}
		b.wantWorld()
		if run := b.latest(); len(run.Steps) != 0 || run.Unfinished() {
			t.Errorf("%s: %+v", name, run)
		}
		if _, err := b.store.History().Runs(); err != nil {
			t.Errorf("%s: the journal cannot be read: %v", name, err)
		}
	}
}

// A journal that fills up takes no announcement any more, and everything that was
// announced can still be said to have ended, and be undone.
func TestAFullJournalCanBeUndone(t *testing.T) {
	limit(t, 40<<10, 20<<10, 20<<10)
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, bulky{toy{w: w, wish: []string{"a=1", "b=1"}}, 1}))
	w.fail = func(_, n string) (error, bool) {
		if n == "b" {
			return NotMade(errors.New(strings.Repeat("no ", 500))), false
		}
		return nil, false
	}
	for n := 0; ; n++ {
		_, err := b.apply(ctx)
		if err == nil || n == 50 {
			t.Fatalf("after %d attempts: %v", n, err)
		}
		if strings.Contains(err.Error(), "does not fit") {
			break
		}
	}
	b.wantWorld("a=1")
	if res, err := b.undo(ctx); err != nil || res.State != ResultUndone {
		t.Fatalf("%+v, %v", res, err)
	}
	b.wantWorld()
}

// A record that is longer than a reader takes is damage, and named.
func TestReaderHasTheWritersLimit(t *testing.T) {
	b, path, raw := oneRun(t)
	limit(t, 1<<20, int64(len(raw)), 1<<10)
	if err := os.WriteFile(path, append(raw, append([]byte(strings.Repeat("x", len(raw)+1)), '\n')...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.Read(b.idOf(path)); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Error(err)
	}
	if x := must(b.store.Examine(b.idOf(path)))(t); x.Breach == nil || !strings.Contains(x.Breach.Error(), "larger than") {
		t.Errorf("the examination says %v", x.Breach)
	}
}

func (b *bench) idOf(path string) string {
	return strings.TrimSuffix(path[strings.LastIndexAny(path, `/\`)+1:], journalExt)
}

// Somebody left a journal with the name of a year to come: later runs are named
// after the clock, and are found.
func TestANameOfTheYear9999(t *testing.T) {
	b, path, raw := oneRun(t)
	old := b.latest().ID
	const forged = "99991231T235959Z-ffff"
	if err := os.WriteFile(b.store.path(forged), []byte(strings.ReplaceAll(string(raw), old, forged)), 0o600); err != nil {
		t.Fatal(err)
	}
	b.w.things = map[string]string{}
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	run := b.latest()
	if run.ID == old || run.ID <= old || run.ID >= forged || len(run.Made) != 1 {
		t.Errorf("the latest run is %s", run.ID)
	}
	if _, err := b.undo(ctx); err != nil {
		t.Error(err)
	}
	b.wantWorld()
	_ = path
}

// A clock that was a year ahead named a run; it is undone by its name, and stands
// in nobody's way.
func TestARunOfAClockThatWasAhead(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
	b.later(365 * 24 * time.Hour)
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	first := b.latest().ID
	b.later(-365 * 24 * time.Hour)
	if b.latest().ID != first {
		t.Error("the only run is not found")
	}
	w.things = map[string]string{}
	if _, err := b.apply(ctx); err != nil || b.latest().ID == first {
		t.Errorf("%v, %s", err, b.latest().ID)
	}
	if run := must(b.store.Read(first))(t); len(run.Made) != 1 {
		t.Errorf("%+v", run)
	}
}

// A journal of another place is broken: it stands in nobody's way here. One whose
// first line is broken might be the one.
func TestABrokenJournalOfElsewhere(t *testing.T) {
	b, path, raw := oneRun(t)
	lines := strings.SplitAfter(string(raw), "\n")
	elsewhere := Target{Forest: "other.example", Domain: "other.example"}
	for name, c := range map[string]struct {
		content string
		stops   bool // apply elsewhere
	}{
		"broken behind its first line": {lines[0] + "damage\n" + lines[2], false},
		"broken first line":            {"damage\n" + lines[1], true},
	} {
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		var bad *JournalError
		if _, err := b.store.History().Interrupted(here, nil); !errors.As(err, &bad) {
			t.Errorf("%s: it is passed over in its own place: %v", name, err)
		}
		if _, err := b.store.History().Interrupted(elsewhere, nil); errors.As(err, &bad) != c.stops || !c.stops && !errors.Is(err, ErrNoRun) {
			t.Errorf("%s: elsewhere: %v", name, err)
		}
		words, err := b.store.History().Attested(here)
		if words == nil || !errors.As(err, &bad) {
			t.Errorf("%s: words: %v, %v", name, words, err)
		}
	}
}

// Who only reads makes nothing, and needs nothing to be there.
func TestReadOnlyStoreMakesNothing(t *testing.T) {
	dir := t.TempDir() + "/runs"
	s := must(ReadOnlyStore(dir))(t)
	if runs, err := s.History().Runs(); err != nil || len(runs) != 0 {
		t.Errorf("%v, %v", runs, err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("the directory was made")
	}
}

// A last line that is damaged, and has its line feed, was written whole.
func TestDamagedLastLineIsDamage(t *testing.T) {
	b, path, raw := oneRun(t)
	last := strings.LastIndexByte(string(raw[:len(raw)-1]), '\n') + 1
	for _, tail := range []string{strings.Repeat("\x00", 300) + "\n", "{\n", "\n", string(raw[last:len(raw)-9]) + "\n"} {
		if err := os.WriteFile(path, []byte(string(raw[:last])+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		var bad *JournalError
		if _, err := b.store.Read(b.idOf(path)); !errors.As(err, &bad) || bad.Line == 0 {
			t.Errorf("%q: %v", tail, err)
		}
		if x := must(b.store.Examine(b.idOf(path)))(t); x.Breach == nil || x.Torn {
			t.Errorf("%q: the report calls it torn", tail)
		}
	}
}
