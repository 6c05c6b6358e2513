package main

import (
	"slices"

	"writeback/adperms"
	"writeback/cloudconfig"
	"writeback/cloudconfig/graph"
	"writeback/steps/checks"
)

// allowed are the words that a setting can have, or each value of a list, where
// these are few: what check holds, a shell completes, and an editor offers. nil
// where any text may be right.
func allowed(setting string) (words []string) {
	switch setting {
	case "output":
		return append([]string{"text", "json"}, outputPrometheus, outputGitHub)
	case "unexpire":
		return []string{"auto", "always", "never"}
	case "class":
		for _, c := range adperms.WritebackClasses() {
			words = append(words, c.Name)
		}
	case "only", "skip":
		return slices.Clone(stageIDs)
	case "cloud":
		for _, c := range cloudconfig.Clouds() {
			words = append(words, string(c))
		}
	case "auth":
		for _, m := range graph.Methods() {
			words = append(words, string(m))
		}
	case "sync":
		return []string{"connect", "cloud", "none"}
	case "writeback-method":
		return []string{"auto", "powershell", "remote", "handoff", "manual", "graph"}
	case "sspr-method":
		return []string{"auto", "portal", "manual"}
	case "check":
		return checks.Codes()
	case "format":
		return slices.Clone(reportFormats)
	}
	return words
}

// The outputs that one verb alone has.
const (
	outputPrometheus = "prometheus" // of verify: metrics
	outputGitHub     = "github"     // of plan: a summary in Markdown
)

// outputVerb is the verb that an output belongs to; "" for an output of all.
func outputVerb(output string) string {
	return map[string]string{outputPrometheus: "verify", outputGitHub: "plan"}[output]
}

// checkOutput refuses an output that is another verb's.
func (s *settings) checkOutput(verb string) error {
	if of := outputVerb(s.output); of != "" && of != verb {
		return usagef("--output %s is for writeback %s alone: other verbs write text or json", s.output, of)
	}
	return nil
}
