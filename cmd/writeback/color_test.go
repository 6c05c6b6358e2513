package main

import (
	"encoding/json"
	"strings"
	"testing"

	"writeback/internal/tier"
)

// Colours into a pipe are for text; documents have none.
func TestForcedColours(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.env = append(p.env, "CLICOLOR_FORCE=1", "WRITEBACK_PRACTICE=true", "WRITEBACK_ONLY=delegate")
	if o := p.want(exitDone, "plan"); !strings.Contains(o.out, "\x1b[") {
		t.Error("no colours in a plan")
	}
	if o := p.want(exitDone, "plan", "--no-color"); strings.Contains(o.out, "\x1b") {
		t.Error("--no-color, and colours in a plan")
	}
	if o := p.want(exitDone, "plan", "--output", "json"); strings.Contains(o.out, "\x1b") || !json.Valid([]byte(o.out)) {
		t.Errorf("no document: %.200s", o.out)
	}
	if o := p.want(exitDone, "plan", "--output", "github"); strings.Contains(o.out, "\x1b") {
		t.Errorf("colours in Markdown: %.200s", o.out)
	}
	if o := p.ends(exitUsage, []string{"no verb"}, "nothing"); strings.Contains(o.err, "\x1b") {
		t.Errorf("colours in an error: %q", o.err)
	}
}
