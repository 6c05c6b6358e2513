//go:build unix

package main

import (
	"os"
	"path/filepath"
	"testing"

	"writeback/internal/tier"
)

// What would be ignored without a word is refused: undo takes back a whole run.
func TestUndoIsNotNarrowed(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	p.want(exitManual, "apply", "--yes", "--coverage=false")
	for _, flag := range []string{"--only=delegate", "--skip=writeback"} {
		p.ends(exitUsage, []string{"undo takes back all"}, "undo", "--yes", flag)
	}
	p.want(exitDone, "undo", "--yes", "--only=delegate,writeback")
}

// A word can be given before there is any run.
func TestAttestOnAFreshRehearsal(t *testing.T) {
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	p.want(exitDone, "attest", "sspr", "--by", "Ann Lee")
}

// The answer of a sync server counts as proof, so that a file which others can
// write is none.
func TestHandoffAnswerOfOthers(t *testing.T) {
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	file := filepath.Join(p.dir, "answer.json")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o666); err != nil {
		t.Fatal(err)
	}
	p.ends(exitUsage, []string{"--handoff-answer", "answer.json"}, "plan", "--handoff-answer", file)
}
