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

// fileBench is the bench of dir, where the world is a file.
func fileBench(dir string) (*world, *Runner) {
	w := &world{path: filepath.Join(dir, "world.json")}
	r := &Runner{Target: here, BringBack: true, Steps: []Step{Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1", "c=-"}})}}
	return w, r
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
	for n := 1; ; n++ {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "world.json"), []byte(`{"b":"0","c":"1","foreign":"1"}`), 0o600); err != nil {
			t.Fatal(err)
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
		if got, want := show(w), "a=1 b=1 foreign=1"; got != want {
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
			if n < 20 {
				t.Fatalf("only %d points", n)
			}
			return
		}
	}
}
