package main

import (
	"os"
	"strings"
	"testing"

	"writeback/internal/tier"
)

// Whatever a verb says, it fails where that cannot be said: on a full disk, for
// which /dev/full stands.
func TestFullOutputFails(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	for _, args := range [][]string{
		{"help"}, {"--help"}, {"help", "plan"}, {"plan", "--help"}, {"help", "exit-codes"}, {"help", "environment"}, {"version"}, {"--version"},
		{"version", "--output", "json"}, {"completion", "bash"}, {"completion", "powershell"}, {"completion"}, {"runs"}, {"runs", "--output", "json"},
		{"practice", "--reset"}, {"practice", "--reset", "--output", "json"}, {"plan", "--practice"}, {"plan", "--practice", "--output", "json"},
		{"doctor", "--practice"}, {"verify", "--practice"}, {"__complete", "pl"}, {},
	} {
		p := newProgram(t)
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		cmd := p.command(args...)
		var said strings.Builder
		cmd.Stdout, cmd.Stderr = full, &said
		err = cmd.Run()
		full.Close()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		if code := cmd.ProcessState.ExitCode(); code != exitError || !strings.Contains(said.String(), "no space left on device") {
			t.Errorf("%q: exit code %d: %s", args, code, said.String())
		}
	}
}
