package wizard_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/steps"
	"writeback/wizard"
)

// shelf is a world of names, and the procedure that puts the missing ones there.
type shelf struct {
	want []string
	have map[string]bool
	bad  string // a finding of level error
}

type put struct {
	Name string `json:"name"`
}

func (p put) Describe() steps.Change {
	verb := steps.VerbAdd
	if strings.HasPrefix(p.Name, "-") {
		verb = steps.VerbRemove
	}
	return steps.Change{Verb: verb, Target: "shelf", Line: "put " + p.Name}
}

func (s *shelf) Inspect(context.Context) (map[string]bool, error) { return s.have, nil }

func (s *shelf) Plan(have map[string]bool) (out []put, findings []steps.Finding, err error) {
	if s.bad != "" {
		findings = append(findings, steps.Finding{Level: steps.LevelError, Code: "bad", Text: s.bad})
	}
	for _, name := range s.want {
		if !have[name] {
			out = append(out, put{name})
		}
	}
	return out, findings, nil
}

func (s *shelf) InPlace(have map[string]bool) (out []put) {
	for _, name := range s.want {
		if have[name] {
			out = append(out, put{name})
		}
	}
	return out
}

func (s *shelf) Apply(_ context.Context, p put) (put, error) { s.have[p.Name] = true; return p, nil }
func (s *shelf) Undo(_ context.Context, p put) error         { delete(s.have, p.Name); return nil }
func (s *shelf) BackUp(context.Context, put) (string, any, error) {
	return "shelf", s.have, nil
}
func (s *shelf) Resolve(_ context.Context, p put) (put, bool, error) {
	return p, s.have[p.Name], nil
}

// renderer answers, and remembers what it was shown and asked.
type ui struct {
	yes     bool
	blind   error // what it says to being shown something
	reviews []wizard.Review
	undos   int
	asked   int
}

func (u *ui) Review(r wizard.Review) error { u.reviews = append(u.reviews, r); return u.blind }
func (u *ui) ReviewUndo(steps.Run) error   { u.undos++; return u.blind }
func (u *ui) Observe(steps.Event)          {}
func (u *ui) Approve(_ context.Context, phrase string) (bool, error) {
	u.asked++
	if phrase != "corp.example" {
		return false, errors.New("the phrase is " + phrase)
	}
	return u.yes, nil
}

func newFlow(t *testing.T, s *shelf, u *ui) *wizard.Flow {
	t.Helper()
	store, err := steps.OpenStore(filepath.Join(t.TempDir(), "runs"))
	if err != nil {
		t.Fatal(err)
	}
	target := steps.Target{Forest: "corp.example", Domain: "corp.example", DC: "dc1"}
	return &wizard.Flow{
		Runner:  &steps.Runner{Steps: []steps.Step{steps.Define[map[string]bool, put](steps.Info{ID: "shelf", Title: "The shelf"}, s)}, Target: target},
		Store:   store,
		Opening: steps.Opening{Verb: "apply", Target: target},
		UI:      u, Phrase: "corp.example",
	}
}

func runs(t *testing.T, s *wizard.Flow) []steps.Run {
	t.Helper()
	all, err := s.Store.History().Runs()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestApplyAfterConsent(t *testing.T) {
	world := &shelf{want: []string{"a", "b"}, have: map[string]bool{}}
	u := &ui{yes: true}
	s := newFlow(t, world, u)
	res, err := s.Apply(t.Context(), nil, "")
	if err != nil || res.State != steps.ResultDone || len(res.Steps[0].Made) != 2 {
		t.Fatalf("%+v, %v", res, err)
	}
	if u.asked != 1 || len(u.reviews) != 1 || u.reviews[0].Pending != 2 {
		t.Errorf("asked %d times, shown %+v", u.asked, u.reviews)
	}
	if all := runs(t, s); len(all) != 1 || all[0].Approval.How != "typed corp.example" {
		t.Errorf("runs %+v", all)
	}
	// Again there is nothing to do: nobody is asked, no run is begun.
	res, err = s.Apply(t.Context(), nil, "")
	if err != nil || res.State != steps.ResultDone || res.Run != "" || u.asked != 1 || len(runs(t, s)) != 1 {
		t.Errorf("again: %+v, %v, asked %d times", res, err, u.asked)
	}
}

// What is refused before a run is begun: no journal, nothing written.
func TestApplyRefused(t *testing.T) {
	unseen := errors.New("the screen is gone")
	var drift *steps.DriftError
	var blocked *steps.BlockedError
	var target *steps.TargetError
	for name, c := range map[string]struct {
		ui       ui
		bad      string
		approved func(p *steps.Plan)
		is       func(error) bool
		asked    int
	}{
		"not approved":         {is: func(err error) bool { return errors.Is(err, wizard.ErrDeclined) }, asked: 1},
		"could not be shown":   {ui: ui{yes: true, blind: unseen}, is: func(err error) bool { return errors.Is(err, unseen) }},
		"blocked":              {ui: ui{yes: true}, bad: "the shelf is full", is: func(err error) bool { return errors.As(err, &blocked) }},
		"not all was approved": {ui: ui{yes: true}, approved: func(p *steps.Plan) { p.Steps[0].Changes = p.Steps[0].Changes[:1] }, is: func(err error) bool { return errors.As(err, &drift) }},
		"blocked when it was approved": {ui: ui{yes: true}, approved: func(p *steps.Plan) { p.Steps[0].State = steps.StateBlocked },
			is: func(err error) bool { return errors.As(err, &drift) }},
		"of another place": {ui: ui{yes: true}, approved: func(p *steps.Plan) { p.Target.Domain = "other.example" }, is: func(err error) bool { return errors.As(err, &target) }},
	} {
		t.Run(name, func(t *testing.T) {
			world := &shelf{want: []string{"a", "b"}, have: map[string]bool{}, bad: c.bad}
			u := c.ui
			s := newFlow(t, world, &u)
			var approved *steps.Plan
			if c.approved != nil {
				p, err := s.Runner.Plan(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				c.approved(&p)
				approved = &p
			}
			res, err := s.Apply(t.Context(), approved, "plan.json")
			if !c.is(err) || res.State == steps.ResultDone {
				t.Errorf("%+v, %v", res, err)
			}
			if u.asked != c.asked || len(world.have) != 0 || len(runs(t, s)) != 0 {
				t.Errorf("asked %d times, have %v, runs %v", u.asked, world.have, runs(t, s))
			}
		})
	}
}

// A plan that was made partly by others is shown with what is left of it, and
// with what is seen now.
func TestApplyOfAPlan(t *testing.T) {
	world := &shelf{want: []string{"a", "b", "c"}, have: map[string]bool{}}
	u := &ui{}
	s := newFlow(t, world, u)
	p, err := s.Runner.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.Steps[0].Findings = []steps.Finding{{Level: steps.LevelInfo, Code: "old", Text: "old"}}
	p.Settings = map[string]steps.Setting{"dc": {Value: "evil", From: "flag"}}
	world.have["b"] = true
	s.Yes = true
	res, err := s.Apply(t.Context(), &p, "plan.json")
	if err != nil || u.asked != 0 || len(res.Steps[0].Made) != 2 {
		t.Fatalf("%+v, %v, asked %d times", res, err, u.asked)
	}
	r := u.reviews[0]
	if r.Pending != 2 || len(r.Plan.Steps[0].Changes) != 3 || len(r.Plan.Steps[0].Findings) != 0 || len(r.Plan.Settings) != 0 || r.File != "plan.json" {
		t.Errorf("shown %+v", r)
	}
	if how := runs(t, s)[0].Approval.How; how != "--yes with plan file plan.json" {
		t.Errorf("approved %q", how)
	}
}

// Somebody wrote into the plan file: a line that nobody needs is refused, and what
// the file says beside its lines is neither shown nor recorded.
func TestApplyOfAForgedPlan(t *testing.T) {
	var drift *steps.DriftError
	for name, forge := range map[string]func(p *steps.Plan){
		"a line more":            func(p *steps.Plan) { p.Steps[0].Changes = append(p.Steps[0].Changes, put{"x"}.Describe()) },
		"a line in place of one": func(p *steps.Plan) { p.Steps[0].Changes[0] = put{"x"}.Describe() },
		"a step more": func(p *steps.Plan) {
			p.Steps = append(p.Steps, steps.StepPlan{ID: "cellar", State: steps.StateChange, Changes: []steps.Change{put{"x"}.Describe()}})
		},
		"another value":                func(p *steps.Plan) { p.Steps[0].Changes[0].SDDL = "(A;;GA;;;WD)" },
		"the step as one that is done": func(p *steps.Plan) { p.Steps[0].State = steps.StateOK },
	} {
		world := &shelf{want: []string{"a", "b"}, have: map[string]bool{"b": true}}
		u := &ui{yes: true}
		s := newFlow(t, world, u)
		p, err := s.Runner.Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		forge(&p)
		if res, err := s.Apply(t.Context(), &p, "plan.json"); !errors.As(err, &drift) || u.asked != 0 || len(u.reviews) != 0 || len(world.have) != 1 {
			t.Errorf("%s: %+v, %v", name, res, err)
		}
		if len(runs(t, s)) != 0 {
			t.Errorf("%s: recorded as approved", name)
		}
	}
	world := &shelf{want: []string{"a", "b"}, have: map[string]bool{"b": true}}
	u := &ui{yes: true}
	s := newFlow(t, world, u)
	p, err := s.Runner.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lie := "all is well"
	p.Steps[0].Title, p.Coverage = lie, steps.Coverage{Users: 7}.Measured()
	p.Steps[0].Changes = append(p.Steps[0].Changes, put{"b"}.Describe())
	for i := range p.Steps[0].Changes {
		p.Steps[0].Changes[i].Equivalent = lie
	}
	p.Steps[0].Evidence = []steps.Evidence{{State: steps.EvidenceVerified, What: lie}}
	p.Steps[0].Findings = []steps.Finding{{Level: steps.LevelInfo, Code: "x", Text: lie}}
	if _, err := s.Apply(t.Context(), &p, "plan.json"); err != nil {
		t.Fatal(err)
	}
	run := runs(t, s)[0]
	for _, doc := range []any{u.reviews, run.Approval} {
		if text := fmt.Sprintf("%+v", doc); strings.Contains(text, lie) {
			t.Errorf("the file's own words: %s", text)
		}
	}
	if a := run.Approval; len(a.Steps[0].Changes) != 2 || a.CoverageFrom != "plan file plan.json" || u.reviews[0].Plan.Coverage != nil {
		t.Errorf("%+v", a)
	}
}

func TestUndoAfterConsent(t *testing.T) {
	world := &shelf{want: []string{"a", "b"}, have: map[string]bool{"x": true}}
	u := &ui{}
	s := newFlow(t, world, u)
	s.Yes = true
	if _, err := s.Apply(t.Context(), nil, ""); err != nil {
		t.Fatal(err)
	}
	s.Yes = false
	res, err := s.Undo(t.Context(), runs(t, s)[0])
	if !errors.Is(err, wizard.ErrDeclined) || res.State != steps.ResultPartial || len(res.Left) != 2 || len(world.have) != 3 {
		t.Errorf("not approved: %+v, %v", res, err)
	}
	u.yes = true
	res, err = s.Undo(t.Context(), runs(t, s)[0])
	if err != nil || res.State != steps.ResultUndone || len(res.Undone) != 2 || len(world.have) != 1 || u.asked != 2 {
		t.Errorf("%+v, %v", res, err)
	}
	run := runs(t, s)[0]
	if i := slices.IndexFunc(run.Records, func(r steps.Record) bool { return r.Kind == steps.KindReopened }); i < 0 || run.Records[i].Opening.How != "typed corp.example" {
		t.Errorf("the journal does not say how the undo was approved: %+v", run.Records)
	}
	res, err = s.Undo(t.Context(), run)
	if err != nil || len(res.Undone) != 0 || u.asked != 2 || u.undos != 3 {
		t.Errorf("again: %+v, %v", res, err)
	}
}

// What is others' is removed where somebody looked at it: typed, or from a plan file; never
// by --yes alone, and not by nobody.
func TestRemovalIsLookedAt(t *testing.T) {
	for name, c := range map[string]struct {
		yes  bool
		file string
		want bool
	}{"typed": {false, "", true}, "--yes": {true, "", false}, "--yes with a plan file": {true, "plan.json", true}} {
		world := &shelf{want: []string{"a", "-b"}, have: map[string]bool{}}
		s := newFlow(t, world, &ui{yes: true})
		s.Yes = c.yes
		p, err := s.Runner.Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		approved := &p
		if c.file == "" {
			approved = nil
		}
		_, err = s.Apply(t.Context(), approved, c.file)
		var blocked *steps.BlockedError
		refused := errors.As(err, &blocked) && blocked.Findings[0].Code == "removal-not-saved"
		if refused == c.want || len(world.have) > 0 != c.want || len(runs(t, s)) > 0 != c.want {
			t.Errorf("%s: %v, %v", name, err, world.have)
		}
	}
}
