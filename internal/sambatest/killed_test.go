package sambatest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"writeback/internal/tier"
)

// holdEnv, where it is set, makes this binary start a DC, say where, and wait to be killed.
const holdEnv = "SAMBATEST_HOLD"

func holdDC() {
	dc, err := start()
	if err != nil {
		fmt.Println("error", strings.ReplaceAll(err.Error(), "\n", " "))
		os.Exit(1)
	}
	fmt.Println("dc", dc.IP, dc.home.dir)
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0) // the parent is gone
}

// The process that started a DC is killed by a signal that it cannot catch; the server goes, and its folder.
func TestKilledProcessLeavesNothing(t *testing.T) {
	tier.Takes(t, "Samba")
	if _, err := findPrograms(); err != nil {
		giveUp(t, err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), holdEnv+"=1")
	child.Stderr = os.Stderr
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, readErr := bufio.NewReader(stdout).ReadString('\n')
	var ip, dir string
	_, scanErr := fmt.Sscanf(line, "dc %s %s", &ip, &dir)
	answers := tryPorts(ip) != nil
	killErr := child.Process.Kill()
	_ = child.Wait() // killed
	if err := errors.Join(scanErr, killErr); err != nil {
		t.Fatalf("%v, after %q (%v)", err, line, readErr)
	}
	if !answers {
		t.Errorf("nothing listened on %s while the process lived", ip)
	}

	eventually(t, "the ports of "+ip+" are free", func() bool { return tryPorts(ip) == nil })
	eventually(t, dir+" is gone", func() bool {
		_, err := os.Stat(dir)
		return errors.Is(err, os.ErrNotExist)
	})
}

// eventually polls a condition, and fails t where it does not come true in time.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	deadline := time.After(stopWithin)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %v: %s", stopWithin, what)
		}
	}
}

// The folder of a run that could not clean up is removed by the next one; that of a running one is not.
func TestLeftoversAreRemoved(t *testing.T) {
	base := t.TempDir()
	running, err := openHomeIn(base)
	if err != nil {
		t.Fatal(err)
	}
	dead, err := openHomeIn(base)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dead.path("sam.ldb"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := dead.lock.Close(); err != nil { // as the kernel does for a killed process
		t.Fatal(err)
	}

	next, err := openHomeIn(base)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dead.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the leftover %s is still there: %v", dead.dir, err)
	}
	for _, h := range []*home{running, next} {
		if _, err := os.Stat(h.dir); err != nil {
			t.Errorf("the folder of a run that lives: %v", err)
		}
		if err := h.remove(); err != nil {
			t.Error(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(base, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 1 || left[0] != filepath.Join(base, "lock") {
		t.Errorf("left over: %v", left)
	}
}
