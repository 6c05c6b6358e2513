//go:build unix

package main

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"writeback/internal/ldapproxy"
	"writeback/steps"
)

// SIGINT and SIGTERM at every stage of a verb. A write in flight is finished and
// recorded; everything else ends at once; the exit code is 130.

var bothSignals = []os.Signal{syscall.SIGINT, syscall.SIGTERM}

func TestSignalDuringWrite(t *testing.T) { onEach(t, oneByOne, signalDuringWrite) }

func signalDuringWrite(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	b.goesBack(first, "uncut")
	for _, s := range bothSignals {
		b.afresh()
		b.proxy.Reset()
		l := b.prepared("apply", "--yes")
		b.proxy.Before(ldapproxy.At(1, ldapproxy.Modify, l.signalled(s, ldapproxy.Pass())))
		l.begin()
		l.ended(exitCancelled, "a write that has begun is finished first", "made", "can be continued or undone", "writeback apply continues the run")
		b.proxy.Before(nil)
		if run := b.latest(); run.State != steps.RunPartial || len(run.Made) != 1 || b.proxy.Writes() != 1 {
			t.Errorf("%v: run %q, %d made, %d writes", s, run.State, len(run.Made), b.proxy.Writes())
		}
		if now := b.world(); len(now) != len(first)+1 {
			t.Errorf("%v: %s", s, difference(now, first))
		}
		b.want(exitDone, "apply", "--yes")
		b.wantWorld(final, "continued")

		b.proxy.Reset()
		l = b.prepared("undo", "--yes")
		b.proxy.Before(ldapproxy.At(1, ldapproxy.Modify, l.signalled(s, ldapproxy.Pass())))
		l.begin()
		l.ended(exitCancelled, "taken back", "can be continued or undone")
		b.proxy.Before(nil)
		if run := b.latest(); len(run.Made) != 1 || b.proxy.Writes() != 1 {
			t.Errorf("undo, %v: %d left, %d writes", s, len(run.Made), b.proxy.Writes())
		}
		b.goesBack(first, "undo interrupted")
	}
}

// While it only reads the program ends at once, though the DC never answers.
func TestSignalWhileReading(t *testing.T) {
	b := newBench(t)
	first := b.dacl(b.dc.BaseDN)
	for _, s := range bothSignals {
		for _, args := range [][]string{{"plan"}, {"verify"}, {"apply", "--yes"}} {
			for _, op := range []ldapproxy.Op{ldapproxy.Bind, ldapproxy.Search} {
				l := b.prepared(args...)
				n := 1
				if op == ldapproxy.Search {
					n = 5 // one of those of the plan
				}
				b.proxy.Before(ldapproxy.At(n, op, l.signalled(s, ldapproxy.Keep())))
				l.begin()
				l.ended(exitCancelled, "cancelled, nothing was written")
				b.proxy.Before(nil)
			}
		}
	}
	if n := b.runs(); n != 0 || b.proxy.Writes() != 0 {
		t.Errorf("%d runs, %d writes", n, b.proxy.Writes())
	}
	b.wantDACL(b.dc.BaseDN, first, "interrupted")
}

// Between two writes: what the program reads then is not waited for.
func TestSignalBetweenWrites(t *testing.T) { onEach(t, oneByOne, signalBetweenWrites) }

func signalBetweenWrites(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	b.goesBack(first, "uncut")
	b.afresh()
	l := b.prepared("apply", "--yes")
	reads := 0
	// Of the reads by GUID the first is kept, the second edited, the third read
	// back, the fourth that before the second change.
	b.proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op == ldapproxy.Search && strings.HasPrefix(m.DN(), "<GUID=") {
			if reads++; reads == 4 {
				return l.signalled(syscall.SIGINT, ldapproxy.Keep())(m)
			}
		}
		return ldapproxy.Pass()
	})
	l.begin()
	l.ended(exitCancelled, "cancelled between two changes")
	b.proxy.Before(nil)
	if run := b.latest(); run.State != steps.RunPartial || len(run.Made) != 1 {
		t.Errorf("run %q, %d made", run.State, len(run.Made))
	}
	b.comesBack(first, final, "interrupted")
}

// A second signal does not wait for the write; the next run resolves it.
func TestSecondSignal(t *testing.T) { onEach(t, oneByOne, secondSignal) }

func secondSignal(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	b.goesBack(first, "uncut")
	b.afresh()
	l := b.prepared("apply", "--yes")
	b.proxy.After(ldapproxy.At(2, ldapproxy.ModifyResponse, func(*ldapproxy.Message) ldapproxy.Verdict {
		l.signal(syscall.SIGINT)
		again := time.NewTicker(10 * time.Millisecond) // the first may not be forgotten yet
		defer again.Stop()
		for {
			select {
			case <-again.C:
				_ = l.cmd.Process.Signal(syscall.SIGINT)
			case <-l.gone:
				return ldapproxy.Drop()
			}
		}
	}))
	l.begin()
	l.ended(-1)
	b.proxy.After(nil)
	if run := b.latest(); run.State != steps.RunInDoubt {
		t.Errorf("run %q", run.State)
	}
	b.comesBack(first, final, "killed by the second signal")
}

// onTerminal runs the program with a terminal as its standard streams.
func (b *bench) onTerminal(args ...string) (*live, *os.File) {
	b.t.Helper()
	l := &live{t: b.t, cmd: b.command(args...), began: make(chan struct{}), gone: make(chan struct{})}
	screen, err := pty.StartWithSize(l.cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		b.t.Fatal(err)
	}
	close(l.began)
	read := make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 4096)
		for {
			n, err := screen.Read(buf)
			_, _ = l.err.Write(buf[:n])
			if err != nil {
				return // EIO when the other end is closed
			}
		}
	}()
	go func() {
		_ = l.cmd.Wait() // its exit code is looked at
		<-read
		close(l.gone)
	}()
	b.t.Cleanup(func() { screen.Close() })
	return l, screen
}

// Asked for approval, the person presses ^C, or somebody ends the program, or
// types something else: nothing is written, no run begun. What was asked for,
// typed, is approval.
func TestApproval(t *testing.T) {
	b := newBench(t)
	first := b.dacl(b.dc.BaseDN)
	for _, c := range []struct {
		name, typed string
		signal      os.Signal
		code        int
		made        int
	}{
		{name: "^C", typed: "\x03", code: exitCancelled},
		{name: "SIGTERM", signal: syscall.SIGTERM, code: exitCancelled},
		{name: "another answer", typed: "yes\n", code: exitCancelled},
		{name: "end of input", typed: "\x04", code: exitCancelled},
		{name: "approval", typed: "corp.example\n", code: exitDone, made: 3},
	} {
		l, screen := b.onTerminal("apply")
		if !until(func() bool { return strings.Contains(l.err.String(), "Type corp.example to approve") }) {
			t.Fatalf("%s: nobody is asked: %s", c.name, l.err.String())
		}
		if c.signal != nil {
			l.signal(c.signal)
		}
		if _, err := screen.WriteString(c.typed); err != nil {
			t.Fatal(err)
		}
		l.ended(c.code)
		if said := l.err.String(); strings.Contains(said, "context canceled") || c.signal != nil && !strings.Contains(said, "cancelled, nothing was written") {
			t.Errorf("%s: it says %s", c.name, said)
		}
		if c.made == 0 {
			if n := b.runs(); n != 0 || b.proxy.Writes() != 0 {
				t.Errorf("%s: %d runs, %d writes", c.name, n, b.proxy.Writes())
			}
			b.wantDACL(b.dc.BaseDN, first, c.name)
			continue
		}
		if run := b.latest(); len(run.Made) != c.made || run.Approval.How != "typed corp.example" {
			t.Errorf("%s: %d made, approved %q", c.name, len(run.Made), run.Approval.How)
		}
	}
	b.goesBack(first, "approved")
}
