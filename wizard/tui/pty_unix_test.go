//go:build !windows

package tui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
	"golang.org/x/term"

	"writeback/wizard"
)

// The small program that the terminal tests start: this test binary, told by
// its environment which play to give.
const (
	playVariable = "WRITEBACK_TUI_PLAY"
	dirVariable  = "WRITEBACK_TUI_DIR"
)

func TestMain(m *testing.M) {
	if what := os.Getenv(playVariable); what != "" {
		os.Exit(play(what, os.Getenv(dirVariable)))
	}
	os.Exit(m.Run())
}

// broken is a screen that cannot be drawn.
type broken struct{}

func (broken) lines(frame) []string        { panic("this screen is broken") }
func (broken) keys(frame) []key.Binding    { return nil }
func (broken) press(frame, tea.KeyMsg) act { return act{} }

func play(what, dir string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	gate := os.NewFile(3, "gate") // each write waits for a byte of it
	var ended wizard.Ending
	flow := setup(dir, func() error {
		_, err := gate.Read(make([]byte, 1))
		return err
	}, &ended)
	switch what {
	case "environment":
		if ci, there := os.LookupEnv("CI"); there {
			fmt.Printf("CI is %q\n", ci)
		} else {
			fmt.Println("CI is unset")
		}
		return 0
	case "busy":
		flow = func(ctx context.Context, f wizard.GuidedUI) error {
			defer f.Busy("Waiting for nobody")()
			<-ctx.Done()
			return context.Cause(ctx)
		}
	case "stuck":
		flow = func(ctx context.Context, f wizard.GuidedUI) error {
			defer f.Busy("Waiting for what never comes")()
			_, err := gate.Read(make([]byte, 1))
			return err
		}
	case "choose":
		flow = func(ctx context.Context, f wizard.GuidedUI) error {
			_, err := f.Choose(ctx, "How to go on?", "There are ways.", []wizard.Option{{Value: "a", Label: "One way"}, {Value: "b", Label: "Another way"}})
			return err
		}
	case "end":
		flow = func(ctx context.Context, f wizard.GuidedUI) error {
			if _, err := f.End(ctx, wizard.Ending{Undo: "writeback undo R", Command: "writeback apply"}); !errors.Is(err, wizard.ErrAborted) {
				return err
			}
			return nil // as Setup has it
		}
	case "panic":
		flow = func(ctx context.Context, f wizard.GuidedUI) error {
			f.Busy("About to break")
			panic("the flow is broken")
		}
	case "broken":
		flow = func(ctx context.Context, f wizard.GuidedUI) error {
			_, err := f.(*ui).await(ctx, broken{}, questions)
			<-ctx.Done() // which the screen's end sees to
			fmt.Printf("THE FLOW HAS ENDED: %v\n", err)
			return err
		}
	}
	err := Run(ctx, Options{In: os.Stdin, Out: os.Stdout, Title: "writeback"}, flow)
	fmt.Printf("ENDED %v\n", err)
	return 0
}

// terminal is a pseudo-terminal with the program on it.
type terminal struct {
	t     *testing.T
	ptmx  *os.File
	tty   *os.File
	cmd   *exec.Cmd
	gate  *os.File
	state *term.State // of the terminal before the program

	mu    sync.Mutex
	out   bytes.Buffer
	seen  int           // what until has been through
	moved chan struct{} // more has been written
	done  chan error    // the program has ended
}

func start(t *testing.T, what, dir string) *terminal {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(ptmx, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	state, err := term.GetState(int(tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	gate, ours, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := &terminal{t: t, ptmx: ptmx, tty: tty, gate: ours, state: state, moved: make(chan struct{}, 1), done: make(chan error, 1)}
	x.cmd = exec.Command(os.Args[0])
	x.cmd.Env = append(withoutCI(), playVariable+"="+what, dirVariable+"="+dir, "TERM=xterm-256color")
	x.cmd.Stdin, x.cmd.Stdout, x.cmd.Stderr = tty, tty, tty
	x.cmd.ExtraFiles = []*os.File{gate}
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = gate.Close()
	go x.read()
	ended := make(chan struct{})
	go func() { x.done <- x.cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = x.cmd.Process.Kill()
		<-ended
		_, _, _ = tty.Close(), ptmx.Close(), ours.Close()
	})
	return x
}

// withoutCI is the environment of somebody at a terminal.
func withoutCI() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "CI=") })
}

func (x *terminal) read() {
	buf := make([]byte, 4096)
	for {
		n, err := x.ptmx.Read(buf)
		x.mu.Lock()
		x.out.Write(buf[:n])
		x.mu.Unlock()
		select {
		case x.moved <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// until waits for a text to be written after what was waited for before.
func (x *terminal) until(text string) {
	x.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		x.mu.Lock()
		plain := ansi.Strip(x.out.String())
		at := strings.Index(plain[min(x.seen, len(plain)):], text)
		if at >= 0 {
			x.seen += at + len(text)
		}
		x.mu.Unlock()
		if at >= 0 {
			return
		}
		select {
		case <-x.moved:
		case <-limit:
			x.t.Fatalf("%q was never written:\n%s", text, plain)
		}
	}
}

func (x *terminal) keys(s string) {
	x.t.Helper()
	if _, err := io.WriteString(x.ptmx, s); err != nil {
		x.t.Fatal(err)
	}
}

// end waits for the program to have ended, with the terminal as it was.
func (x *terminal) end() (code int, after string) {
	x.t.Helper()
	select {
	case err := <-x.done:
		x.done <- err
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			x.t.Fatal(err)
		}
		code = x.cmd.ProcessState.ExitCode()
	case <-time.After(20 * time.Second):
		x.t.Fatal("the program does not end")
	}
	state, err := term.GetState(int(x.tty.Fd()))
	if err != nil {
		x.t.Fatal(err)
	}
	if !reflect.DeepEqual(state, x.state) {
		x.t.Error("the terminal is not as it was")
	}
	x.drained()
	x.mu.Lock()
	defer x.mu.Unlock()
	raw := x.out.String()
	on, off := strings.LastIndex(raw, "\x1b[?1049h"), strings.LastIndex(raw, "\x1b[?1049l")
	if on < 0 || off < on {
		x.t.Errorf("the other screen was not left: %d, %d", on, off)
	}
	if shown := strings.LastIndex(raw, "\x1b[?25h"); shown < strings.LastIndex(raw, "\x1b[?25l") {
		x.t.Error("the cursor stays hidden")
	}
	return code, ansi.Strip(raw[max(0, off):])
}

// drained waits until all that the program wrote was read: what is written to
// the terminal now comes after it.
func (x *terminal) drained() {
	x.t.Helper()
	if _, err := io.WriteString(x.tty, "THAT IS ALL"); err != nil {
		x.t.Fatal(err)
	}
	x.until("THAT IS ALL")
}
