package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/checks"
	"writeback/wizard"
)

// files completes names of files that end in one of these ways.
func files(endings ...string) completer {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return endings, cobra.ShellCompDirectiveFilterFileExt
	}
}

func directories(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// argument completes the one argument of a verb.
func argument(words []string) completer {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

// several completes a list with commas in it: what stands there is not offered
// again.
func several(words []string) completer {
	return func(_ *cobra.Command, _ []string, begun string) (out []cobra.Completion, how cobra.ShellCompDirective) {
		before := begun[:strings.LastIndexByte(begun, ',')+1]
		have := strings.Split(before, ",")
		for _, w := range words {
			if word, _, _ := strings.Cut(w, "\t"); strings.HasPrefix(before+w, begun) && !slices.Contains(have, word) {
				out = append(out, before+w)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// described are the checks of doctor with their titles.
func described() (words []string) {
	for _, c := range checks.All {
		words = append(words, c.Code+"\t"+c.Title)
	}
	return words
}

// completeOutput offers what the verb can write.
func completeOutput(cmd *cobra.Command, _ []string, _ string) (words []cobra.Completion, how cobra.ShellCompDirective) {
	for _, w := range settings.Output.Words() {
		if of := settings.OutputVerb(w); of == "" || of == cmd.Name() {
			words = append(words, w)
		}
	}
	return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// completeRuns offers the runs of the state directory, the latest first. What is
// wrong with a journal is for the verb to say.
func (a *app) completeRuns(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const how = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	if len(args) > 0 || a.settings.Resolve(cmd.Name(), a.lookupEnv, true) != nil {
		return nil, how
	}
	store, err := a.caller().StoreThere()
	if err != nil {
		return nil, how
	}
	all, _ := store.History().Runs()
	var out []cobra.Completion
	for _, r := range all {
		about := steps.Plain(fmt.Sprintf("%s, %s, %s", r.State, wizard.Ago(r.Started, time.Now()), r.Target.Name()))
		out = append(out, cobra.CompletionWithDesc(r.ID, about))
	}
	return out, how
}
