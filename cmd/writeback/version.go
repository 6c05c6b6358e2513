package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"writeback/wizard/plain"
)

// release is set by the linker for a release: -X main.release=v1.2.3.
var release string

// version is the release, or what the go command knows of this build.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unreleased"
}

// versionCmd reads no configuration file: it must answer wherever it is asked.
func (a *app) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  atMost(0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.settings.resolve(cmd.Flags(), a.lookupEnv, false); err != nil {
				return err
			}
			if err := a.settings.checkOutput(cmd.Name()); err != nil {
				return err
			}
			a.ran = true
			return a.face().Version(plain.Build{Version: version(), Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH})
		},
	}
}
