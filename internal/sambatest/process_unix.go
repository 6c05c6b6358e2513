//go:build unix

package sambatest

import (
	"os/exec"
	"syscall"
)

// ownProcessGroup keeps a Ctrl-C at the terminal from the shell, which still has a folder to remove.
func ownProcessGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func killGroup(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
