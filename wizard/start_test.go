package wizard_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

const todo = "What is to be done?"

// afterOneRun is a scene where one run has been made.
func afterOneRun(t *testing.T, lines ...line) (*script, *guide, *shelf) {
	t.Helper()
	s, g, world := shelving(t)
	if _, err := s.done(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(g.abouts, nil) || len(s.said) > 0 {
		t.Fatalf("without journals it asks %q, and is about %q", s.said, g.abouts)
	}
	g.name = ""
	s.lines, s.seen, s.end, s.asked, s.reviews = lines, nil, nil, 0, nil
	return s, g, world
}

// Where there are journals, the first screen says what can be done.
func TestStart(t *testing.T) {
	pick := func(what string) func(wizard.History) [2]string {
		return func(p wizard.History) [2]string { return [2]string{p.Runs[0].ID, what} }
	}
	for name, c := range map[string]struct {
		lines  []line
		picks  func(wizard.History) [2]string
		ends   []string
		about  []string // what the guide is told, RUN for the run
		have   int
		check  bool
		undone bool
	}{
		"leaves":                   {lines: []line{{todo, wizard.Leave}}, have: 2},
		"sets up, to nothing":      {lines: slices.Concat([]line{{todo, wizard.SetUp}}, known), have: 2},
		"checks with its settings": {lines: []line{{todo, wizard.Check}}, about: []string{"RUN"}, check: true, have: 2},
		"undoes from the journals": {lines: []line{{todo, wizard.Earlier}}, picks: pick(wizard.TakeBack), about: []string{"undo RUN"}, undone: true},
		"looks, and goes back": {lines: []line{{todo, wizard.Earlier}, {todo, wizard.Leave}}, have: 2,
			picks: func(wizard.History) [2]string { return [2]string{} }},
		"undoes, then checks": {lines: []line{{todo, wizard.Earlier}}, picks: pick(wizard.TakeBack), ends: []string{wizard.Check},
			about: []string{"undo RUN", "RUN"}, undone: true, check: true},
	} {
		t.Run(name, func(t *testing.T) {
			s, g, world := afterOneRun(t, c.lines...)
			s.picks, s.ends = c.picks, c.ends
			id := runs(t, g.flow)[0].ID
			end, err := s.done(t.Context(), g)
			if err != nil || len(world.have) != c.have || (end.Checked != nil) != c.check || (end.Undone != nil) != c.undone {
				t.Errorf("%+v, %v, have %v", end, err, world.have)
			}
			for i := range c.about {
				c.about[i] = strings.ReplaceAll(c.about[i], "RUN", id)
			}
			if !slices.Equal(g.abouts, c.about) {
				t.Errorf("it was about %q, want %q", g.abouts, c.about)
			}
			if !strings.Contains(s.said[0], "None of them was interrupted") || !strings.Contains(s.said[0], "just now, on corp.example: a manual step was left") {
				t.Errorf("it says %q", s.said[0])
			}
		})
	}
}

// What cannot be done with a run is not done, whatever a renderer says.
func TestStartRefuses(t *testing.T) {
	for _, what := range []string{wizard.Resume, "nonsense"} {
		s, g, world := afterOneRun(t, line{todo, wizard.Earlier})
		s.picks = func(p wizard.History) [2]string { return [2]string{p.Runs[0].ID, what} }
		if _, err := s.done(t.Context(), g); err == nil || len(world.have) != 2 || len(g.abouts) > 0 {
			t.Errorf("%s: %v, about %q", what, err, g.abouts)
		}
	}
}

// Each of several interrupted runs can be picked, and its picking taken back.
func TestStartAmongSeveral(t *testing.T) {
	const several = "Several runs were interrupted"
	b := &broken{shelf: &shelf{want: []string{"a", "b"}, have: map[string]bool{}}, after: 1}
	s, g := breaking(t, b, line{"That did not work", wizard.Leave})
	if _, err := s.done(t.Context(), g); err == nil {
		t.Fatal("it was to break off")
	}
	other := steps.Target{Forest: "other.example", Domain: "other.example"}
	j, err := g.flow.Store.Create(steps.Opening{Verb: "apply", Target: other})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	mine, b2 := runs(t, g.flow)[1], runs(t, g.flow)[0]
	s, h := breaking(t, b)
	h.flow.Store = g.flow.Store
	h.open = []steps.Run{b2, mine}
	b.after = 9
	s.lines = []line{{several, b2.ID}, {"A run was interrupted", "back"}, {several, mine.ID}, {"A run was interrupted", wizard.Resume}}
	end, err := s.done(t.Context(), h)
	if err != nil || len(b.have) != 2 || end.Result.Run != mine.ID || !slices.Equal(h.abouts, []string{mine.ID}) {
		t.Errorf("%+v, %v, about %q", end, err, h.abouts)
	}
	s, h = breaking(t, b)
	h.flow.Store, h.open = g.flow.Store, []steps.Run{b2, mine}
	s.lines = []line{{several, wizard.Leave}}
	if _, err := s.done(t.Context(), h); !errors.Is(err, wizard.ErrAborted) {
		t.Errorf("left: %v", err)
	}
}

// A run that turns out to stand in the way once the domain is known is asked
// about then.
func TestStartMeetsAnInterruptedRun(t *testing.T) {
	b := &broken{shelf: &shelf{want: []string{"a", "b"}, have: map[string]bool{}}, after: 1}
	s, g := breaking(t, b, line{"That did not work", wizard.Leave})
	if _, err := s.done(t.Context(), g); err == nil {
		t.Fatal("it was to break off")
	}
	id := runs(t, g.flow)[0].ID
	b.after, g.name, g.open = 9, "", []steps.Run{} // nothing is known to be open
	s.lines = slices.Concat([]line{{todo, wizard.SetUp}}, known, []line{{"A run was interrupted", wizard.Resume}})
	end, err := s.done(t.Context(), g)
	if err != nil || end.Result.Run != id || len(b.have) != 2 || !slices.Equal(g.abouts, []string{id}) {
		t.Errorf("%+v, %v, about %q", end, err, g.abouts)
	}
}

func TestAgo(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for text, d := range map[string]time.Duration{
		"just now": 59 * time.Second, "1 minute ago": time.Minute, "59 minutes ago": 59 * time.Minute, "1 hour ago": time.Hour,
		"23 hours ago": 24*time.Hour - 1, "1 day ago": 47 * time.Hour, "400 days ago": 400 * 24 * time.Hour, "in the future": -time.Hour,
	} {
		if got := wizard.Ago(now.Add(-d), now); got != text {
			t.Errorf("%v: %q, want %q", d, got, text)
		}
	}
	if got := wizard.Ago(now.Add(time.Second), now); got != "just now" {
		t.Errorf("a second ahead: %q", got)
	}
}
