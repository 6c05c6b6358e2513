package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"writeback/steps"
)

// Everything that is run on Wine, on one drive: to make that takes as long as all
// the rest.
func TestTheWindowsBuild(t *testing.T) {
	t.Parallel()
	w := newWine(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *wine)
	}{
		{"version", wineVersion},
		{"plan", winePlan},
		{"apply, verify, undo", wineRun},
		{"who may write", wineGuard},
		{"lock", wineLock},
		{"killed", wineKilled},
		{"wizard", wineWizard},
		{"leaving", wineLeaving},
		{"lines", wineLines},
		{"a DC elsewhere", wineElsewhere},
		{"packages", winePackages},
		{"scripts", wineScripts},
		{"cmdlets", wineCmdlets},
		{"a PowerShell that says nothing", wineStub},
		{"killed at work", wineKilledAtWork},
		{"interrupted at work", wineInterruptedAtWork},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, w) })
	}
}

func wineVersion(t *testing.T, w *wine) {
	if o := w.runner(t, "version").want(exitDone, "version"); !strings.Contains(o.out, "windows/amd64") {
		t.Errorf("it says %q", o.out)
	}
}

// A rehearsal's plan is the same, whatever it is made on.
func winePlan(t *testing.T, w *wine) {
	args := []string{"plan", "--output", "json", "--detailed-exitcode", "--allow-undocumented-api"}
	there := w.runner(t, "plan").practised()
	here := newProgram(t).practised()
	a, b := there.want(exitChanges, args...), here.want(exitChanges, args...)
	if got, want := alike(t, there, a.out), alike(t, here, b.out); got != want {
		t.Errorf("on Windows:\n%s\nhere:\n%s", got, want)
	}
	if plan := decode[steps.Plan](t, a); plan.Pending() != 6 {
		t.Errorf("%d changes", plan.Pending())
	}
}

var passing = regexp.MustCompile(`127\.0\.0\.1:\d+|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z|C:\\\\[^"]*\.pem|/[^"]*\.pem`)

// alike is a document without what differs from one run to the next.
func alike(t *testing.T, p *program, document string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(passing.ReplaceAllString(document, "·")), "", " "); err != nil {
		t.Fatalf("%v in %s", err, document)
	}
	return b.String()
}

func wineRun(t *testing.T, w *wine) {
	p := w.runner(t, "run").practised()
	p.want(exitDone, "apply", "--yes", "--allow-undocumented-api")
	if run := p.latestPractice(); run.State != steps.RunDone || len(run.Made) != 6 {
		t.Errorf("the run is %s, %d made", run.State, len(run.Made))
	}
	p.undoesAll()
	// Without --state-dir it is in the profile of whoever is signed in.
	q := p.without("--state-dir")
	q.want(exitDone, "runs")
	if _, err := os.Stat(w.unix("users/wine/AppData/Local/writeback")); err != nil {
		t.Error(err)
	}
}

// Wine keeps a DACL as the mode of a file: what it says of the others is enough
// to see that the directory is made for its owner alone, and refused where it is
// not.
func wineGuard(t *testing.T, w *wine) {
	p := w.runner(t, "guard").practised()
	p.want(exitDone, "runs")
	info, err := os.Stat(p.state)
	if err != nil || info.Mode().Perm()&0o027 != 0 {
		t.Errorf("made with %v, %v", info.Mode(), err)
	}
	if err := os.Chmod(p.state, 0o707); err != nil {
		t.Fatal(err)
	}
	p.ends(exitError, []string{"is not safe", "Everyone may write it", "--state-dir"}, "runs")
}

func wineLock(t *testing.T, w *wine) {
	p := w.runner(t, "lock").practised()
	q, meeting := w.interruptible(p).meets("after intent 5")
	first := q.command("apply", "--yes")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	release := meeting.there()
	p.ends(exitError, []string{"is in use", "process "}, "undo", "--yes")
	release()
	if err := first.Wait(); err != nil && first.ProcessState.ExitCode() != exitManual {
		t.Errorf("the first: %v", err)
	}
	p.want(exitDone, "undo", "--yes")
}

// The process is ended from outside, as the task manager does it: the next one
// finds what it left, and goes on.
func wineKilled(t *testing.T, w *wine) {
	p := w.runner(t, "killed").practised()
	q, meeting := w.interruptible(p).meets("before made 7")
	cmd := q.command("apply", "--yes", "--allow-undocumented-api")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	meeting.there()
	p.terminates(w, filepath.Base(q.as[1]))
	_ = cmd.Wait() // it was ended: that is its error
	run := p.latestPractice()
	if run.State != steps.RunInDoubt {
		t.Fatalf("the run is %s", run.State)
	}
	p.want(exitDone, "apply", "--yes", "--allow-undocumented-api")
	if again := p.latestPractice(); again.ID != run.ID || again.State != steps.RunDone {
		t.Errorf("run %s is %s; it was %s", again.ID, again.State, run.ID)
	}
	p.undoesAll()
}

// terminates ends a program by Windows' own TerminateProcess.
func (p *program) terminates(w *wine, image string) {
	p.t.Helper()
	cmd := exec.Command("wine", "taskkill", "/f", "/im", image)
	cmd.Env = w.env
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("taskkill: %v: %s", err, out)
	}
}

// winePackages runs the tests of the packages that have Windows code.
func winePackages(t *testing.T, w *wine) {
	for pkg, some := range tested {
		program := w.tests(pkg)
		run := func() ([]byte, error) {
			cmd := exec.Command("wine", program, "-test.v", "-test.run", some, "-test.skip", lacking)
			cmd.Env = w.env
			cmd.Dir = filepath.Join("..", "..", filepath.FromSlash(pkg))
			return cmd.CombinedOutput()
		}
		out, err := run()
		if err != nil && len(out) == 0 { // on a loaded machine Wine may fail to start a program, and says nothing
			t.Logf("%s: %v without a word: once more", pkg, err)
			out, err = run()
		}
		if n := bytes.Count(out, []byte("--- PASS")); err != nil || n == 0 {
			t.Errorf("%s: %v, %d tests passed\n%s", pkg, err, n, out)
		}
	}
}
