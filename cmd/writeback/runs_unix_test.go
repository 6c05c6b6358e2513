//go:build linux || darwin

package main

import (
	"strings"
	"testing"
)

// At a terminal runs are told from now, and a line is no longer than it is wide.
func TestRunsAtATerminal(t *testing.T) {
	p := newProgram(t)
	id := begun(t, p.state, "a-rather-long-name.of.a.domain.corp.example")
	h := p.sitsDown("runs").start()
	h.leaves(exitDone)
	h.seesWhere(func(screen string) bool { return strings.Contains(screen, id) && strings.Contains(screen, "just now") }, "just now")
	for _, line := range strings.Split(h.screen(), "\n") {
		if n := len([]rune(strings.TrimRight(line, "\r"))); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if o := p.want(exitDone, "runs"); strings.Contains(o.out, "just now") || !strings.Contains(o.out, "dc1.a-rather-long-name") {
		t.Errorf("in a pipe: %s", o.out)
	}
}
