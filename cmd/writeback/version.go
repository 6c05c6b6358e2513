package main

import (
	"github.com/spf13/cobra"
)

// versionCmd reads no configuration file: it must answer wherever it is asked.
func (a *app) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  atMost(0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.settings.Resolve(cmd.Name(), a.lookupEnv, false); err != nil {
				return err
			}
			if err := a.settings.CheckOutput(cmd.Name()); err != nil {
				return err
			}
			a.ran = true
			return a.renderer().Version(build())
		},
	}
}
