package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPlanStates(t *testing.T) {
	w := newWorld("there=1")
	manual := Finding{Level: LevelWarning, Code: "by-hand", Text: "a person has to", Manual: true}
	b := newBench(t, w,
		Define(Info{"change", ""}, toy{w: w, wish: []string{"a=1"}, findings: []Finding{manual}}),
		Define(Info{"ok", ""}, toy{w: w, wish: []string{"there=1"}, findings: []Finding{{Level: LevelInfo, Code: "i"}, {Level: LevelWarning, Code: "w"}}}),
		Define(Info{"manual", ""}, toy{w: w, findings: []Finding{manual}}),
		Define(Info{"blocked", ""}, toy{w: w, wish: []string{"a=1"}, findings: []Finding{{Level: LevelError, Code: "no"}}}),
		Define(Info{"skipped", ""}, toy{w: w, inspect: func() error { return errors.New("was looked at") }}))
	b.r.Skip = map[string]bool{"skipped": true}
	p := must(b.r.Plan(ctx))(t)
	for _, s := range p.Steps {
		if string(s.State) != s.ID {
			t.Errorf("step %s is %q", s.ID, s.State)
		}
	}
	if w.clock != 0 {
		t.Error("planning wrote")
	}
	if !p.Has(StateManual) || p.Pending() != 1 {
		t.Errorf("%d pending", p.Pending())
	}
	if _, err := b.store.History().Latest(nil); !errors.Is(err, ErrNoRun) {
		t.Errorf("planning left a journal: %v", err)
	}
}

func TestManualStepMakesTheResultManual(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", ""}, toy{w: w, wish: []string{"a=1"}, findings: []Finding{{Level: LevelWarning, Code: "c", Manual: true}}}))
	res, err := b.apply(ctx)
	if err != nil || res.State != ResultManual || b.latest().State != RunManual || b.latest().Unfinished() {
		t.Fatalf("%+v, %v", res, err)
	}
}

func TestPlansThatCannotBeApproved(t *testing.T) {
	w := newWorld()
	for name, c := range map[string]struct {
		step Step
		want string
	}{
		"control character": {Define(Info{"s", ""}, toy{w: w, wish: []string{"a\x1b[2J=1"}}), "U+001B"},
		"direction":         {Define(Info{"s", ""}, toy{w: w, wish: []string{"a\u202e=1"}}), "U+202E"},
		"alike":             {Define(Info{"s", ""}, toy{w: w, wish: []string{"a=1", "a=1"}}), "alike"},
		"lossy":             {Define(Info{"s", ""}, lossy{}), "does not survive"},
		"level":             {Define(Info{"s", ""}, toy{w: w, findings: []Finding{{Level: "bad", Code: "x"}}}), "level"},
		"no id":             {Define(Info{"", ""}, toy{w: w}), "id"},
	} {
		r := &Runner{Steps: []Step{c.step}}
		if _, err := r.Plan(ctx); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	twice := Define(Info{"s", ""}, toy{w: w})
	if _, err := (&Runner{Steps: []Step{twice, twice}}).Plan(ctx); err == nil {
		t.Error("two steps with one id")
	}
	p := must((&Runner{Steps: []Step{Define(Info{"s", ""}, toy{w: w, findings: []Finding{{Level: LevelInfo, Text: "OU=\x1b[2J"}}})}}).Plan(ctx))(t)
	if got := p.Steps[0].Findings[0].Text; got != `OU=\u001b[2J` {
		t.Errorf("finding: %q", got)
	}
}

// lossy is a procedure whose change loses its name in JSON.
type lossy struct{}

type lossyChange struct {
	name string
}

func (c lossyChange) Describe() Change {
	return Change{Verb: VerbAdd, Target: "x", Line: "add " + c.name}
}

func (lossy) Inspect(context.Context) (int, error)                        { return 0, nil }
func (lossy) Plan(int) ([]lossyChange, []Finding, error)                  { return []lossyChange{{"x"}}, nil, nil }
func (lossy) Apply(_ context.Context, c lossyChange) (lossyChange, error) { return c, nil }
func (lossy) Undo(context.Context, lossyChange) error                     { return nil }
func (lossy) InPlace(int) []lossyChange                                   { return nil }
func (lossy) BackUp(context.Context, lossyChange) (string, any, error)    { return "x", nil, nil }
func (lossy) Resolve(_ context.Context, c lossyChange) (lossyChange, bool, error) {
	return c, false, nil
}

func TestDigest(t *testing.T) {
	plan := func() Plan {
		return Plan{FormatVersion: 1, Target: here, Created: time.Unix(1, 0), Steps: []StepPlan{
			{ID: "a", Title: "A", State: StateChange, Changes: []Change{{Verb: VerbAdd, Target: "x", Line: "one"}, {Verb: VerbAdd, Target: "x", Line: "two"}}},
			{ID: "b", Title: "B", State: StateOK},
		}}
	}
	base := plan().Digest()
	if !strings.HasPrefix(base, "sha256:") || len(base) != 71 {
		t.Fatal(base)
	}
	for name, f := range map[string]func(*Plan){
		"time":       func(p *Plan) { p.Created = time.Unix(2, 0) },
		"dc":         func(p *Plan) { p.Target.DC = "other" },
		"case":       func(p *Plan) { p.Target.Domain = strings.ToUpper(p.Target.Domain) },
		"settings":   func(p *Plan) { p.Settings = map[string]Setting{"x": {1, "flag"}} },
		"findings":   func(p *Plan) { p.Steps[0].Findings = []Finding{{Level: LevelInfo}} },
		"order":      func(p *Plan) { c := p.Steps[0].Changes; c[0], c[1] = c[1], c[0] },
		"equivalent": func(p *Plan) { p.Steps[0].Changes[0].Equivalent = "dsacls" },
		"title":      func(p *Plan) { p.Steps[0].Title = "Z" },
	} {
		p := plan()
		f(&p)
		if p.Digest() != base {
			t.Errorf("%s enters the digest", name)
		}
	}
	seen := map[string]string{base: "the plan"}
	for name, f := range map[string]func(*Plan){
		"domain": func(p *Plan) { p.Target.Domain = "x" },
		"forest": func(p *Plan) { p.Target.Forest = "x" },
		"tenant": func(p *Plan) { p.Target.Tenant = "x" },
		"state":  func(p *Plan) { p.Steps[1].State = StateManual },
		"step":   func(p *Plan) { p.Steps[1].ID = "c" },
		"line":   func(p *Plan) { p.Steps[0].Changes[0].Line = "three" },
		"moved":  func(p *Plan) { p.Steps[0].Changes[0].Target, p.Steps[0].Changes[0].SDDL = "", "x" },
		"before": func(p *Plan) { p.Steps[0].Changes[0].Before = "x" },
		"after":  func(p *Plan) { p.Steps[0].Changes[0].After = "x" },
		"gone":   func(p *Plan) { p.Steps[0].Changes = p.Steps[0].Changes[:1] },
		"swap":   func(p *Plan) { p.Steps[0], p.Steps[1] = p.Steps[1], p.Steps[0] },
	} {
		p := plan()
		f(&p)
		if other, ok := seen[p.Digest()]; ok {
			t.Errorf("%s has the digest of %s", name, other)
		}
		seen[p.Digest()] = name
	}
}

func TestPlanFileRoundTrip(t *testing.T) {
	w := newWorld("b=0")
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=<&>"}, findings: []Finding{{Level: LevelInfo, Code: "c", Text: "t", Fix: "line\nline"}}}))
	b.r.Settings = map[string]Setting{"domain": {"corp.example", "flag"}}
	p := must(b.r.Plan(ctx))(t)
	p.Coverage = Coverage{Users: 3, Blocked: []OutOfReach{}}.Measured()
	var file bytes.Buffer
	if err := WritePlan(&file, p); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(file.String(), "null") || strings.Contains(file.String(), `\u003c`) {
		t.Errorf("%s", file.String())
	}
	back, err := ReadPlan(&file)
	if err != nil {
		t.Fatal(err)
	}
	was, is := must(json.Marshal(p.Coverage))(t), must(json.Marshal(back.Coverage))(t)
	if string(was) != string(is) {
		t.Errorf("coverage is %s, was %s", is, was)
	}
	p.Coverage, back.Coverage = nil, nil
	if diff := cmp.Diff(p, back); diff != "" || p.Digest() != back.Digest() {
		t.Fatal(diff)
	}
	if _, err := b.applyPlan(ctx, back); err != nil {
		t.Fatal(err)
	}
}

func TestReadPlanRefuses(t *testing.T) {
	step := func(s string) string {
		return `{"formatVersion":1,"target":{},"steps":[` + s + `],"settings":{}}`
	}
	change := func(c string) string {
		return step(`{"id":"s","title":"","state":"change","changes":[` + c + `]}`)
	}
	for name, c := range map[string]struct {
		text   string
		offset int64
	}{
		"empty":             {"", 0},
		"not JSON":          {"hello", 1},
		"cut off":           {`{"formatVersion":1,"steps":[`, 28},
		"two documents":     {step("") + step(""), int64(len(step("")) + 1)},
		"wrong type":        {`{"formatVersion":1,"steps":7}`, 28},
		"not a plan":        {`{"a":1}`, -1},
		"a list":            {`[]`, 1},
		"unknown state":     {step(`{"id":"s","state":"perhaps"}`), -1},
		"no id":             {step(`{"state":"ok"}`), -1},
		"id twice":          {step(`{"id":"s","state":"ok"},{"id":"s","state":"ok"}`), -1},
		"unknown verb":      {change(`{"verb":"destroy","target":"x","line":"y"}`), -1},
		"no line":           {change(`{"verb":"add","target":"x","line":""}`), -1},
		"escape in a line":  {change(`{"verb":"add","target":"x","line":"a\u001b[8mb"}`), -1},
		"line feed":         {change(`{"verb":"add","target":"x","line":"a\nb"}`), -1},
		"direction in line": {change(`{"verb":"add","target":"x","line":"a\u202eb"}`), -1},
		"escape in target":  {change(`{"verb":"add","target":"\u0007","line":"a"}`), -1},
		"escape in before":  {change(`{"verb":"set","target":"x","line":"a","before":"\u001b"}`), -1},
		"escape in domain":  {`{"formatVersion":1,"target":{"domain":"\u001b"},"steps":[]}`, -1},
		"unknown level":     {step(`{"id":"s","state":"ok","findings":[{"level":"fatal"}]}`), -1},
		"escape in finding": {step(`{"id":"s","state":"ok","findings":[{"level":"info","text":"\u001b"}]}`), -1},
		"unknown evidence":  {step(`{"id":"s","state":"ok","evidence":[{"state":"sworn"}]}`), -1},
		"too large":         {strings.Repeat(" ", MaxPlanSize+1), MaxPlanSize},
	} {
		_, err := ReadPlan(strings.NewReader(c.text))
		var bad *CorruptError
		if !errors.As(err, &bad) || bad.Offset != c.offset {
			t.Errorf("%s: %v, want offset %d", name, err, c.offset)
		}
	}
	_, err := ReadPlan(strings.NewReader(`{"formatVersion":2,"steps":"something else altogether"}`))
	var newer *NewerFormatError
	if !errors.As(err, &newer) || newer.Have != 2 {
		t.Errorf("newer: %v", err)
	}
	if _, err := ReadPlan(strings.NewReader(`{"formatVersion":1,"future":{"x":1},"steps":[{"id":"s","state":"ok","new":1}]}`)); err != nil {
		t.Errorf("unknown fields: %v", err)
	}
}
