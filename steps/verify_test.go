package steps

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestVerify(t *testing.T) {
	seen := Evidence{State: EvidenceVerified, What: "a reset as the connector works", Source: "dc1", At: time.Unix(0, 0).UTC()}
	broken := Finding{Level: LevelError, Code: "does-not-work", Text: "the DC refuses"}
	for name, c := range map[string]struct {
		have  string
		probe probing
		ok    bool
		state State
		tried bool
	}{
		"as it should be": {"a=1", probing{evidence: []Evidence{seen}}, true, StateOK, true},
		"does not work":   {"a=1", probing{evidence: []Evidence{seen}, more: []Finding{broken}}, false, StateBlocked, true},
		"needs changes":   {"a=0", probing{evidence: []Evidence{seen}, err: errors.New("was tried")}, false, StateChange, false},
	} {
		w := newWorld(c.have)
		c.probe.toy = toy{w: w, wish: []string{"a=1"}}
		b := newBench(t, w, Define(Info{"s", "S"}, c.probe))
		v, err := b.r.Verify(ctx)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if v.OK != c.ok || v.Steps[0].State != c.state || c.tried != (len(v.Steps[0].Evidence) == 1) {
			t.Errorf("%s: %+v", name, v)
		}
		if w.clock != 0 {
			t.Errorf("%s: verify wrote", name)
		}
	}
	w := newWorld("a=1")
	b := newBench(t, w, Define(Info{"s", "S"}, probing{toy: toy{w: w}, err: errors.New("no connection")}))
	if v, err := b.r.Verify(ctx); err == nil || v.OK || !strings.Contains(err.Error(), "probe s") {
		t.Errorf("%+v, %v", v, err)
	}
	b = newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
	b.r.Skip = map[string]bool{"s": true}
	if v := must(b.r.Verify(ctx))(t); v.OK || v.Inspected() {
		t.Errorf("nothing was looked at: %+v", v)
	}
	b = newBench(t, w, Define(Info{"s", "S"}, probing{toy: toy{w: w}, evidence: []Evidence{{State: "sworn"}}}))
	if _, err := b.r.Verify(ctx); err == nil {
		t.Error("evidence of no known state")
	}
}

// What a renderer is told of an apply and an undo, in order.
func TestEvents(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1"}}))
	name := func(es []Event) (out []string) {
		for _, e := range es {
			switch e := e.(type) {
			case StepInspecting:
				out = append(out, "inspecting "+e.Info.ID)
			case StepPlanned:
				out = append(out, "planned "+string(e.Plan.State))
			case RunOpened:
				out = append(out, "run")
			case ChangeResolved:
				out = append(out, "resolved "+e.Change.Target)
			case StepStarted:
				out = append(out, "step "+e.Info.ID)
			case ChangeStarted:
				out = append(out, "start "+e.Change.Target)
			case ChangeMade:
				out = append(out, "made "+e.Change.Target)
			case ChangeUndone:
				out = append(out, "undone "+e.Change.Target)
			case ChangeFailed:
				out = append(out, "failed "+e.Change.Target)
			case StepFinished:
				out = append(out, "finished "+string(e.Result.State))
			case RunFinished:
				out = append(out, "end "+e.State)
			}
		}
		return out
	}
	w.fail = func(_, n string) (error, bool) {
		if n == "b" {
			return NotMade(errors.New("no")), false
		}
		return nil, false
	}
	if _, err := b.apply(ctx); err == nil {
		t.Fatal("want an error")
	}
	want := []string{"inspecting s", "planned change", "run", "inspecting s", "step s", "start a", "made a", "start b", "failed b",
		"finished change", "end partial"}
	if diff := cmp.Diff(want, name(b.seen)); diff != "" {
		t.Error(diff)
	}
	w.fail, b.seen = nil, nil
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"run", "start a", "undone a", "end undone"}, name(b.seen)); diff != "" {
		t.Error(diff)
	}
}

// remembering keeps what it saw, until it is told to forget it.
type remembering struct {
	toy
	seen map[string]string
}

func (p *remembering) Inspect(ctx context.Context) (have map[string]string, err error) {
	if p.seen == nil {
		p.seen, err = p.toy.Inspect(ctx)
	}
	return p.seen, err
}

func (p *remembering) Forget() { p.seen = nil }

// Who asks again has a reason to: each plan and each verification looks afresh.
func TestAskedAgainInspectsAgain(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, &remembering{toy: toy{w: w, wish: []string{"a=1"}}}))
	if p := must(b.r.Plan(ctx))(t); p.Pending() != 1 {
		t.Fatalf("planned %+v", p)
	}
	if v := must(b.r.Verify(ctx))(t); v.OK {
		t.Fatalf("verified %+v", v)
	}
	w.things["a"] = "1"
	if v := must(b.r.Verify(ctx))(t); !v.OK {
		t.Errorf("verify tells what was seen before: %+v", v)
	}
	delete(w.things, "a")
	if p := must(b.r.Plan(ctx))(t); p.Pending() != 1 {
		t.Errorf("plan tells what was seen before: %+v", p)
	}
}
