//go:build linux || darwin

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"writeback/internal/leaks"
)

// person is somebody at a terminal in which the program runs.
type person struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File
	tty    *os.File

	mu   sync.Mutex
	seen bytes.Buffer
	more chan struct{} // something was added to seen
	done chan struct{} // closed when nothing more will be
}

// sitsDown starts the program in a terminal of 80 columns. What the test has
// set as its standard output or error stays.
func (p *program) sitsDown(args ...string) *person {
	p.t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		p.t.Fatal(err)
	}
	// A terminal throws away what it has not delivered yet when Ctrl-C becomes a
	// signal (termios, NOFLSH), which tears a character that is half way. What the
	// program writes is looked at here, not what a terminal loses of it.
	keep := exec.Command("stty", "noflsh")
	keep.Stdin = tty
	if out, err := keep.CombinedOutput(); err != nil {
		p.t.Fatalf("stty noflsh: %v: %s", err, out)
	}
	return &person{t: p.t, cmd: p.command(args...), master: master, tty: tty, more: make(chan struct{}, 1)}
}

func (h *person) start() *person {
	h.t.Helper()
	h.cmd.Stdin = h.tty
	if h.cmd.Stdout == nil {
		h.cmd.Stdout = h.tty
	}
	h.cmd.Stderr = h.tty
	h.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := h.cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.done = make(chan struct{})
	go func() {
		defer close(h.done)
		buf := make([]byte, 4096)
		for {
			n, err := h.master.Read(buf)
			h.mu.Lock()
			h.seen.Write(buf[:n])
			h.mu.Unlock()
			select {
			case h.more <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	h.t.Cleanup(func() {
		_ = h.cmd.Process.Kill() // nothing where it has ended
		// Nor do programs that it started hold the terminal: its group is theirs.
		_ = syscall.Kill(-h.cmd.Process.Pid, syscall.SIGKILL)
		_ = h.tty.Close()
		_ = h.master.Close()
		<-h.done
		leaks.Text(h.t, "the terminal", h.seen.String())
	})
	return h
}

// sees waits until text is on the screen.
func (h *person) sees(text string) {
	h.t.Helper()
	h.seesWhere(func(screen string) bool { return strings.Contains(screen, text) }, text)
}

// seesWhere waits until is says so of the screen; text names it.
func (h *person) seesWhere(is func(screen string) bool, text string) {
	h.t.Helper()
	late := time.After(time.Minute)
	for !is(h.screen()) {
		select {
		case <-h.more:
		case <-late:
			h.t.Fatalf("%q is not on the screen:\n%s", text, h.screen())
		}
	}
}

func (h *person) screen() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.seen.String()
}

func (h *person) types(keys string) {
	h.t.Helper()
	if _, err := h.master.WriteString(keys); err != nil {
		h.t.Fatal(err)
	}
}

// leaves waits for the program's end and wants the exit code.
func (h *person) leaves(code int) {
	h.t.Helper()
	err := h.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		h.t.Fatal(err)
	}
	if got := h.cmd.ProcessState.ExitCode(); got != code {
		h.t.Fatalf("exit code %d, want %d:\n%s", got, code, h.screen())
	}
}
