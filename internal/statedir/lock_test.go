package statedir

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const childEnv = "STATEDIR_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		os.Exit(holdForEver(dir))
	}
	os.Exit(m.Run())
}

// holdForEver takes the lock of dir, says so, and waits to be killed.
func holdForEver(dir string) int {
	d, err := Open(dir)
	if err == nil {
		_, err = d.Lock("apply in a child")
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("held")
	_, _ = os.Stdin.Read(make([]byte, 1))
	return 0
}

func open(t *testing.T) *Dir {
	t.Helper()
	d, err := Open(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSecondLockIsToldWhoHoldsIt(t *testing.T) {
	d := open(t)
	l, err := d.Lock("apply")
	if err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	if _, err := d.Lock("undo"); !errors.As(err, &held) {
		t.Fatalf("got %v", err)
	}
	if h := held.Holder; h.PID != os.Getpid() || h.What != "apply" || h.Since.IsZero() || h.Host == "" || h.User == "" {
		t.Fatalf("%+v", h)
	}
	for _, part := range []string{"apply", held.Holder.User, held.Holder.Host, fmt.Sprint(os.Getpid()), d.Path()} {
		if !strings.Contains(held.Error(), part) {
			t.Errorf("%q does not say %q", held, part)
		}
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(d.Path(), "lock.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the holder's name stays: %v", err)
	}
	l, err = d.Lock("undo")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
}

// The lock of a process that is killed is free, although its name still stands
// there.
func TestLockEndsWithItsProcess(t *testing.T) {
	d := open(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childEnv+"="+d.Path())
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	killed := false
	defer func() {
		if !killed {
			_ = child.Process.Kill()
			_ = child.Wait()
		}
	}()
	if line, err := bufio.NewReader(out).ReadString('\n'); strings.TrimSpace(line) != "held" {
		t.Fatalf("child: %q, %v", line, err)
	}
	var held *HeldError
	if _, err := d.Lock("undo"); !errors.As(err, &held) || held.Holder.PID != child.Process.Pid || held.Holder.What != "apply in a child" {
		t.Fatalf("got %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	killed = true
	_ = child.Wait() // it was killed: that is its error
	l, err := d.Lock("undo")
	if err != nil {
		t.Fatalf("after the holder's death: %v", err)
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
}

func TestHolderThatHasNotSaidWhoItIs(t *testing.T) {
	d := open(t)
	l, err := d.Lock("apply")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Release(); err != nil {
			t.Error(err)
		}
	}()
	if err := os.WriteFile(l.info, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	if _, err := d.Lock("undo"); !errors.As(err, &held) || held.Holder != (Holder{}) || !strings.Contains(err.Error(), "another run") {
		t.Fatalf("got %v", err)
	}
}

func TestLockWhereNothingCanBeWritten(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a directory has no read-only mode there")
	}
	d := open(t)
	if os.Geteuid() == 0 {
		// Nothing is forbidden to root: a directory in the way of the name
		// that is written stands for a disk that does not take it.
		if err := os.Mkdir(filepath.Join(d.Path(), "lock.json"), 0o700); err != nil {
			t.Fatal(err)
		}
	} else if err := os.Chmod(d.Path(), 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := d.Lock("apply")
	if err == nil || !strings.Contains(err.Error(), d.Path()) {
		t.Fatalf("got %v", err)
	}
	if os.Geteuid() != 0 {
		return
	}
	if err := os.Remove(filepath.Join(d.Path(), "lock.json")); err != nil {
		t.Fatal(err)
	}
	l, err := d.Lock("apply")
	if err != nil {
		t.Fatalf("the lock was kept: %v", err)
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
}
