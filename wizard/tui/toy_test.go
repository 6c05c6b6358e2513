package tui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

// shelf is a world of files, and the procedure that puts the missing ones there.
type shelf struct {
	dir  string
	want []string
	gate func() error // asked before each write; nil: none
}

type put struct {
	Name string `json:"name"`
}

func (p put) Describe() steps.Change {
	return steps.Change{Verb: steps.VerbAdd, Target: "shelf", Line: "put " + p.Name, SDDL: "D:(" + p.Name + ")"}
}

func (s *shelf) Inspect(context.Context) (map[string]bool, error) {
	entries, err := os.ReadDir(s.dir)
	have := map[string]bool{}
	for _, e := range entries {
		have[e.Name()] = true
	}
	return have, err
}

func (s *shelf) Plan(have map[string]bool) (out []put, _ []steps.Finding, err error) {
	for _, name := range s.want {
		if !have[name] {
			out = append(out, put{name})
		}
	}
	return out, nil, nil
}

func (s *shelf) InPlace(have map[string]bool) (out []put) {
	for _, name := range s.want {
		if have[name] {
			out = append(out, put{name})
		}
	}
	return out
}

func (s *shelf) Apply(_ context.Context, p put) (put, error) {
	if s.gate != nil {
		if err := s.gate(); err != nil {
			return p, steps.NotMade(err)
		}
	}
	return p, os.WriteFile(filepath.Join(s.dir, p.Name), nil, 0o600)
}

func (s *shelf) Undo(_ context.Context, p put) error {
	return os.Remove(filepath.Join(s.dir, p.Name))
}

func (s *shelf) BackUp(ctx context.Context, _ put) (string, any, error) {
	have, err := s.Inspect(ctx)
	return "shelf", have, err
}

func (s *shelf) Resolve(ctx context.Context, p put) (put, bool, error) {
	have, err := s.Inspect(ctx)
	return p, have[p.Name], err
}

// guide asks one question, and makes a flow about a shelf below dir.
type guide struct {
	dir      string
	ui       wizard.GuidedUI
	gate     func() error
	answered bool
	store    *steps.Store
	hand     bool // a person has a step to do, too
}

// dusting is a step that a person does: their word is all that is known of it.
type dusting struct {
	store  *steps.Store
	target steps.Target
}

func (b dusting) Inspect(context.Context) (steps.Attestation, error) {
	words, err := b.store.History().Attested(b.target)
	return words["hand"], err
}

func (b dusting) Plan(word steps.Attestation) ([]put, []steps.Finding, error) {
	if word.Says != "" {
		return nil, []steps.Finding{{Level: steps.LevelInfo, Code: "said", Text: word.By + " says so: " + word.Note}}, nil
	}
	return nil, []steps.Finding{{Level: steps.LevelInfo, Code: "by-hand", Text: "a person dusts the shelf", Fix: "1. Dust it.", Manual: true}}, nil
}

func (dusting) Apply(_ context.Context, p put) (put, error) { return p, errors.New("nothing to make") }
func (dusting) Undo(context.Context, put) error             { return errors.New("nothing to take back") }
func (dusting) InPlace(steps.Attestation) []put             { return nil }
func (dusting) BackUp(context.Context, put) (string, any, error) {
	return "", nil, errors.New("nothing to back up")
}
func (dusting) Resolve(_ context.Context, p put) (put, bool, error) {
	return p, false, errors.New("nothing to look for")
}

func (g *guide) Runs(context.Context) (wizard.History, error) {
	store, err := g.open()
	if err != nil {
		return wizard.History{}, err
	}
	p := wizard.History{Now: time.Now()}
	all, err := store.History().Runs()
	for _, r := range all {
		p.Runs = append(p.Runs, wizard.HistoryRun{ID: r.ID, Run: r, File: filepath.Join(store.Dir(), r.ID+".jsonl")})
		if r.Unfinished() {
			p.Open = append(p.Open, r)
		}
		if r.State != steps.RunAttested && len(p.Last) == 0 {
			p.Last = []steps.Run{r}
		}
	}
	return p, err
}

func (g *guide) open() (store *steps.Store, err error) {
	if g.store == nil {
		g.store, err = steps.OpenStore(filepath.Join(g.dir, "runs"))
	}
	return g.store, err
}

func (g *guide) For(run steps.Run, _ bool) error {
	g.answered = run.ID != ""
	return nil
}

func (g *guide) Next(context.Context) (wizard.Group, error) {
	if g.answered {
		return wizard.Group{}, nil
	}
	group := someGroup()
	group.Questions = group.Questions[:1]
	return group, nil
}

func (g *guide) Answer(_ context.Context, answers map[string]string) error {
	if answers["domain"] != "corp.example" {
		return errors.New("no domain of that name was found")
	}
	g.answered = true
	return nil
}

func (g *guide) Rename(error) func() { return nil }

func (g *guide) Begin(context.Context) (*wizard.Flow, error) {
	defer g.ui.Busy("Connecting to dc1.corp.example")()
	store, err := g.open()
	if err != nil {
		return nil, err
	}
	s := &shelf{dir: filepath.Join(g.dir, "shelf"), want: strings.Fields("apple bread cheese"), gate: g.gate}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, err
	}
	target := steps.Target{Forest: "corp.example", Domain: "corp.example", DC: "dc1"}
	step := steps.Define[map[string]bool, put](steps.Info{ID: "shelf", Title: "The shelf"}, s)
	all := []steps.Step{step}
	if g.hand {
		all = append(all, steps.Define[steps.Attestation, put](steps.Info{ID: "hand", Title: "Dusting"}, dusting{store, target}))
	}
	return &wizard.Flow{
		Runner:  &steps.Runner{Steps: all, Target: target, Observe: g.ui.Observe},
		Store:   store,
		Opening: steps.Opening{Verb: "apply", Target: target},
		UI:      g.ui, Phrase: "corp.example",
	}, nil
}

func (g *guide) Command() string          { return "writeback apply --domain corp.example" }
func (g *guide) Report(run string) string { return "writeback report " + run + " -o report.html" }
func (g *guide) Undo(run string) string   { return "writeback undo " + run }
