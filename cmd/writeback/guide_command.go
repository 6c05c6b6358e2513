package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"writeback/internal/shell"
)

// The command line that does the same without the wizard, as it can be pasted
// into any shell. Files that hold secrets are named; the secrets
// themselves are nowhere in the settings.

// kept are the settings that a preview does not show and that change what is
// done.
var kept = []string{"accept", "ad-password-file", "client-secret-file", "client-certificate", "graph-token-file", "portal-token-file",
	"handoff-script", "handoff-answer", "config", "state-dir"}

// Command is the apply that makes the same plan. Where the account's name is none
// for a shell, its SID stands there: a managed service account's ends in $.
func (g *guide) Command() string {
	line := slices.Concat(shell.Words("writeback apply"), g.set().args(slices.Concat(shown, reached, kept)), g.set().place())
	if g.account.DN != "" {
		line = line.Instead(g.set().connector, g.account.SID.String())
	}
	return line.String()
}

// Undo takes a run back. The run knows where it was.
func (g *guide) Undo(run string) string {
	return slices.Concat(shell.Words("writeback undo %s", run), g.set().args([]string{"ad-password-file", "state-dir"}), g.set().place()).String()
}

// Report writes down what a run made.
func (g *guide) Report(run string) string {
	return slices.Concat(shell.Words("writeback report %s -o report.html", run), g.set().args([]string{"state-dir"}), g.set().place()).String()
}

// place is what leads to the practice world, where that is where we are.
func (s *settings) place() shell.Line {
	switch {
	case !s.practice:
		return nil
	case s.practiceBase == "":
		return shell.Words("--practice")
	}
	return shell.Words("--practice --state-dir %s", s.practiceBase)
}

// args are the settings that somebody gave a value, as flags. What the practice
// world set is not one of them: it is another one the next time.
func (s *settings) args(names []string) (out shell.Line) {
	add := func(own string, values ...string) { out = append(out, shell.Words(own, values...)...) }
	for _, name := range names {
		x := s.flags.Lookup(name)
		if x == nil || s.unset(name) || s.from[name] == practiceOrigin {
			continue
		}
		switch value := x.Value.String(); {
		case x.Value.Type() == "bool" && value == "true":
			add("--" + name)
		case x.Value.Type() == "bool":
			if x.DefValue != value {
				add("--" + name + "=" + value)
			}
		case x.Value.Type() == "stringArray":
			for _, v := range x.Value.(pflag.SliceValue).GetSlice() {
				add("--"+name+" %s", v)
			}
		case x.Value.Type() == "stringSlice":
			if all := x.Value.(pflag.SliceValue).GetSlice(); len(all) > 0 {
				add("--"+name+" %s", strings.Join(all, ","))
			}
		case value != "":
			add("--"+name+" %s", value)
		}
	}
	return out
}
