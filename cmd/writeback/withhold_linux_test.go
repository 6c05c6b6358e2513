package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Another program of the same user, without any right of its own.
const (
	someUID   = 65534
	inTheOpen = "Environment-Secret-77"
)

// upAs starts the program as an ordinary user, with a secret in its environment,
// and gives it when it is up.
func upAs(t *testing.T, uid uint32, env ...string) *exec.Cmd {
	t.Helper()
	p := newProgram(t)
	if err := os.Chmod(p.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	state, err := os.MkdirTemp("/tmp", "state-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(state) })
	if err := os.Chown(state, int(uid), int(uid)); err != nil {
		t.Skipf("only root can start a program as another user: %v", err)
	}
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(state, "writeback")
	if err := os.WriteFile(binary, self, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "practice", "--serve", "--output", "json", "--state-dir", filepath.Join(state, "own"))
	cmd.Env = append([]string{beProgram + "=1", "WRITEBACK_AD_PASSWORD=" + inTheOpen, "HOME=" + state, "LAST=1"}, env...)
	cmd.Dir = state
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid, NoSetGroups: int(uid) == os.Getuid()}}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
	})
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatalf("it does not come up: %v", err)
	}
	return cmd
}

// Neither a program of the same user, by /proc, nor root, in the environment that
// the process was started with, finds the secret.
func TestMemoryIsWithheld(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can be two other users")
	}
	pid := strconv.Itoa(upAs(t, someUID).Process.Pid)
	for _, file := range []string{"environ", "mem", "maps"} {
		other := exec.Command("cat", filepath.Join("/proc", pid, file))
		other.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: someUID, Gid: someUID}}
		if got, err := other.CombinedOutput(); err == nil || bytes.Contains(got, []byte(inTheOpen)) {
			t.Errorf("another program of the same user reads %s: %.100q", file, got)
		}
	}
	block, err := os.ReadFile(filepath.Join("/proc", pid, "environ"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(block, []byte(inTheOpen)) || !bytes.Contains(block, []byte("LAST=1")) {
		t.Errorf("the environment that it was started with is %q", block)
	}
	limits, err := os.ReadFile(filepath.Join("/proc", pid, "limits"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(limits)) {
		if f := strings.Fields(strings.TrimPrefix(line, "Max core file size")); strings.HasPrefix(line, "Max core file size") && f[0] != "0" {
			t.Errorf("its core limit: %s", line)
		}
	}
}

// A crash that GOTRACEBACK=crash asks to be kept is not, where another's is.
func TestNoCoreIsLeft(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can raise a limit again that a program has lowered")
	}
	other := exec.Command("sh", "-c", "ulimit -c unlimited && kill -ABRT $$")
	other.Dir = t.TempDir()
	if err := other.Run(); !other.ProcessState.Sys().(syscall.WaitStatus).CoreDump() {
		t.Logf("this system keeps the core of no program, so this shows less than it does elsewhere: %v", err)
	}
	cmd := upAs(t, uint32(os.Getuid()), "GOTRACEBACK=crash")
	limit := exec.Command("prlimit", "--pid", strconv.Itoa(cmd.Process.Pid), "--core=unlimited:unlimited")
	if out, err := limit.CombinedOutput(); err != nil {
		t.Fatalf("raise the limit that it has set: %v %s", err, out)
	}
	if err := cmd.Process.Signal(syscall.SIGABRT); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	status, is := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !is || !status.Signaled() {
		t.Fatalf("it ended with %v", err)
	}
	left, err := filepath.Glob(filepath.Join(cmd.Dir, "core*"))
	if err != nil {
		t.Fatal(err)
	}
	if status.CoreDump() || len(left) > 0 {
		t.Errorf("a core was left: %v", left)
	}
}
