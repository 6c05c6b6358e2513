package main

import "github.com/spf13/cobra"

// each visits the verbs and their verbs.
func each(cmd *cobra.Command, do func(*cobra.Command)) {
	for _, sub := range cmd.Commands() {
		do(sub)
		each(sub, do)
	}
}

// withHelp are the verbs and topics below a command.
func withHelp(of *cobra.Command) (out []*cobra.Command) {
	for _, c := range of.Commands() {
		if c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
			out = append(out, c)
		}
	}
	return out
}
