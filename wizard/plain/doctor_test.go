package plain

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"writeback/steps"
	"writeback/wizard/tell"
)

// The first line never calls fine what was not looked at.
func TestCheckedUpEnds(t *testing.T) {
	for _, c := range []struct {
		states string
		want   string
	}{
		{"ok ok", "Nothing has to be done, as far as was looked."},
		{"ok not-checked", "Nothing has to be done, as far as was looked; 1 check could not be made."},
		{"not-checked not-checked", "Nothing was checked; 2 checks could not be made."},
		{"", "Nothing was checked."},
		{"ok warning", "Somebody should look: 1 warning."},
		{"warning warning not-checked", "Somebody should look: 2 warnings; 1 check could not be made."},
		{"error warning ok", "Somebody has to act: 1 error, 1 warning."},
		{"error", "Somebody has to act: 1 error, 0 warnings."},
	} {
		var checkup tell.Checkup
		for _, s := range strings.Fields(c.states) {
			checkup.Checks = append(checkup.Checks, tell.CheckupCheck{Code: "x", Title: "X", State: s})
		}
		var out bytes.Buffer
		if err := (&Renderer{Out: &out}).CheckedUp(checkup); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(out.String(), c.want+"\n") {
			t.Errorf("%s: it begins with %q, want %q", c.states, out.String(), c.want)
		}
	}
}

// What comes from outside cannot deceive a terminal.
func TestCheckedUpIsPlain(t *testing.T) {
	const evil = "a\x1b[2Jb\u202ec"
	c := tell.Checkup{Target: steps.Target{Domain: evil, DC: evil}, Checks: []tell.CheckupCheck{{Domain: evil, Code: "x", Title: evil, State: "warning", Text: evil, Source: evil,
		Findings: []steps.Finding{{Level: steps.LevelWarning, Code: "y", Text: evil, Fix: evil}}}}}
	for _, asJSON := range []bool{false, true} {
		var out bytes.Buffer
		if err := (&Renderer{Out: &out, JSON: asJSON}).CheckedUp(c); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(out.String(), "\x1b\u202e") || !strings.Contains(out.String(), "001b[2Jb") {
			t.Errorf("JSON %v: %q", asJSON, out.String())
		}
		if asJSON && !json.Valid(out.Bytes()) {
			t.Errorf("%s", out.String())
		}
	}
}
