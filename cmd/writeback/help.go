package main

import (
	"github.com/spf13/cobra"

	"writeback/internal/exit"
	"writeback/internal/settings"
	"writeback/internal/spelling"
)

// What help tells beside the verbs: the exit codes, and the environment.

// helpTopics are commands that do nothing: cobra lists them apart, and help shows
// what they say.
func helpTopics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "exit-codes", Short: "What the exit codes say", Long: exit.Text()},
		{Use: "environment", Short: "The variables of the environment", Long: settings.EnvironmentText()},
	}
}

// helpCmd is cobra's help, except that an unknown verb or topic is an error.
func helpCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "help [VERB]",
		Short: "Help about a verb, or a topic: exit-codes, environment",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) (out []cobra.Completion, how cobra.ShellCompDirective) {
			if of, rest, err := cmd.Root().Find(args); err == nil && len(rest) == 0 {
				for _, c := range withHelp(of) {
					out = append(out, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			of, rest, err := cmd.Root().Find(args)
			if err != nil {
				return &usageError{Err: err}
			}
			if len(rest) > 0 {
				var names []string
				for _, c := range withHelp(of) {
					names = append(names, c.Name())
				}
				return usagef("%s has no verb and no topic %q%s", of.CommandPath(), rest[0], spelling.DidYouMean(rest[0], names))
			}
			of.InitDefaultHelpFlag()
			of.InitDefaultVersionFlag()
			return of.Help()
		},
	}
}
