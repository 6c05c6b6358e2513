package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"writeback/internal/settings"
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
		"bundle":    a.completeRuns,
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
