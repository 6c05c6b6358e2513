package steps

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

var toldAt = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// answer is one of SYNC01, some minutes after noon.
func answer(outcome string, minutes int) Told {
	return Told{Step: "writeback", Host: "SYNC01", At: toldAt.Add(time.Duration(minutes) * time.Minute), Object: "contoso - AAD", After: "enabled", Outcome: outcome}
}

func toldStore(t *testing.T) *Store {
	t.Helper()
	store, err := OpenStore(t.TempDir() + "/runs")
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func tell(t *testing.T, s *Store, target Target, all ...Told) {
	t.Helper()
	for _, one := range all {
		if _, err := s.Tell(Opening{Verb: "verify", Target: target, Who: Self("")}, one); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTell(t *testing.T) {
	store := toldStore(t)
	a := answer(ToldFailed, 0)
	a.At = a.At.In(time.FixedZone("there", 3600))
	a.Says, a.Text = "invalid state.\x1b[2J\nTry removing it. "+strings.Repeat("x", 5000), "it failed\u202e"
	run, err := store.Tell(Opening{Verb: "verify", Target: here, Who: Self("")}, a)
	if err != nil {
		t.Fatal(err)
	}
	if run.State != RunTold || run.Undoable() || run.Unfinished() || !run.Idle() || len(run.Told) != 1 {
		t.Errorf("the run is %+v", run)
	}
	got, err := store.History().LastTold(here, "writeback")
	if err != nil || got == nil || got.Outcome != ToldFailed || !got.At.Equal(a.At) || got.At.Location() != time.UTC {
		t.Fatalf("%+v, %v", got, err)
	}
	if len([]rune(got.Says)) > mostTold || strings.ContainsAny(got.Says+got.Text, "\x1b\n\u202e") || !strings.HasPrefix(got.Says, "invalid state.") {
		t.Errorf("its words are neither short nor harmless: %q, %q", got.Says, got.Text)
	}
	if again, err := store.Tell(Opening{Verb: "plan", Target: here, Who: Self("")}, a); err != nil || again.ID != "" {
		t.Errorf("the same answer is remembered twice: %+v, %v", again, err)
	}
	if _, err := store.History().Interrupted(here, nil); !errors.Is(err, ErrNoRun) {
		t.Errorf("an answer is taken for an interrupted run: %v", err)
	}
	if all, err := store.History().Answers(here); err != nil || len(all) != 1 || all[0].Run != run.ID {
		t.Errorf("%+v, %v", all, err)
	}
	for _, bad := range []Told{{}, {Step: "writeback", Host: "SYNC01"}, {Step: "writeback", Outcome: ToldMade}, {Host: "SYNC01", Outcome: ToldMade}} {
		if _, err := store.Tell(Opening{Target: here}, bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

// The latest answer decides, by the clock of who gave it.
func TestLastTold(t *testing.T) {
	ignored := func(outcome string, minutes int) Told {
		a := answer(outcome, minutes)
		a.Ignored = "it is of another forest"
		return a
	}
	other := answer(ToldFailed, 9)
	other.Step = "sspr"
	for name, c := range map[string]struct {
		told []Told
		want string // its outcome and minute; "": none
	}{
		"none":                                 {nil, ""},
		"one":                                  {[]Told{answer(ToldFailed, 1)}, "failed 1"},
		"a second":                             {[]Told{answer(ToldFailed, 1), answer(ToldMade, 2)}, "made 2"},
		"an older one, brought later":          {[]Told{answer(ToldFailed, 5), answer(ToldInspected, 2)}, "failed 5"},
		"a look after it":                      {[]Told{answer(ToldFailed, 1), answer(ToldInspected, 2)}, "looked 2"},
		"the same minute, told otherwise":      {[]Told{answer(ToldRefused, 1), answer(ToldFailed, 1)}, "failed 1"},
		"one that does not count":              {[]Told{answer(ToldMade, 1), ignored(ToldFailed, 2)}, "made 1"},
		"a refusal by a server of another one": {[]Told{ignored(ToldRefused, 2)}, "refused 2"},
		"a refusal after it was made":          {[]Told{answer(ToldMade, 1), answer(ToldRefused, 2)}, "made 1"},
		"a refusal after it failed":            {[]Told{answer(ToldFailed, 1), answer(ToldRefused, 2)}, "failed 1"},
		"two refusals":                         {[]Told{answer(ToldRefused, 1), answer(ToldRefused, 2)}, "refused 2"},
		"of another step":                      {[]Told{answer(ToldFailed, 1), other}, "failed 1"},
	} {
		store := toldStore(t)
		tell(t, store, here, c.told...)
		tell(t, store, Target{Forest: "other.example", Domain: "other.example"}, answer(ToldAlready, 30))
		got, err := store.History().LastTold(here, "writeback")
		if err != nil {
			t.Fatal(err)
		}
		is := ""
		if got != nil {
			is = strings.TrimSpace(got.Outcome + " " + got.At.Format("4"))
		}
		if is != c.want {
			t.Errorf("%s: %q decides, want %q", name, is, c.want)
		}
	}
}

// What this program tried itself counts as much, and what it made ends it.
func TestLastToldOfOurOwnTries(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"delegate", ""}, toy{w: w, wish: []string{"a=1"}}))
	past := Told{Step: "delegate", Host: "SYNC01", At: time.Now().Add(-time.Hour), Outcome: ToldFailed}
	tell(t, b.store, b.r.Target, past)
	w.fail = func(string, string) (error, bool) { return Answered(errors.New("invalid state")), false }
	if _, err := b.apply(ctx); err == nil {
		t.Fatal("it did not fail")
	}
	if got, err := b.store.History().LastTold(b.r.Target, "delegate"); err != nil || got == nil || got.Outcome != ToldFailed || !strings.Contains(got.Text, "invalid state") {
		t.Errorf("after a write that failed: %+v, %v", got, err)
	}
	w.fail = nil
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	if got, err := b.store.History().LastTold(b.r.Target, "delegate"); err != nil || got != nil {
		t.Errorf("after it was made: %+v, %v", got, err)
	}
	past.At = time.Now().Add(4 * time.Minute) // by a clock that is fast
	tell(t, b.store, b.r.Target, past)
	if got, err := b.store.History().LastTold(b.r.Target, "delegate"); err != nil || got == nil {
		t.Errorf("an answer after that: %+v, %v", got, err)
	}
	b.later(time.Second) // journals tell milliseconds apart
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	if got, err := b.store.History().LastTold(b.r.Target, "delegate"); err != nil || got != nil {
		t.Errorf("after an undo: %+v, %v", got, err)
	}
}

// A process that dies while it remembers an answer leaves a journal that tells nothing,
// and the answer can be brought again.
func TestTellIsCut(t *testing.T) {
	whole := toldStore(t)
	tell(t, whole, here, answer(ToldFailed, 1))
	ids, err := whole.History().IDs()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(whole.path(ids[0]))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(raw), "\n")
	for name, c := range map[string]struct {
		left string
		told bool
	}{
		"before anything":          {"", false},
		"in the first line":        {lines[0][:len(lines[0])/2], false},
		"after the first line":     {lines[0], false},
		"in the line of it":        {lines[0] + lines[1][:len(lines[1])/2], false},
		"before its line feed":     {lines[0] + strings.TrimSuffix(lines[1], "\n"), false},
		"after it, before the end": {lines[0] + lines[1], true},
	} {
		store := toldStore(t)
		if err := os.WriteFile(store.path(ids[0]), []byte(c.left), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := store.History().LastTold(here, "writeback")
		if err != nil || (got != nil) != c.told {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if _, err := store.History().Interrupted(here, nil); !errors.Is(err, ErrNoRun) {
			t.Errorf("%s: it stands in the way: %v", name, err)
		}
		tell(t, store, here, answer(ToldFailed, 1))
		if all, err := store.History().Answers(here); err != nil || len(all) != 1 {
			t.Errorf("%s: brought again it is there %d times, %v", name, len(all), err)
		}
	}
}
