package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"writeback/internal/ldapproxy"
)

// transcript is what a running process has said so far.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *transcript) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// patience is how long a test waits for what comes within milliseconds.
const patience = 30 * time.Second

// until waits for something to be so; false says that it never was.
func until(so func() bool) bool {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		if so() {
			return true
		}
		select {
		case <-tick.C:
		case <-deadline:
			return so()
		}
	}
}

// live is a program that runs while the test does something to it.
type live struct {
	t        *testing.T
	cmd      *exec.Cmd
	out, err transcript
	began    chan struct{} // closed when the process is there
	gone     chan struct{} // closed when it is no more
}

// prepared is the program before it runs, for hooks that do something to it.
func (b *bench) prepared(args ...string) *live {
	l := &live{t: b.t, cmd: b.command(args...), began: make(chan struct{}), gone: make(chan struct{})}
	l.cmd.Stdout, l.cmd.Stderr = &l.out, &l.err
	return l
}

func (l *live) begin() {
	l.t.Helper()
	if err := l.cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	close(l.began)
	go func() {
		_ = l.cmd.Wait() // its exit code is looked at
		close(l.gone)
	}()
}

// signal sends one, and waits until the program says that it heard it.
func (l *live) signal(s os.Signal) {
	<-l.began
	_ = l.cmd.Process.Signal(s) // what became of it is seen below
	if !until(func() bool { return strings.Contains(l.err.String(), "stopping") }) {
		l.t.Errorf("%v is not heard: %s", s, l.err.String())
	}
}

// signalled is a hook: the message is held until the program has heard the
// signal.
func (l *live) signalled(s os.Signal, then ldapproxy.Verdict) ldapproxy.Hook {
	return func(*ldapproxy.Message) ldapproxy.Verdict {
		l.signal(s)
		return then
	}
}

func (l *live) end() outcome {
	l.t.Helper()
	select {
	case <-l.gone:
	case <-time.After(patience):
		_ = l.cmd.Process.Kill()
		<-l.gone
		l.t.Fatalf("the program does not end:\n%s%s", l.out.String(), l.err.String())
	}
	return outcome{l.cmd.ProcessState.ExitCode(), l.out.String(), l.err.String()}
}

// ended wants the exit code and all parts of what was said.
func (l *live) ended(code int, parts ...string) outcome {
	l.t.Helper()
	o := l.end()
	if o.code != code {
		l.t.Fatalf("exit code %d, want %d\n%s%s", o.code, code, o.out, o.err)
	}
	for _, p := range parts {
		if !strings.Contains(o.err, p) {
			l.t.Errorf("it does not say %q:\n%s", p, o.err)
		}
	}
	return o
}
