//go:build !windows

package tui

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"writeback/wizard"
)

const ctrlC = "\x03"

func TestRunOnATerminal(t *testing.T) {
	dir := t.TempDir()
	x := start(t, "whole", dir)
	x.until("Which Active Directory domain?")
	x.keys("\x15")                                   // ctrl+u, and a paste with what must not get in
	x.keys("\x1b[200~corp.\x07example\r\n\x1b[201~") // the bell and the line break
	x.until("corp.example")
	x.keys("\r")
	x.until("put cheese")
	if err := pty.Setsize(x.ptmx, &pty.Winsize{Rows: 20, Cols: 60}); err != nil {
		t.Fatal(err)
	}
	x.until("This terminal is 60×20.")
	if err := pty.Setsize(x.ptmx, &pty.Winsize{Rows: 40, Cols: 120}); err != nil {
		t.Fatal(err)
	}
	x.until("continue to approval")
	x.keys("c")
	x.until("To approve, type:")
	x.keys("corp.example")
	x.until("that is it")
	if n := onShelf(t, dir); n != 0 {
		t.Fatalf("%d written before approval", n)
	}
	x.keys("\r")
	x.until("0 of 3")
	if _, err := x.gate.WriteString("xxx"); err != nil {
		t.Fatal(err)
	}
	x.until("Everything is as it should be.")
	x.keys("\r")
	code, after := x.end()
	if code != 0 || onShelf(t, dir) != 3 {
		t.Errorf("code %d, %d on the shelf", code, onShelf(t, dir))
	}
	for _, want := range []string{"Everything is as it should be.", "writeback apply --domain corp.example", "ENDED <nil>"} {
		if !strings.Contains(after, want) {
			t.Errorf("%q is not left on the terminal:\n%s", want, after)
		}
	}
}

// Ctrl-C ends each screen with ErrAborted, and the terminal is as it was.
func TestCtrlCOnATerminal(t *testing.T) {
	aborted := "ENDED " + wizard.ErrAborted.Error()
	for name, c := range map[string]struct {
		play string
		walk func(x *terminal)
		want string
	}{
		"busy":      {"busy", func(x *terminal) { x.until("Waiting for nobody") }, aborted},
		"choose":    {"choose", func(x *terminal) { x.until("Another way") }, aborted},
		"questions": {"whole", func(x *terminal) { x.until("Which Active Directory domain?") }, aborted},
		"review":    {"whole", func(x *terminal) { x.until("? help"); x.keys("\r"); x.until("continue to approval") }, aborted},
		"approval": {"whole", func(x *terminal) {
			x.until("? help")
			x.keys("\r")
			x.until("continue to approval")
			x.keys("c")
			x.until("To approve")
		}, aborted},
		"end": {"end", func(x *terminal) { x.until("writeback undo R") }, "ENDED <nil>"}, // it had ended well
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			x := start(t, c.play, dir)
			c.walk(x)
			x.keys(ctrlC)
			if code, after := x.end(); code != 0 || !strings.Contains(after, c.want) {
				t.Errorf("code %d:\n%s", code, after)
			}
			if n := onShelf(t, dir); n != 0 {
				t.Errorf("%d on the shelf", n)
			}
		})
	}
}

// Whatever the flow waits for, a person can get out.
func TestLeaveAtOnceOnATerminal(t *testing.T) {
	x := start(t, "stuck", t.TempDir())
	x.until("Waiting for what never comes")
	x.keys(ctrlC)
	x.until("leave at once")
	x.keys(ctrlC)
	if code, after := x.end(); code != 0 || !strings.Contains(after, "ENDED "+wizard.ErrAborted.Error()) {
		t.Errorf("code %d:\n%s", code, after)
	}
}

func (x *terminal) atWork() {
	x.until("Which Active Directory domain?")
	x.keys("\r")
	x.until("continue to approval")
	x.keys("c")
	x.until("To approve")
	x.keys("corp.example\r")
	x.until("0 of 3")
}

// Ctrl-C and a signal stop the work behind the change under way.
func TestStopAtWorkOnATerminal(t *testing.T) {
	for name, stop := range map[string]func(x *terminal){
		"ctrl+c": func(x *terminal) { x.keys(ctrlC) },
		"signal": func(x *terminal) { _ = x.cmd.Process.Signal(syscall.SIGTERM) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			x := start(t, "whole", dir)
			x.atWork()
			stop(x)
			x.until("the change under way is finished first")
			if _, err := x.gate.WriteString("xxx"); err != nil {
				t.Fatal(err)
			}
			code, after := x.end()
			if code != 0 || onShelf(t, dir) != 1 || !strings.Contains(after, "can be continued or undone") {
				t.Errorf("code %d, %d on the shelf:\n%s", code, onShelf(t, dir), after)
			}
		})
	}
}

// The flow's panic is passed on once the terminal can show it.
func TestPanicOnATerminal(t *testing.T) {
	x := start(t, "panic", t.TempDir())
	code, after := x.end()
	if code != 2 || !strings.Contains(after, "the flow is broken") || !strings.Contains(after, "pty_unix_test.go") {
		t.Errorf("code %d:\n%s", code, after)
	}
}

// So is that of a screen, which ends the flow first.
func TestBrokenScreenOnATerminal(t *testing.T) {
	x := start(t, "broken", t.TempDir())
	code, after := x.end()
	if code != 2 || !strings.Contains(after, "THE FLOW HAS ENDED: "+wizard.ErrAborted.Error()) || !strings.Contains(after, "this screen is broken") {
		t.Errorf("code %d:\n%s", code, after)
	}
}

// What a program asks its terminal when it starts, every verb of it asks: the
// terminal is asked nothing, and nobody's environment is changed.
func TestTerminalIsAskedNothing(t *testing.T) {
	x := start(t, "environment", t.TempDir())
	<-x.done
	x.done <- nil
	x.drained()
	x.mu.Lock()
	defer x.mu.Unlock()
	if got := x.out.String(); !strings.HasPrefix(got, "CI is unset") {
		t.Errorf("%q", got)
	}
}

func TestNoTerminal(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = r.Close(), w.Close() }()
	for name, o := range map[string]Options{"pipes": {In: r, Out: w}, "nothing": {}} {
		err := Run(t.Context(), o, func(context.Context, wizard.GuidedUI) error {
			t.Error("the flow was begun")
			return nil
		})
		if !errors.Is(err, wizard.ErrNoTerminal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
