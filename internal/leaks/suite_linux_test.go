package leaks

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// waits is this program, waiting for the end of its input: TestMain sees to it.
const waits = "WRITEBACK_TEST_WAITS"

func TestMain(m *testing.M) {
	if os.Getenv(waits) != "" {
		_, _ = os.Stdin.Read(make([]byte, 1)) // its end is all that it waits for
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A process that has a secret among its arguments is seen while it runs, and the
// look through the suite fails for it; so it does for what a test says.
func TestSuite(t *testing.T) {
	dir, s := t.TempDir(), fmt.Sprintf("Pl4nted-%d", time.Now().UnixNano()) // not told of: the suite's own look would find it
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write(secretsOf+"1", fmt.Sprintf("%q\n", s))
	clean := write("clean", "ok  writeback")

	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(me, "--password", s)
	child.Env = append(os.Environ(), waits+"=1")
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var seen bytes.Buffer
	ctx, stop := context.WithCancel(t.Context())
	stop() // one scan is enough
	if err := Watch(ctx, "/proc", time.Hour, &seen); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	if err := child.Wait(); err != nil {
		t.Fatal(err)
	}

	write(ArgvFile, seen.String())
	if _, err := Suite(dir, clean); err == nil || !strings.Contains(err.Error(), "the arguments of a process (leaks.test): a secret (Pl4nt…, as it is)") {
		t.Errorf("the leak in the arguments: %v", err)
	}
	var rest []string
	for line := range strings.Lines(seen.String()) {
		if !strings.Contains(line, s) {
			rest = append(rest, line)
		}
	}
	write(ArgvFile, strings.Join(rest, "")+fmt.Sprintf("[%q,%q,\"domain\",\"provision\",%q]\n", "/usr/bin/python3", "/usr/bin/samba-tool", "--adminpass="+s))
	if summary, err := Suite(dir, clean); err != nil || !strings.HasPrefix(summary, "1 secrets in the arguments of ") {
		t.Errorf("no leak: %q, %v", summary, err)
	}
	if _, err := Suite(dir, write("said", "bind: "+s)); err == nil || !strings.Contains(err.Error(), "what the tests said: ") {
		t.Errorf("the leak in what a test said: %v", err)
	}
	write(ArgvFile, `["/bin/true"]`+"\n")
	if _, err := Suite(dir, clean); err == nil || !strings.Contains(err.Error(), "nothing was looked through") {
		t.Errorf("no test was seen: %v", err)
	}
}
