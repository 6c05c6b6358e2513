package wizard_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

// script is a renderer that knows beforehand what it will be asked and what it will
// answer. It fails the test at anything else, so that nobody is asked too much.
type script struct {
	ui
	t     *testing.T
	lines []line
	end   *wizard.Ending
	seen  []wizard.Ending                  // every end that was shown
	atEnd func(n int)                      // is called before the n-th choice at the end; may be nil
	ends  []string                         // what is chosen at the end, each time; none: leave
	picks func(p wizard.History) [2]string // what is chosen among the journals
	said  []string                         // what Choose was given
	keep  []wizard.Group
	then  func() // is called when a way to go on is chosen; may be nil
}

// line is one question and its answer: of a group by a key of it, of a choice by
// its title.
type line struct{ asked, answer string }

const leaves = "leaves"

func (s *script) next(asked string) string {
	s.t.Helper()
	if len(s.lines) == 0 || s.lines[0].asked != asked {
		s.t.Fatalf("asked %q, want %v", asked, s.lines)
	}
	answer := s.lines[0].answer
	s.lines = s.lines[1:]
	return answer
}

func (s *script) Ask(_ context.Context, g wizard.Group) (map[string]string, error) {
	s.keep = append(s.keep, g)
	answers := map[string]string{}
	for _, q := range g.Questions {
		a := s.next(q.Key)
		if a == leaves {
			return nil, wizard.ErrAborted
		}
		answers[q.Key] = a
	}
	return answers, nil
}

func (s *script) Choose(_ context.Context, title, text string, options []wizard.Option) (string, error) {
	s.said = append(s.said, text)
	if s.then != nil {
		s.then()
	}
	a := s.next(title)
	if a == leaves {
		return "", wizard.ErrAborted
	}
	if !slices.ContainsFunc(options, func(o wizard.Option) bool { return o.Value == a }) {
		s.t.Fatalf("%s: %q is not among %v", title, a, options)
	}
	return a, nil
}

func (s *script) Busy(string) func() { return func() {} }

func (s *script) End(_ context.Context, e wizard.Ending) (string, error) {
	s.end, s.seen = &e, append(s.seen, e)
	if s.atEnd != nil {
		s.atEnd(len(s.seen) - 1)
	}
	if len(s.ends) == 0 {
		return wizard.Leave, nil
	}
	next := s.ends[0]
	s.ends = s.ends[1:]
	if next == leaves {
		return "", wizard.ErrAborted
	}
	if !slices.ContainsFunc(e.Next, func(o wizard.Option) bool { return o.Value == next }) {
		s.t.Fatalf("%q is not among %v", next, e.Next)
	}
	return next, nil
}

func (s *script) Browse(_ context.Context, p wizard.History) (run, what string, err error) {
	got := s.picks(p)
	return got[0], got[1], nil
}

// guide asks for a name and a secret, on the toy's shelf.
type guide struct {
	flow    *wizard.Flow
	name    string
	lost    []error // what Next, then Begin, comes back with before it works
	begun   int
	onBegin func()      // may be nil
	open    []steps.Run // what Runs says is open; nil: what is
	abouts  []string    // the runs that it was to be about, "undo " before those to be taken back
}

func (g *guide) Runs(context.Context) (wizard.History, error) {
	p := wizard.History{Now: time.Now()}
	all, err := g.flow.Store.History().Runs()
	for _, r := range all {
		p.Runs = append(p.Runs, wizard.HistoryRun{ID: r.ID, Run: r})
		if r.Unfinished() {
			p.Open = append(p.Open, r)
		}
		if r.State != steps.RunAttested {
			p.Last = []steps.Run{r}
		}
	}
	if g.open != nil {
		p.Open = g.open
	}
	return p, err
}

func (g *guide) For(run steps.Run, back bool) error {
	about := run.ID
	if back {
		about = "undo " + about
	}
	g.abouts = append(g.abouts, about)
	g.name = run.ID // a run's settings leave nothing to be asked
	return nil
}

func (g *guide) Next(context.Context) (wizard.Group, error) {
	if err := g.fails(); err != nil {
		return wizard.Group{}, err
	}
	if g.name != "" {
		return wizard.Group{}, nil
	}
	return wizard.Group{Title: "Who", Questions: []wizard.Question{
		{Key: "name", Check: func(a string) error {
			if a == "" {
				return errors.New("say a name")
			}
			return nil
		}},
		{Key: "secret", Kind: wizard.Secret},
	}}, nil
}

func (g *guide) fails() (err error) {
	if len(g.lost) > 0 {
		err, g.lost = g.lost[0], g.lost[1:]
	}
	return err
}

func (g *guide) Answer(_ context.Context, answers map[string]string) error {
	if answers["secret"] != "right" {
		return errors.New("the secret is wrong")
	}
	g.name = answers["name"]
	return nil
}

func (g *guide) Rename(error) func() { return nil }

func (g *guide) Begin(context.Context) (*wizard.Flow, error) {
	g.begun++
	if g.onBegin != nil {
		g.onBegin()
	}
	return g.flow, g.fails()
}

func (g *guide) Command() string          { return "writeback apply --name " + g.name }
func (g *guide) Undo(run string) string   { return "writeback undo " + run }
func (g *guide) Report(run string) string { return "writeback report " + run }

// scene is a script on a world.
func scene(t *testing.T, world *shelf, lines ...line) (*script, *guide) {
	s := &script{t: t, ui: ui{yes: true}, lines: lines}
	g := &guide{flow: newFlow(t, world, &s.ui)}
	g.flow.UI = s
	return s, g
}

// done runs the script to its end.
func (s *script) done(ctx context.Context, g *guide) (wizard.Ending, error) {
	s.t.Helper()
	end, err := wizard.Setup(ctx, g, s)
	if len(s.lines) > 0 {
		s.t.Errorf("never asked: %v (%v)", s.lines, err)
	}
	return end, err
}

var known = []line{{"name", "ann"}, {"secret", "right"}}

func TestSetup(t *testing.T) {
	world := &shelf{want: []string{"a", "b"}, have: map[string]bool{}}
	s, g := scene(t, world, append([]line{
		{"name", ""}, {"secret", "x"}, // no name: asked again
		{"name", "ann"}, {"secret", "wrong"}, // asked again, the name stays
	}, known...)...)
	end, err := s.done(t.Context(), g)
	if err != nil || end.Result.State != steps.ResultDone || len(world.have) != 2 || s.asked != 1 {
		t.Fatalf("%+v, %v, approval asked for %d times", end, err, s.asked)
	}
	if s.end == nil || end.Command != "writeback apply --name ann" || end.Undo != "writeback undo "+end.Result.Run || end.Report != "writeback report "+end.Result.Run || !strings.Contains(end.Journal, end.Result.Run) {
		t.Errorf("%+v", end)
	}
	if k := s.keep; k[0].Problem != "" || k[1].Problem != "say a name" || k[2].Problem != "the secret is wrong" ||
		k[2].Questions[0].Value != "ann" || k[2].Questions[1].Value != "" {
		t.Errorf("asked again: %+v", k)
	}

	// Again there is nothing to do, and that has been shown.
	s, g = scene(t, world, known...)
	if end, err = s.done(t.Context(), g); err != nil || end.Result.Run != "" || end.Undo != "" || s.asked != 0 || s.end == nil {
		t.Errorf("%+v, %v", end, err)
	}
}

// Whoever leaves, wherever, has written nothing, and is not shown an end.
func TestSetupLeft(t *testing.T) {
	lost := errors.New("the DC is away")
	for name, c := range map[string]struct {
		lines []line
		lost  []error
		no    bool
		is    error
	}{
		"a question":        {lines: []line{{"name", leaves}}, is: wizard.ErrAborted},
		"the approval":      {lines: known, no: true, is: wizard.ErrDeclined},
		"a DC that is away": {lines: []line{{"That did not work", wizard.Leave}}, lost: []error{lost}, is: lost},
		"what to do then":   {lines: []line{{"That did not work", leaves}}, lost: []error{lost}, is: wizard.ErrAborted},
		"the beginning":     {lines: append(slices.Clone(known), line{"That did not work", wizard.Leave}), lost: []error{nil, nil, lost}, is: lost},
	} {
		t.Run(name, func(t *testing.T) {
			world := &shelf{want: []string{"a"}, have: map[string]bool{}}
			s, g := scene(t, world, c.lines...)
			s.yes, g.lost = !c.no, c.lost
			_, err := s.done(t.Context(), g)
			if !errors.Is(err, c.is) || s.end != nil || len(world.have) > 0 || len(runs(t, g.flow)) > 0 {
				t.Errorf("%v, end %+v, have %v", err, s.end, world.have)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, g := scene(t, &shelf{want: []string{"a"}, have: map[string]bool{}}, known...)
	if _, err := s.done(ctx, g); !errors.Is(err, wizard.ErrAborted) {
		t.Errorf("after a signal: %v", err)
	}
}

// What is away comes back: nothing is asked twice.
func TestSetupTriesAgain(t *testing.T) {
	away := errors.New("the DC is away")
	again := line{"That did not work", wizard.TryAgain}
	world := &shelf{want: []string{"a"}, have: map[string]bool{}}
	s, g := scene(t, world, slices.Concat([]line{again, again}, known, []line{again})...)
	g.lost = []error{away, away, nil, nil, away}
	if end, err := s.done(t.Context(), g); err != nil || end.Result.State != steps.ResultDone || g.begun != 2 {
		t.Errorf("%+v, %v, begun %d times", end, err, g.begun)
	}
	for _, said := range s.said {
		if said != away.Error() {
			t.Errorf("it says %q", said)
		}
	}
}

// broken is a shelf that comes down after so many.
type broken struct {
	*shelf
	after int
	never bool // it cannot be emptied either
}

func (b *broken) Apply(ctx context.Context, p put) (put, error) {
	if b.after--; b.after < 0 {
		return p, steps.NotMade(fmt.Errorf("the shelf came down at %s", p.Name))
	}
	return b.shelf.Apply(ctx, p)
}

func (b *broken) Undo(ctx context.Context, p put) error {
	if b.never {
		b.never = false
		return steps.NotMade(errors.New("it is nailed down"))
	}
	return b.shelf.Undo(ctx, p)
}

func breaking(t *testing.T, b *broken, lines ...line) (*script, *guide) {
	s, g := scene(t, b.shelf, append(slices.Clone(known), lines...)...)
	g.flow.Runner.Steps = []steps.Step{steps.Define[map[string]bool, put](steps.Info{ID: "shelf", Title: "The shelf"}, b)}
	return s, g
}

func TestSetupFailsInTheMiddle(t *testing.T) {
	shelves := func() *shelf { return &shelf{want: []string{"a", "b"}, have: map[string]bool{}} }

	b := &broken{shelf: shelves(), after: 1}
	s, g := breaking(t, b, line{"That did not work", wizard.TryAgain})
	s.then = func() { b.after = 9 } // it is mended meanwhile
	end, err := s.done(t.Context(), g)
	if err != nil || end.Result.State != steps.ResultDone || len(runs(t, g.flow)) != 1 || g.begun != 2 || s.asked != 1 {
		t.Errorf("continued: %+v, %v, %d runs", end, err, len(runs(t, g.flow)))
	}

	b = &broken{shelf: shelves(), after: 1}
	s, g = breaking(t, b, line{"That did not work", wizard.Leave})
	end, err = s.done(t.Context(), g)
	var change *steps.ChangeError
	if !errors.As(err, &change) || s.end == nil || end.Undo == "" || end.Result.State != steps.ResultPartial || end.Err == nil {
		t.Errorf("left: %+v, %v", end, err)
	}

	b = &broken{shelf: shelves(), after: 1, never: true}
	s, g = breaking(t, b, line{"That did not work", wizard.TakeBack}, line{"Not all could be taken back", wizard.TryAgain})
	end, err = s.done(t.Context(), g)
	if err != nil || end.Undone == nil || end.Undone.State != steps.ResultUndone || len(b.have) != 0 || end.Undo != "" || end.Report != "" || end.Command != "" {
		t.Errorf("undone: %+v, %v, have %v", end, err, b.have)
	}

	b = &broken{shelf: shelves(), after: 0}
	s, g = breaking(t, b, line{"That did not work", wizard.Leave})
	if end, err = s.done(t.Context(), g); err == nil || end.Undo != "" {
		t.Errorf("nothing made: %+v, %v", end, err)
	}
}

// An interrupted run is dealt with before a new one is begun.
func TestSetupAfterInterruption(t *testing.T) {
	const asks = "A run was interrupted"
	interrupted := func() (*broken, *steps.Store) {
		b := &broken{shelf: &shelf{want: []string{"a", "b"}, have: map[string]bool{"z": true}}, after: 1}
		s, g := breaking(t, b, line{"That did not work", wizard.Leave})
		if _, err := s.done(t.Context(), g); err == nil {
			t.Fatal("it was to break off")
		}
		b.after = 9
		return b, g.flow.Store
	}
	for name, c := range map[string]struct {
		lines  []line
		err    error
		have   int
		runs   int
		undone bool
	}{
		"resumed":           {lines: []line{{asks, wizard.Resume}}, have: 3, runs: 1},
		"left":              {lines: []line{{asks, wizard.Leave}}, err: wizard.ErrAborted, have: 2, runs: 1},
		"undone":            {lines: []line{{asks, wizard.TakeBack}}, have: 1, runs: 1, undone: true},
		"undone, then anew": {lines: slices.Concat([]line{{asks, wizard.Anew}}, known), have: 3, runs: 2},
	} {
		t.Run(name, func(t *testing.T) {
			b, store := interrupted()
			s, g := breaking(t, b)
			s.lines = c.lines
			g.flow.Store = store
			end, err := s.done(t.Context(), g)
			if !errors.Is(err, c.err) || err != nil && c.err == nil {
				t.Fatalf("%+v, %v", end, err)
			}
			if len(b.have) != c.have || len(runs(t, g.flow)) != c.runs || (end.Undone != nil) != c.undone {
				t.Errorf("have %v, %d runs, %+v", b.have, len(runs(t, g.flow)), end)
			}
			if !strings.Contains(s.said[0], "It has made 1 of its changes") {
				t.Errorf("it says %q", s.said[0])
			}
		})
	}
}
