package main

import (
	"encoding/json"
	"slices"

	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard"
)

// errorDocument is what a program reads of an error, where there was no document before
// it.
type errorDocument struct {
	FormatVersion int          `json:"formatVersion"`
	Error         errorContent `json:"error"`
}

type errorContent struct {
	Code   string   `json:"code"`
	What   string   `json:"what"`
	Detail string   `json:"detail,omitempty"`
	Try    []string `json:"try,omitempty"`
}

// errorCodes names the exit codes of errors.
var errorCodes = map[int]string{
	exitError: "error", exitUsage: "usage", exitChanges: "changes", exitSignIn: "sign-in-refused",
	exitDrift: "drift", exitManual: "manual", exitRefused: "refused", exitCancelled: "cancelled",
}

// speaksJSON says that documents were asked for, also where the command line was wrong
// and the settings were never read.
func (a *app) speaksJSON(args []string) bool {
	if settings.Output.Of(a.settings) == settings.JSON || slices.Contains(args, "--"+settings.Output.Name+"="+settings.JSON) {
		return true
	}
	at := slices.Index(args, "--"+settings.Output.Name)
	if at >= 0 {
		return at+1 < len(args) && args[at+1] == settings.JSON
	}
	value, _ := a.lookupEnv(settings.EnvName(settings.Output.Name))
	return value == settings.JSON
}

func (a *app) errorDocument(err error) {
	d := errorDocument{FormatVersion: steps.FormatVersion, Error: errorContent{Code: errorCodes[a.exit(err)]}}
	say := func(line string) string { return steps.Plain(a.secrets.Redact(line)) }
	add := func(line string) {
		switch e := &d.Error; {
		case e.What == "":
			e.What = say(line)
		case e.Detail == "":
			e.Detail = say(line)
		default:
			e.Detail += "\n" + say(line)
		}
	}
	if blocked := wizard.BlockedIn(err); a.exit(err) == exitRefused {
		for _, b := range blocked {
			for _, f := range b.Findings {
				add(b.Step + " is blocked: " + f.Text)
				if f.Fix != "" {
					d.Error.Try = append(d.Error.Try, say(f.Fix))
				}
			}
		}
	} else {
		for _, line := range steps.Lines(err) {
			add(line)
		}
		if hint := a.hintFor(err); hint != "" {
			d.Error.Try = []string{steps.Plain(hint)}
		}
	}
	raw, err := json.MarshalIndent(d, "", "  ")
	if err == nil {
		_, _ = a.out.Write(append(steps.PlainJSON(raw), '\n')) // the exit code says that it failed
	}
}
