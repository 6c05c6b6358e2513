//go:build linux || darwin

package main

import (
	"os"
	"path/filepath"
	"testing"

	"writeback/internal/tier"
)

// At a terminal the list comes first, and only who types the phrase has the file.
func TestTypedBundle(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice", "--only", "delegate")
	file := filepath.Join(p.dir, "report.zip")
	for _, keys := range []string{"yes\n", "\x04"} {
		h := p.sitsDown("bundle", "-o", file).start()
		h.sees("directory.json")
		h.sees("Type bundle " + question)
		h.types(keys)
		h.leaves(exitCancelled)
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Errorf("%q: the file is there: %v", keys, err)
		}
		if _, err := os.Stat(filepath.Join(p.state, "practice", "bundles")); !os.IsNotExist(err) {
			t.Errorf("%q: a table of names is there: %v", keys, err)
		}
	}
	h := p.sitsDown("bundle", "-o", file).start()
	h.sees(question)
	h.types("bundle\n")
	h.leaves(exitDone)
	h.sees("Keep this to yourself: ")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
}
