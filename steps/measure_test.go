package steps

import (
	"context"
	"errors"
	"testing"
)

// What is measured is carried by plan and verify; an error of it is theirs.
func TestMeasure(t *testing.T) {
	asked := 0
	w := newWorld("a=1")
	r := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}})).r
	r.Measure = func(_ context.Context, all []StepPlan) (*Coverage, error) {
		asked += len(all)
		return &Coverage{Users: 3}, nil
	}
	p, err := r.Plan(context.Background())
	if c, ok := p.Coverage.Coverage(); err != nil || !ok || c.Users != 3 || asked != len(p.Steps) {
		t.Fatalf("%+v, asked for %d of %d steps, %v", p.Coverage, asked, len(p.Steps), err)
	}
	v, err := r.Verify(context.Background())
	if c, ok := v.Coverage.Coverage(); err != nil || !ok || c.Users != 3 {
		t.Fatalf("%+v, %v", v.Coverage, err)
	}
	broken := errors.New("the scan broke off")
	r.Measure = func(context.Context, []StepPlan) (*Coverage, error) { return nil, broken }
	if _, err := r.Plan(context.Background()); !errors.Is(err, broken) {
		t.Errorf("plan: %v", err)
	}
	if v, err := r.Verify(context.Background()); !errors.Is(err, broken) || v.OK {
		t.Errorf("verify: %v, ok %v", err, v.OK)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.Measure = func(context.Context, []StepPlan) (*Coverage, error) { cancel(); return nil, broken }
	var left *CancelledError
	if _, err := r.Plan(ctx); !errors.As(err, &left) {
		t.Errorf("cancelled: %v", err)
	}
}
