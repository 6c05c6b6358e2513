package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"writeback/internal/sambatest"
	"writeback/steps"
)

// A plan file may say that cmdlets are to be run on a server, and whoever wrote it
// chose which: nothing is started before a person has named the server, too.
func TestPlanFileNamesNoSyncServer(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in is a script of sh")
	}
	dc := sambatest.New(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	path, plan := saved(t, p)
	canary := filepath.Join(t.TempDir(), "started")
	pwsh := filepath.Join(t.TempDir(), "pwsh")
	write(t, pwsh, []byte("#!/bin/sh\ntouch '"+canary+"'\nexit 1\n"))
	if err := os.Chmod(pwsh, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]any{"only": []any{"delegate", "writeback"}, "sync": "connect", "sync-server": "evil.example", "writeback-method": "remote"} {
		plan.Settings[name] = steps.Setting{Value: value, From: "flag"}
	}
	write(t, path, plan)
	p.ends(exitUsage, []string{"names the sync server evil.example", "--sync-server evil.example"}, "apply", path, "--yes", "--powershell", pwsh)
	if _, err := os.Stat(canary); err == nil {
		t.Error("PowerShell was started for a server that only the file names")
	}
	p.run("apply", path, "--yes", "--powershell", pwsh, "--sync-server", "sync01.example")
	if _, err := os.Stat(canary); err != nil {
		t.Errorf("nor was it for one that the flag names, so that the test shows nothing: %v", err)
	}
}
