package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/steps/checks"
	"writeback/wizard"
)

// What a shell completes beyond verbs and flags, which cobra does: stages, codes,
// words, files and runs. While it is asked nothing is connected to, nothing is
// begun and nothing is made: somebody presses Tab and waits.

// completer says what can come next: words, each with a tab and a description
// where that helps.
type completer = func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective)

// declareCompletion says for every verb and flag below root what completes it.
func (a *app) declareCompletion(root *cobra.Command) {
	completionCmd(root)
	a.completeFlags(root, root.PersistentFlags())
	arguments := map[string]completer{
		"apply":     files("json"),
		"undo":      a.completeRuns,
		"runs show": a.completeRuns,
		"report":    a.completeRuns,
		"attest":    argument(settings.Stages[1:]), // what the first one does needs nobody's word
	}
	each(root, func(cmd *cobra.Command) {
		a.completeFlags(cmd, cmd.LocalNonPersistentFlags())
		if cmd.ValidArgsFunction != nil || len(cmd.ValidArgs) > 0 {
			return
		}
		cmd.ValidArgsFunction = cobra.NoFileCompletions
		_, name, _ := strings.Cut(cmd.CommandPath(), " ")
		if complete := arguments[name]; complete != nil {
			cmd.ValidArgsFunction = complete
		}
	})
}

// completionCmd is cobra's verb, but that a shell that it does not know is a
// mistake: eval "$(writeback completion bsh)" would run the help otherwise.
func completionCmd(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Args = noVerb
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

// completeFlags says what completes the values of flags: the words that are
// right, or files where the flag's name for its value says FILE.
func (a *app) completeFlags(cmd *cobra.Command, flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		complete := cobra.NoFileCompletions
		switch x := settingOf(f); {
		case x == nil || x.Kind == settings.Switch:
			return
		case x == settings.Output.Setting:
			complete = completeOutput
		case x == settings.Checks.Setting:
			complete = several(described())
		case x.Words != nil && x.IsList():
			complete = several(x.Words())
		case x.Words != nil:
			complete = cobra.FixedCompletions(x.Words(), cobra.ShellCompDirectiveNoFileComp)
		case x == settings.Config.Setting:
			complete = files("yaml", "yml")
		case x.Metavar() == "DIR":
			complete = directories
		case x.IsPath():
			return
		}
		// The error is one of a flag that is declared twice, and there is none.
		_ = cmd.RegisterFlagCompletionFunc(f.Name, complete)
	})
}

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
	store, err := a.storeThere()
	if err != nil {
		return nil, how
	}
	all, _ := store.History().Runs()
	var out []cobra.Completion
	for _, r := range all {
		about := steps.Plain(fmt.Sprintf("%s, %s, %s", r.State, wizard.Ago(r.Started, time.Now()), r.Target.Domain))
		out = append(out, cobra.CompletionWithDesc(r.ID, about))
	}
	return out, how
}

// storeThere opens the journals where there are any, and makes no directory.
func (a *app) storeThere() (*steps.Store, error) {
	path := settings.StateDir.Of(a.settings)
	if path == "" {
		var err error
		if path, err = statedir.Default(); err != nil {
			return nil, err
		}
	}
	if settings.Practice.Of(a.settings) {
		path = filepath.Join(path, "practice")
	}
	switch info, err := os.Stat(filepath.Join(path, "runs")); {
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fs.ErrNotExist
	}
	dir, err := statedir.Open(path)
	if err != nil {
		return nil, err
	}
	return a.caller().OpenStore(dir)
}
