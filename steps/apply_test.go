package steps

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var ctx = context.Background()

func TestApplyMakesWhatWasApproved(t *testing.T) {
	w := newWorld("a.old=1", "a.gone=x", "b.there=1")
	b := newBench(t, w,
		Define(Info{"first", "The first"}, toy{w: w, wish: []string{"a.old=2", "a.gone=-", "a.new=1"}}),
		Define(Info{"second", "The second"}, toy{w: w, wish: []string{"b.new=1", "b.there=1"}}))
	res, err := b.apply(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b.wantWorld("a.old=2", "a.new=1", "b.new=1", "b.there=1")
	run := b.latest()
	if res.State != ResultDone || run.State != RunDone || res.Run != run.ID {
		t.Fatalf("result %q, run %q", res.State, run.State)
	}
	if got, want := kindsOf(run), "opened approved saved intent made intent made intent made saved intent made closed"; got != want {
		t.Fatalf("journal\n %s, want\n %s", got, want)
	}
	// What was there already is not ours.
	if got := len(run.Made); got != 4 {
		t.Fatalf("%d changes are ours, want 4", got)
	}
	// What only the server knew is what undo gets.
	var made toyChange
	if err := json.Unmarshal(run.Made[3].data.data, &made); err != nil || made.Stamp != 4 {
		t.Fatalf("made %+v, %v", made, err)
	}
	var kept map[string]string
	for _, rec := range run.Records {
		if rec.Kind == KindSaved && rec.Step == "first" {
			if err := json.Unmarshal(rec.Data, &kept); err != nil || rec.Target != "a" {
				t.Fatalf("saved %q: %v", rec.Target, err)
			}
		}
	}
	if diff := cmp.Diff(map[string]string{"a.old": "1", "a.gone": "x", "b.there": "1"}, kept); diff != "" {
		t.Fatalf("kept: %s", diff)
	}

	again, err := b.apply(ctx)
	if err != nil || again.State != ResultDone || len(again.Steps[0].Made) != 0 {
		t.Fatalf("second apply: %+v, %v", again, err)
	}
}

func TestResultDocument(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"one", "One"}, toy{w: w, wish: []string{"a=1"}}), Define(Info{"left-out", "Left out"}, toy{w: w, wish: []string{"b=1"}}))
	b.r.Skip = map[string]bool{"left-out": true}
	res, err := b.apply(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b.wantWorld("a=1")
	res.Run = "RUN"
	raw, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"formatVersion":1,"run":"RUN","state":"done","steps":[` +
		`{"id":"one","title":"One","state":"ok","changes":[],"findings":[],"evidence":[],"made":[{"verb":"add","target":"a","line":"add a","after":"1"}]},` +
		`{"id":"left-out","title":"Left out","state":"skipped","changes":[],"findings":[],"evidence":[],"made":[]}]}`
	if string(raw) != want {
		t.Fatalf("got  %s\nwant %s", raw, want)
	}
}

func TestDriftWritesNothingOfTheStep(t *testing.T) {
	w := newWorld()
	p := toy{w: w, wish: []string{"a=1", "b=1"}}
	b := newBench(t, w, Define(Info{"s", "S"}, p))
	plan := must(b.r.Plan(ctx))(t)
	w.things["b"] = "somebody else's"
	res, err := b.applyPlan(ctx, plan)
	var drift *DriftError
	if !errors.As(err, &drift) || drift.Step != "s" || len(drift.Unapproved) != 1 || drift.Unapproved[0].Line != "set b" {
		t.Fatalf("got %v", err)
	}
	b.wantWorld("b=somebody else's")
	if run := b.latest(); run.State != RunEmpty || res.State != ResultPartial {
		t.Fatalf("run %q, result %q", run.State, res.State)
	}
}

func TestApprovedLinesThatAreNotNeededAreFine(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1"}}))
	plan := must(b.r.Plan(ctx))(t)
	w.things["a"] = "1" // somebody else was faster
	if _, err := b.applyPlan(ctx, plan); err != nil {
		t.Fatal(err)
	}
	if run := b.latest(); len(run.Made) != 1 || run.Made[0].Change.Target != "b" {
		t.Fatalf("ours: %+v", run.Made)
	}
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld("a=1")
}

// A tampered plan file approves lines, and nothing else of it is used.
func TestApprovalOfOtherWordsIsDrift(t *testing.T) {
	for name, change := range map[string]func(*Change){
		"line":   func(c *Change) { c.Line = "add nothing much" },
		"target": func(c *Change) { c.Target = "z" },
		"verb":   func(c *Change) { c.Verb = VerbRemove },
		"after":  func(c *Change) { c.After = "2" },
		"before": func(c *Change) { c.Before = "2" },
		"sddl":   func(c *Change) { c.SDDL = "D:" },
	} {
		w := newWorld()
		b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
		plan := must(b.r.Plan(ctx))(t)
		change(&plan.Steps[0].Changes[0])
		a := Approve(plan, "--yes")
		a.Steps[0].Keys = []string{toyChange{Verb: VerbAdd, Name: "a", After: "1"}.Describe().Key("s")} // keys in a file count for nothing
		j := must(b.store.Create(b.opening()))(t)
		_, err := b.r.Apply(ctx, j, a)
		if closing := j.Close(); closing != nil {
			t.Fatal(closing)
		}
		var drift *DriftError
		if !errors.As(err, &drift) {
			t.Errorf("%s: %v", name, err)
		}
		b.wantWorld()
	}
}

func TestBlockedStep(t *testing.T) {
	w := newWorld()
	stop := Finding{Level: LevelError, Code: "no-way", Text: "there is no way"}
	b := newBench(t, w, Define(Info{"good", "Good"}, toy{w: w, wish: []string{"a=1"}}),
		Define(Info{"bad", "Bad"}, toy{w: w, wish: []string{"b=1"}, findings: []Finding{stop}}))
	plan := must(b.r.Plan(ctx))(t)
	if s := plan.Steps[1]; s.State != StateBlocked || len(s.Changes) != 1 || plan.Pending() != 1 {
		t.Fatalf("%+v", s)
	}
	if a := Approve(plan, "typed"); len(a.Steps[1].Changes) != 0 {
		t.Fatal("lines of a blocked step were approved")
	}
	res, err := b.applyPlan(ctx, plan)
	var blocked *BlockedError
	if !errors.As(err, &blocked) || blocked.Step != "bad" || !strings.Contains(err.Error(), "there is no way") {
		t.Fatalf("got %v", err)
	}
	b.wantWorld("a=1")
	if res.State != ResultPartial || b.latest().State != RunPartial || len(res.Steps[0].Made) != 1 {
		t.Fatalf("%+v", res)
	}
}

func TestWhatIsLeftIsNamed(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1"}}))
	w.cut = func(point string) {
		if point == "after write b" {
			delete(w.things, "a") // somebody takes it back while we look at b
		}
	}
	_, err := b.apply(ctx)
	var left *LeftError
	if !errors.As(err, &left) || len(left.Changes) != 1 || !strings.Contains(err.Error(), "add a") {
		t.Fatalf("got %v", err)
	}
	if b.latest().State != RunPartial {
		t.Fatalf("run %q", b.latest().State)
	}
}

func TestApplyStopsAtTheFirstFailure(t *testing.T) {
	w := newWorld()
	refused := errors.New("insufficient access rights")
	w.fail = func(_, name string) (error, bool) {
		if name == "b" {
			return Answered(refused), false
		}
		return nil, false
	}
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1", "c=1"}}))
	res, err := b.apply(ctx)
	var failed *ChangeError
	if !errors.As(err, &failed) || !errors.Is(err, refused) || failed.Change.Target != "b" {
		t.Fatalf("got %v", err)
	}
	b.wantWorld("a=1")
	run := b.latest()
	if got, want := kindsOf(run), "opened approved saved intent made saved intent failed void closed"; got != want {
		t.Fatalf("journal %s", got)
	}
	if run.State != RunPartial || len(run.Made) != 1 || len(res.Steps[0].Changes) != 2 || !strings.Contains(run.Error, refused.Error()) || res.State != ResultPartial {
		t.Fatalf("run %+v", run)
	}

	w.fail = nil
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld("a=1", "b=1", "c=1")
	if again := b.latest(); again.ID != run.ID || again.State != RunDone || len(again.Made) != 3 {
		t.Fatalf("not continued: %s %s", again.ID, again.State)
	}
}

// A connection that is lost after the write: the error says nothing about the
// world, looking does.
func TestWriteThatHappenedInSpiteOfItsError(t *testing.T) {
	w := newWorld()
	lost := errors.New("connection lost")
	w.fail = func(op, _ string) (error, bool) { return lost, true }
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
	if _, err := b.apply(ctx); !errors.Is(err, lost) {
		t.Fatalf("got %v", err)
	}
	run := b.latest()
	if got, want := kindsOf(run), "opened approved saved intent failed made closed"; got != want {
		t.Fatalf("journal %s", got)
	}
	if len(run.Made) != 1 {
		t.Fatal("what was written is not ours")
	}
	if _, err := b.undo(ctx); err != nil { // fails the same way, and is there nevertheless
		t.Fatal(err)
	}
	b.wantWorld()
}

func TestErrorsWhileInspectingWriteNothing(t *testing.T) {
	w := newWorld()
	down := errors.New("server is down")
	fails := false
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}, inspect: func() error {
		if fails {
			return down
		}
		return nil
	}}))
	plan := must(b.r.Plan(ctx))(t)
	fails = true
	if _, err := b.r.Plan(ctx); !errors.Is(err, down) || !strings.Contains(err.Error(), "inspect s") {
		t.Fatalf("plan: %v", err)
	}
	if _, err := b.applyPlan(ctx, plan); !errors.Is(err, down) {
		t.Fatalf("apply: %v", err)
	}
	b.wantWorld()
}

func TestOtherPlace(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
	b.r.Target.Tenant = "fabrikam"
	plan := must(b.r.Plan(ctx))(t)
	j := must(b.store.Create(b.opening()))(t)
	defer j.Close()

	plan.Target.Domain = "other.example"
	var place *TargetError
	if _, err := b.r.Apply(ctx, j, Approve(plan, "--yes")); !errors.As(err, &place) || !strings.Contains(err.Error(), "other.example") {
		t.Fatalf("plan of another domain: %v", err)
	}
	plan.Target = b.r.Target
	plan.Target.DC, plan.Target.Domain = "dc2.corp.example", "CORP.example"
	if _, err := b.r.Apply(ctx, j, Approve(plan, "--yes")); err != nil {
		t.Fatalf("another DC of the same domain: %v", err)
	}
	b.r.Target.Tenant = "contoso"
	if _, err := b.r.Apply(ctx, j, Approve(must(b.r.Plan(ctx))(t), "--yes")); !errors.As(err, &place) {
		t.Fatalf("run of another tenant: %v", err)
	}
	if _, err := b.r.Undo(ctx, j); !errors.As(err, &place) {
		t.Fatalf("undo in another tenant: %v", err)
	}
	if _, err := b.store.Reopen(b.latest(), b.opening()); !errors.As(err, &place) {
		t.Fatalf("reopened for another tenant: %v", err)
	}
	b.wantWorld("a=1")
}

func TestKeptOncePerObjectAndRun(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a.1=1", "b.1=1", "a.2=1", "a.3=1"}}))
	w.fail = func(_, name string) (error, bool) {
		if name == "a.3" {
			return Answered(errors.New("not now")), false
		}
		return nil, false
	}
	if _, err := b.apply(ctx); err == nil {
		t.Fatal("want an error")
	}
	w.fail = nil
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	want := "opened approved saved intent made saved intent made intent made intent failed void closed " +
		"reopened approved intent made closed"
	if got := kindsOf(b.latest()); got != want {
		t.Fatalf("journal\n %s, want\n %s", got, want)
	}
}

// What was kept before a write that did not happen is kept again: the object may
// have changed before our first write.
func TestKeptAgainWhenNothingWasWritten(t *testing.T) {
	w := newWorld("x.z=1", "y=1")
	stop := true
	w.fail = func(_, name string) (error, bool) {
		if stop && name == "x.a" {
			return Answered(errors.New("not now")), false
		}
		return nil, false
	}
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"y=2", "x.a=1"}}))
	if _, err := b.apply(ctx); err == nil {
		t.Fatal("want an error")
	}
	stop = false
	w.things["x.z"] = "2"
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, rec := range b.latest().Records {
		if rec.Kind == KindSaved && rec.Target == "x" {
			kept = append(kept, string(rec.Data))
		}
	}
	want := []string{`{"x.z":"1","y":"2"}`, `{"x.z":"2","y":"2"}`}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Fatal(diff)
	}
}
