package steps

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRunIDs(t *testing.T) {
	for _, bad := range []string{"", "latest", "../20261122T111844Z-3f2a", "20261122T111844Z-3F2A", "20261122T111844Z-3f2a.jsonl",
		"20261322T111844Z-3f2a", "20261122T111844Z-3f2a\n", "20261122T111844Z-3f2a/..", `..\x`} {
		if CheckRunID(bad) == nil {
			t.Errorf("%q passed", bad)
		}
	}
	if err := CheckRunID("20261122T111844Z-3f2a"); err != nil {
		t.Error(err)
	}
}

// IDs sort in the order in which they were made, within a second and when the
// clock is set back.
func TestRunIDsSort(t *testing.T) {
	now := time.Date(2026, 11, 22, 11, 18, 44, 0, time.UTC)
	last := ""
	for i := range 3000 {
		if i == 1000 {
			now = now.Add(-time.Hour)
		}
		if i == 2000 {
			now = now.Add(2 * time.Hour)
		}
		id, err := newRunID(now, last)
		if err != nil || CheckRunID(id) != nil || id <= last {
			t.Fatalf("%d: %q after %q: %v", i, id, last, err)
		}
		last = id
	}
	if got, err := newRunID(now, "20261122T131844Z-ffff"); err != nil || !strings.HasPrefix(got, "20261122T131845Z-") {
		t.Fatalf("%q, %v", got, err)
	}
}

func TestStoreListsRuns(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
	if _, err := b.store.History().Latest(nil); !errors.Is(err, ErrNoRun) {
		t.Fatalf("latest of none: %v", err)
	}
	var ids []string
	for range 3 {
		j := must(b.store.Create(b.opening()))(t)
		ids = append(ids, j.ID())
		if _, err := b.r.Apply(ctx, j, Approve(must(b.r.Plan(ctx))(t), "typed")); err != nil {
			t.Fatal(err)
		}
		if _, err := b.store.History().Latest(nil); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(b.dir, "README"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	runs := must(b.store.History().Runs())(t)
	var got []string
	for _, r := range runs {
		got = append(got, r.ID)
	}
	slices.Reverse(ids)
	if !slices.Equal(got, ids) {
		t.Fatalf("%v, want %v", got, ids)
	}
	if r := runs[2]; r.Who.User != "tester" || r.Program != "test" || r.Approval == nil || r.Approval.How != "typed" ||
		!slices.Equal(r.Steps, []string{"s"}) || r.Target != here || r.Started.IsZero() || r.Ended.Before(r.Started) {
		t.Fatalf("%+v", r)
	}

	// One that cannot be trusted is named, the others are shown; but it is not
	// passed over in the search for the latest.
	if err := os.WriteFile(b.store.path(ids[0]), []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	runs, err := b.store.History().Runs()
	var bad *JournalError
	if len(runs) != 2 || !errors.As(err, &bad) || !strings.Contains(bad.Path, ids[0]) {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	if _, err := b.store.History().Latest(nil); !errors.As(err, &bad) {
		t.Fatalf("latest: %v", err)
	}
	if _, err := b.store.Read("20200101T000000Z-0000"); !errors.Is(err, ErrNoRun) {
		t.Fatalf("a run that is not there: %v", err)
	}
	if _, err := b.store.Read("../../etc/passwd"); err == nil || errors.Is(err, ErrNoRun) {
		t.Fatalf("a name that leads elsewhere: %v", err)
	}
}

func TestInterruptedIsOfTheSamePlace(t *testing.T) {
	w := newWorld()
	w.fail = func(_, name string) (error, bool) {
		if name == "b" {
			return errors.New("no"), false
		}
		return nil, false
	}
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1"}}))
	if _, err := b.apply(ctx); err == nil {
		t.Fatal("want an error")
	}
	r, err := b.store.History().Interrupted(Target{Forest: "CORP.example", Domain: "corp.example", DC: "another"}, nil)
	if err != nil || r.ID != b.latest().ID {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := b.store.History().Interrupted(Target{Domain: "other.example"}, nil); !errors.Is(err, ErrNoRun) {
		t.Fatalf("got %v", err)
	}
}

// What the mode does not show, whoever opens the store looks at.
func TestJournalsAreGuarded(t *testing.T) {
	b, path, _ := oneRun(t)
	id, why := b.latest().ID, errors.New("Everyone may write it")
	var asked string
	b.store.Guard = func(f *os.File) error { asked = f.Name(); return why }
	_, rerr := b.store.Read(id)
	_, oerr := b.store.Reopen(Run{ID: id}, b.opening())
	for _, err := range []error{rerr, oerr} {
		var bad *JournalError
		if !errors.As(err, &bad) || !errors.Is(err, why) || bad.Path != path || asked != path {
			t.Errorf("asked about %q: %v", asked, err)
		}
	}
	b.store.Guard = func(*os.File) error { return nil }
	if _, err := b.store.Read(id); err != nil {
		t.Error(err)
	}
}

// A journal that was copied under another run's name is not that run.
func TestJournalUnderAnotherName(t *testing.T) {
	b, _, raw := oneRun(t)
	other := "20300101T000000Z-0001"
	if err := os.WriteFile(b.store.path(other), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.Read(other); err == nil || !strings.Contains(err.Error(), "does not belong to run") {
		t.Fatalf("got %v", err)
	}
}
