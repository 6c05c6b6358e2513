package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// The command line that does the same without the wizard, as it can be pasted
// into the shell of this system. Files that hold secrets are named; the secrets
// themselves are nowhere in the settings.

// kept are the settings that a preview does not show and that change what is
// done.
var kept = []string{"accept", "ad-password-file", "client-secret-file", "client-certificate", "graph-token-file", "portal-token-file",
	"handoff-script", "handoff-answer", "config", "state-dir"}

// Command is the apply that makes the same plan.
func (g *guide) Command() string {
	words := append([]string{"writeback", "apply"}, g.set().args(slices.Concat(shown, reached, kept))...)
	return commandLine(runtime.GOOS, append(words, g.set().place()...))
}

// Undo takes a run back. The run knows where it was.
func (g *guide) Undo(run string) string {
	words := append([]string{"writeback", "undo", run}, g.set().args([]string{"ad-password-file", "state-dir"})...)
	return commandLine(runtime.GOOS, append(words, g.set().place()...))
}

// Report writes down what a run made.
func (g *guide) Report(run string) string {
	words := append([]string{"writeback", "report", run, "-o", "report.html"}, g.set().args([]string{"state-dir"})...)
	return commandLine(runtime.GOOS, append(words, g.set().place()...))
}

// place is what leads to the practice world, where that is where we are.
func (s *settings) place() []string {
	switch {
	case !s.practice:
		return nil
	case s.practiceBase == "":
		return []string{"--practice"}
	}
	return []string{"--practice", "--state-dir", s.practiceBase}
}

// args are the settings that somebody gave a value, as flags. What the practice
// world set is not one of them: it is another one the next time.
func (s *settings) args(names []string) (out []string) {
	for _, name := range names {
		x := s.flags.Lookup(name)
		if x == nil || s.unset(name) || s.from[name] == practiceOrigin {
			continue
		}
		switch value := x.Value.String(); {
		case x.Value.Type() == "bool" && value == "true":
			out = append(out, "--"+name)
		case x.Value.Type() == "bool":
			if x.DefValue != value {
				out = append(out, "--"+name+"="+value)
			}
		case x.Value.Type() == "stringArray":
			for _, v := range x.Value.(pflag.SliceValue).GetSlice() {
				out = append(out, "--"+name, v)
			}
		case x.Value.Type() == "stringSlice":
			if all := x.Value.(pflag.SliceValue).GetSlice(); len(all) > 0 {
				out = append(out, "--"+name, strings.Join(all, ","))
			}
		case value != "":
			out = append(out, "--"+name, value)
		}
	}
	return out
}

// commandLine quotes words for the shell of a system: PowerShell on Windows, a
// POSIX shell elsewhere.
func commandLine(system string, words []string) string {
	quote := quoteSh
	if system == "windows" {
		quote = quotePowerShell
	}
	out := make([]string, 0, len(words))
	for _, w := range words {
		out = append(out, quote(w))
	}
	return strings.Join(out, " ")
}

const bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:-"

// quoteSh takes a word as it is: in single quotes nothing but the single quote
// itself means anything (POSIX.1-2017, Shell Command Language, 2.2.2).
func quoteSh(word string) string {
	if word != "" && strings.Trim(word, bare+"=@%+,") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// quotePowerShell does so, too: a doubled quote is one quote. The four typographic
// single quotes count as that (about_Quoting_Rules). A comma or an @ outside of
// quotes would begin something else.
func quotePowerShell(word string) string {
	if word != "" && strings.Trim(word, bare+`\`) == "" {
		return word
	}
	var b strings.Builder
	for _, r := range word {
		if strings.ContainsRune("'\u2018\u2019\u201a\u201b", r) {
			b.WriteRune(r)
		}
		b.WriteRune(r)
	}
	return fmt.Sprintf("'%s'", b.String())
}
