package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// world is what the toy procedures write: names and their values. With a path it
// is a file, so that it outlives the process.
type world struct {
	things map[string]string
	path   string
	cut    func(point string)                  // called before and after each write
	fail   func(op, name string) (error, bool) // an error for a write, and whether it happens nevertheless
	delay  func(op, name string) bool          // no answer comes to a write, and it happens when land is called
	flying []func(map[string]string)           // writes that were delayed
	clock  int                                 // what only the server knows: the number of a write
}

func newWorld(things ...string) *world {
	w := &world{things: map[string]string{}}
	for _, t := range things {
		name, value, _ := strings.Cut(t, "=")
		w.things[name] = value
	}
	return w
}

func (w *world) read() (map[string]string, error) {
	if w.path == "" {
		return maps.Clone(w.things), nil
	}
	raw, err := os.ReadFile(w.path)
	if err != nil {
		return nil, err
	}
	things := map[string]string{}
	return things, json.Unmarshal(raw, &things)
}

// write is atomic, as a modify on a directory is.
func (w *world) write(ctx context.Context, op, name string, do func(map[string]string)) error {
	if w.cut != nil {
		w.cut("before write " + name)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	var fails error
	if w.fail != nil {
		err, nevertheless := w.fail(op, name)
		if err != nil && !nevertheless {
			return err
		}
		fails = err
	}
	if w.delay != nil && w.delay(op, name) {
		w.flying = append(w.flying, do)
		return errors.New("no answer")
	}
	things, err := w.read()
	if err != nil {
		return err
	}
	do(things)
	w.clock++
	w.things = things
	if w.path != "" {
		raw, err := json.Marshal(things)
		if err != nil {
			return err
		}
		if err := os.WriteFile(w.path+".new", raw, 0o600); err != nil {
			return err
		}
		if err := os.Rename(w.path+".new", w.path); err != nil {
			return err
		}
	}
	if w.cut != nil {
		w.cut("after write " + name)
	}
	return fails
}

// land has the writes happen that were delayed.
func (w *world) land() {
	for _, do := range w.flying {
		do(w.things)
	}
	w.flying = nil
}

// toyChange is one change of one thing.
type toyChange struct {
	Verb, Name    string
	Before, After string
	Stamp         int // of the write, known once it is made
}

func (c toyChange) Describe() Change {
	line := map[string]string{VerbAdd: "add %s", VerbRemove: "remove %s", VerbSet: "set %s"}[c.Verb]
	return Change{Verb: c.Verb, Target: c.Name, Line: fmt.Sprintf(line, c.Name), Before: c.Before, After: c.After}
}

// toy wants names to have values; the value "-" means that it must not be there.
type toy struct {
	w        *world
	wish     []string // "name=value"
	findings []Finding
	inspect  func() error
}

func (p toy) Inspect(context.Context) (map[string]string, error) {
	if p.inspect != nil {
		if err := p.inspect(); err != nil {
			return nil, err
		}
	}
	return p.w.read()
}

func (p toy) Plan(have map[string]string) ([]toyChange, []Finding, error) {
	var cs []toyChange
	for _, t := range p.wish {
		name, want, _ := strings.Cut(t, "=")
		is, there := have[name]
		switch {
		case want == "-" && there:
			cs = append(cs, toyChange{Verb: VerbRemove, Name: name, Before: is})
		case want == "-" || there && is == want:
		case there:
			cs = append(cs, toyChange{Verb: VerbSet, Name: name, Before: is, After: want})
		default:
			cs = append(cs, toyChange{Verb: VerbAdd, Name: name, After: want})
		}
	}
	return cs, p.findings, nil
}

func (p toy) InPlace(have map[string]string) (cs []toyChange) {
	for _, t := range p.wish {
		name, want, _ := strings.Cut(t, "=")
		if is, there := have[name]; there && is == want {
			cs = append(cs, toyChange{Verb: VerbAdd, Name: name, After: want})
		}
	}
	return cs
}

// BackUp gives the whole world, for every thing of one group: what stands before the
// dot in its name.
func (p toy) BackUp(_ context.Context, c toyChange) (string, any, error) {
	group, _, _ := strings.Cut(c.Name, ".")
	have, err := p.w.read()
	return group, have, err
}

func (p toy) Apply(ctx context.Context, c toyChange) (toyChange, error) {
	err := p.w.write(ctx, "apply", c.Name, c.do)
	c.Stamp = p.w.clock
	return c, err
}

func (c toyChange) do(m map[string]string) {
	if c.Verb == VerbRemove {
		delete(m, c.Name)
	} else {
		m[c.Name] = c.After
	}
}

func (p toy) Undo(ctx context.Context, c toyChange) error {
	have, err := p.w.read()
	if err != nil || !c.ours(have) {
		return err
	}
	return p.w.write(ctx, "undo", c.Name, c.takeBack)
}

// ours says that nobody took the change back, or made something else of it.
func (c toyChange) ours(have map[string]string) bool {
	is, there := have[c.Name]
	if c.Verb == VerbRemove {
		return !there
	}
	return there && is == c.After
}

func (c toyChange) takeBack(m map[string]string) {
	if c.Verb == VerbAdd {
		delete(m, c.Name)
	} else {
		m[c.Name] = c.Before
	}
}

func (p toy) Resolve(ctx context.Context, c toyChange) (toyChange, bool, error) {
	have, err := p.Inspect(ctx)
	if err != nil {
		return c, false, err
	}
	is, there := have[c.Name]
	c.Stamp = p.w.clock
	if c.Verb == VerbRemove {
		return c, !there, nil
	}
	return c, there && is == c.After, nil
}

// probing is a toy that can be tried out.
type probing struct {
	toy
	evidence []Evidence
	more     []Finding
	err      error
}

func (p probing) Probe(context.Context) ([]Evidence, []Finding, error) {
	return p.evidence, p.more, p.err
}

// bench is one world, one store and the steps between them; every call of apply
// and undo is like a process of its own.
type bench struct {
	t     testing.TB
	w     *world
	dir   string
	store *Store
	r     *Runner
	seen  []Event
	ahead time.Duration // of the store's clock
}

var here = Target{Forest: "corp.example", Domain: "corp.example", DC: "dc1.corp.example"}

func newBench(t testing.TB, w *world, steps ...Step) *bench {
	t.Helper()
	b := &bench{t: t, w: w, dir: t.TempDir() + "/runs"}
	b.r = &Runner{Steps: steps, Target: here, WriteTimeout: time.Minute, BringBack: true}
	b.r.Observe = func(e Event) { b.seen = append(b.seen, e) }
	b.store = b.openStore()
	return b
}

// later lets time pass: what may still happen has happened by then.
func (b *bench) later(d time.Duration) {
	b.ahead += d
	b.store = b.openStore()
}

func (b *bench) openStore() *Store {
	b.t.Helper()
	s, err := OpenStore(b.dir)
	if err != nil {
		b.t.Fatal(err)
	}
	s.open = func(f *os.File) journalFile { return unsynced{f} }
	s.Now = func() time.Time { return time.Now().Add(b.ahead) }
	s.Steps = b.r.step
	return s
}

// unsynced spares the tests that do not lose power the wait for the disk.
type unsynced struct{ *os.File }

func (unsynced) Sync() error { return nil }

func (b *bench) opening() Opening {
	return Opening{Program: "test", Target: b.r.Target, Who: Who{User: "tester", Host: "here", PID: 1}}
}

// apply plans, approves everything and applies it, going on with an interrupted
// run.
func (b *bench) apply(ctx context.Context) (Result, error) {
	b.t.Helper()
	p, err := b.r.Plan(ctx)
	if err != nil {
		return Result{}, err
	}
	return b.applyPlan(ctx, p)
}

func (b *bench) applyPlan(ctx context.Context, p Plan) (Result, error) {
	b.t.Helper()
	run, err := b.store.History().Interrupted(b.r.Target, nil)
	var j *Journal
	if errors.Is(err, ErrNoRun) {
		j, err = b.store.Create(b.opening())
	} else if err == nil {
		j, err = b.store.Reopen(run, b.opening())
	}
	if err != nil {
		return Result{}, err
	}
	defer j.Close()
	return b.r.Apply(ctx, j, Approve(p, "--yes"))
}

func (b *bench) undo(ctx context.Context) (UndoResult, error) {
	b.t.Helper()
	run, err := b.store.History().Latest(Run.Undoable)
	if err != nil {
		return UndoResult{}, err
	}
	j, err := b.store.Reopen(run, b.opening())
	if err != nil {
		return UndoResult{}, err
	}
	defer j.Close()
	return b.r.Undo(ctx, j)
}

func (b *bench) latest() Run {
	b.t.Helper()
	r, err := b.store.History().Latest(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// wantWorld compares the world with "name=value" pairs.
func (b *bench) wantWorld(want ...string) {
	b.t.Helper()
	if got, want := show(b.w), show(newWorld(want...)); got != want {
		b.t.Fatalf("world is %s, want %s", got, want)
	}
}

func show(w *world) string {
	things, err := w.read()
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(things)) {
		out = append(out, k+"="+things[k])
	}
	return strings.Join(out, " ")
}

// kindsOf is the story that a run's journal tells, in one line.
func kindsOf(r Run) string {
	var out []string
	for _, rec := range r.Records {
		out = append(out, string(rec.Kind))
	}
	return strings.Join(out, " ")
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
