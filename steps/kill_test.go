package steps

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// The engine in a process of its own, killed by the operating system: nothing
// that Go would do at its end is done.

const killEnv = "STEPS_TEST_KILL"

// Exit codes of a child that was not killed. (On Windows a killed one has 1.)
const (
	goPanic = 2
	badEnd  = 3
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killEnv); dir != "" {
		os.Exit(killed(dir, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// inBatches is a file that has the changes of one group written at once.
const inBatches = "batches"

// fileBench is the bench of dir, where the world is a file.
func fileBench(dir string) (*world, *Runner) {
	w := &world{path: filepath.Join(dir, "world.json")}
	wishes := toy{w: w, wish: []string{"a=1", "b=1", "c=-"}}
	step := Define(Info{"s", "S"}, wishes)
	if _, err := os.Stat(filepath.Join(dir, inBatches)); err == nil {
		wishes.wish = []string{"a=1", "g.a=1", "g.b=1", "g.c=-", "h.a=1"}
		step = Define(Info{"s", "S"}, batching{wishes})
	}
	return w, &Runner{Target: here, BringBack: true, Steps: []Step{step}}
}

// killed is what the child does: apply or undo, and kill itself at the n-th
// point.
func killed(dir string, args []string) int {
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return badEnd
	}
	w, r := fileBench(dir)
	seen := 0
	cut := func(string) {
		if seen++; seen == n {
			if p, err := os.FindProcess(os.Getpid()); err == nil {
				_ = p.Kill() // SIGKILL
			}
			select {}
		}
	}
	w.cut = cut
	if err := live(dir, r, args[0], cut); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return badEnd
	}
	return 0
}

func live(dir string, r *Runner, verb string, cut func(string)) error {
	store, err := OpenStore(filepath.Join(dir, "runs"))
	if err != nil {
		return err
	}
	store.Cut = cut
	o := Opening{Verb: verb, Target: here}
	if verb == "undo" {
		run, err := store.History().Latest(Run.Undoable)
		if errors.Is(err, ErrNoRun) {
			return nil
		}
		if err != nil {
			return err
		}
		j, err := store.Reopen(run, o)
		if err != nil {
			return err
		}
		defer j.Close()
		_, err = r.Undo(ctx, j)
		return err
	}
	plan, err := r.Plan(ctx)
	if err != nil {
		return err
	}
	var j *Journal
	run, err := store.History().Interrupted(here, nil)
	switch {
	case err == nil:
		j, err = store.Reopen(run, o)
	case errors.Is(err, ErrNoRun):
		j, err = store.Create(o)
	}
	if err != nil {
		return err
	}
	defer j.Close()
	_, err = r.Apply(ctx, j, Approve(plan, "--yes"))
	return err
}

func TestKilledAtEveryPoint(t *testing.T) {
	killedAtEveryPoint(t, 20, map[string]string{"world.json": `{"b":"0","c":"1","foreign":"1"}`}, "a=1 b=1 foreign=1")
}

// The same where several changes are one write: each has its own records.
func TestKilledAtEveryPointOfABatch(t *testing.T) {
	killedAtEveryPoint(t, 30, map[string]string{"world.json": `{"g.b":"0","g.c":"1","foreign":"1"}`, inBatches: ""}, "a=1 foreign=1 g.a=1 g.b=1 h.a=1")
}

func killedAtEveryPoint(t *testing.T, atLeast int, files map[string]string, wish string) {
	for n := 1; ; n++ {
		dir := t.TempDir()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		w, r := fileBench(dir)
		first := show(w)
		child := func(verb string) (died bool) {
			cmd := exec.Command(os.Args[0], verb, strconv.Itoa(n))
			cmd.Env = append(os.Environ(), killEnv+"="+dir)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			switch {
			case err == nil:
				return false
			case errors.As(err, &exit) && exit.ExitCode() != badEnd && exit.ExitCode() != goPanic:
				return true
			}
			t.Fatalf("%s, point %d: %v: %s", verb, n, err, out)
			return false
		}
		applied := child("apply")
		if err := live(dir, r, "apply", nil); err != nil {
			t.Fatalf("point %d: apply again: %v", n, err)
		}
		if got := show(w); got != wish {
			t.Fatalf("point %d: %s", n, got)
		}
		undone := child("undo")
		if err := live(dir, r, "undo", nil); err != nil {
			t.Fatalf("point %d: undo again: %v", n, err)
		}
		if got := show(w); got != first {
			t.Fatalf("point %d: %s, want %s", n, got, first)
		}
		if !applied && !undone {
			if n < atLeast {
				t.Fatalf("only %d points", n)
			}
			return
		}
	}
}
