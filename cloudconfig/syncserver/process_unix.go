//go:build !windows

package syncserver

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// tree is a process with its children: a process group.
type tree struct{ cmd *exec.Cmd }

func own(cmd *exec.Cmd) *tree {
	t := &tree{cmd}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = t.kill
	return t
}

func (t *tree) started() {}

// end leaves no child behind. Without one, the group's number may be another's by
// now, and is let alone.
func (t *tree) end(left bool) {
	if left {
		_ = t.kill()
	}
}

func (t *tree) kill() error {
	err := syscall.Kill(-t.cmd.Process.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

func misleading(string, string) bool { return false }

func candidates() []string { return []string{"pwsh", "powershell"} }
