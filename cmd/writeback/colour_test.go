package main

import (
	"encoding/json"
	"strings"
	"testing"

	"writeback/internal/settings"
)

// Who says first whether there are colours: the flag, NO_COLOR, CLICOLOR_FORCE,
// CLICOLOR, the output.
func TestColours(t *testing.T) {
	for name, c := range map[string]struct {
		env      map[string]string
		flag     string // of --no-color; "": not given
		terminal bool
		want     bool
	}{
		"a terminal":                    {nil, "", true, true},
		"a file":                        {nil, "", false, false},
		"NO_COLOR":                      {map[string]string{"NO_COLOR": "1"}, "", true, false},
		"NO_COLOR=0":                    {map[string]string{"NO_COLOR": "0"}, "", true, false},
		"NO_COLOR, empty":               {map[string]string{"NO_COLOR": ""}, "", true, true},
		"CLICOLOR=0":                    {map[string]string{"CLICOLOR": "0"}, "", true, false},
		"CLICOLOR=1, a file":            {map[string]string{"CLICOLOR": "1"}, "", false, false},
		"forced":                        {map[string]string{"CLICOLOR_FORCE": "1"}, "", false, true},
		"forced by 0":                   {map[string]string{"CLICOLOR_FORCE": "0"}, "", false, false},
		"forced, and CLICOLOR=0":        {map[string]string{"CLICOLOR_FORCE": "1", "CLICOLOR": "0"}, "", false, true},
		"forced, and NO_COLOR":          {map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, "", true, false},
		"the flag":                      {nil, "true", true, false},
		"the flag, forced":              {map[string]string{"CLICOLOR_FORCE": "1"}, "true", true, false},
		"the flag wants them":           {map[string]string{"NO_COLOR": "1"}, "false", true, true},
		"the flag wants them in a file": {map[string]string{"NO_COLOR": "1"}, "false", false, false},
	} {
		a := &app{colour: c.terminal, lookupEnv: func(name string) (string, bool) { v, there := c.env[name]; return v, there }}
		a.settings = new(settings.Settings)
		if c.flag != "" {
			settings.NoColor.Put(a.settings, c.flag == "true", settings.FromFlag)
		}
		if got := a.coloured(); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// Colours into a pipe are for text; documents have none.
func TestForcedColours(t *testing.T) {
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
