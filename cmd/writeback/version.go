package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"writeback/wizard/tell"
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

// These are set by the linker for a release, and by nothing else: a package is
// then compiled once for all releases. All three or none is set.
var (
	release string // -X main.release=v1.2.3
	commit  string // -X main.commit=, the commit's hash
	date    string // -X main.date=, of the commit, RFC 3339 UTC
)

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

// build is what there is to say of this program. Commit and date of one that is
// no release are those that the go command saw in the clone, where it looked.
func build() tell.Build {
	b := tell.Build{Version: version(), Commit: commit, Date: date, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok && release == "" {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.time":
				b.Date = s.Value
			}
		}
	}
	return b
}
