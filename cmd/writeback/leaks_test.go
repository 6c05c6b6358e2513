package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/internal/leaks"
)

// No secret that any test uses may stand in what the program writes or says, or in
// its arguments. Every test is looked at for that when it ends, by the two places
// that all of them start the program through: newProgram and command.

// secretEnv are the variables that hold secrets.
var secretEnv = []string{"WRITEBACK_AD_PASSWORD", "WRITEBACK_CLIENT_SECRET", "WRITEBACK_GRAPH_TOKEN", "WRITEBACK_PORTAL_TOKEN"}

// keepsSecrets looks through the directory that the program works in: state,
// logs, plans, reports.
func keepsSecrets(t *testing.T, dir string) {
	t.Cleanup(func() { leaks.Folder(t, dir) })
}

// watched learns the secrets that the program is given, and looks through its
// arguments and what it said when the test is over.
func watched(t *testing.T, cmd *exec.Cmd) *exec.Cmd {
	for _, v := range cmd.Env {
		if name, value, _ := strings.Cut(v, "="); slices.Contains(secretEnv, name) {
			leaks.Secret(value)
		}
	}
	t.Cleanup(func() { spoke(t, cmd) })
	return cmd
}

// spoke looks through the arguments and the output of a program that has ended.
// What went to a terminal is looked through where that is read.
func spoke(t leaks.T, cmd *exec.Cmd) {
	t.Helper()
	leaks.Text(t, "its arguments", strings.Join(cmd.Args, "\n"))
	for where, w := range map[string]any{"standard output": cmd.Stdout, "standard error": cmd.Stderr} {
		if heard, ok := w.(fmt.Stringer); ok {
			leaks.Text(t, where, heard.String())
		}
	}
}

// complaints is a test that only notes what it would fail with.
type complaints []string

func (*complaints) Helper() {}

func (c *complaints) Errorf(format string, args ...any) {
	*c = append(*c, fmt.Sprintf(format, args...))
}

// The looks see a leak where it is: the program is told its password as an unknown
// verb, which is an argument and comes back in an error.
func TestLeaksAreSeen(t *testing.T) {
	secret := leaks.Secret("Pl4nted-by-the-test-of-the-test")
	cmd := exec.Command(os.Args[0], secret)
	cmd.Env = []string{beProgram + "=1"} // what stands there would be struck out
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "has no verb") {
		t.Fatalf("%v: %s", err, out)
	}
	var heard complaints
	spoke(&heard, cmd)
	if all := strings.Join(heard, "\n"); !strings.Contains(all, "its arguments: a secret (Pl4nt…") || !strings.Contains(all, "standard error: a secret (Pl4nt…") {
		t.Errorf("heard %q", heard)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "2026.jsonl"), []byte(`{"error":"bind with `+secret+`"}`))
	heard = nil
	if leaks.Folder(&heard, dir); len(heard) != 1 {
		t.Errorf("in a journal: %q", heard)
	}
}
