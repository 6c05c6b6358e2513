//go:build linux || darwin

package main

import (
	"strings"
	"testing"

	"writeback/internal/tier"
)

// On a terminal there is a bar for each DC, drawn in place; where that is not
// wanted or not possible, a line.
func TestWaitOnATerminal(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	const bar = "dc1.corp.contoso.com  [####################]  414 of 414 users"
	for _, c := range []struct {
		name  string
		env   []string
		flags []string
		bars  bool
	}{
		{"a terminal", []string{"TERM=xterm"}, nil, true},
		{"JSON on a terminal", []string{"TERM=xterm"}, []string{"--output", "json"}, true},
		{"dumb", []string{"TERM=dumb"}, nil, false},
		{"accessible", []string{"TERM=xterm", "ACCESSIBLE=1"}, nil, false},
		{"no colours", []string{"TERM=xterm", "NO_COLOR=1"}, nil, false},
		{"--no-color", []string{"TERM=xterm"}, []string{"--no-color"}, false},
		{"--debug", []string{"TERM=xterm"}, []string{"--debug"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProgram(t)
			p.flags = append(p.flags, "--practice")
			p.want(exitDone, "apply", "--yes", "--only", "delegate")
			p.env = append(p.env, c.env...)
			h := p.sitsDown(append([]string{"verify", "--wait", "--only", "delegate"}, c.flags...)...).start()
			h.leaves(exitDone)
			h.sees("414 of 414 users")
			if got := strings.Contains(h.screen(), "\x1b[2K"+bar); got != c.bars {
				t.Errorf("bars: %v\n%q", got, h.screen())
			}
			if !c.bars && strings.Contains(h.screen(), "[#") {
				t.Errorf("%q", h.screen())
			}
		})
	}
}
