package steps

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
)

// What is measured is carried by plan and verify; an error of it is theirs.
func TestMeasure(t *testing.T) {
	asked := 0
	w := newWorld("a=1")
	r := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}})).r
	r.Measure = func(_ context.Context, all []StepPlan) (json.RawMessage, error) {
		asked += len(all)
		return json.RawMessage(`{"users":3}`), nil
	}
	p, err := r.Plan(context.Background())
	if err != nil || string(p.Coverage) != `{"users":3}` || asked != len(p.Steps) {
		t.Fatalf("%s, asked for %d of %d steps, %v", p.Coverage, asked, len(p.Steps), err)
	}
	v, err := r.Verify(context.Background())
	if err != nil || string(v.Coverage) != `{"users":3}` {
		t.Fatalf("%s, %v", v.Coverage, err)
	}
	broken := errors.New("the scan broke off")
	r.Measure = func(context.Context, []StepPlan) (json.RawMessage, error) { return nil, broken }
	if _, err := r.Plan(context.Background()); !errors.Is(err, broken) {
		t.Errorf("plan: %v", err)
	}
	if v, err := r.Verify(context.Background()); !errors.Is(err, broken) || v.OK {
		t.Errorf("verify: %v, ok %v", err, v.OK)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.Measure = func(context.Context, []StepPlan) (json.RawMessage, error) { cancel(); return nil, broken }
	var left *CancelledError
	if _, err := r.Plan(ctx); !errors.As(err, &left) {
		t.Errorf("cancelled: %v", err)
	}
}
