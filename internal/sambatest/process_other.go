//go:build !unix

package sambatest

import "os/exec"

// There is no Samba AD DC outside Unix: these let the tests that skip themselves be built.

func ownProcessGroup(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
