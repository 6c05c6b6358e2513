package tui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"writeback/steps"
	"writeback/wizard"
)

// desk is a flow and its screen without a terminal: messages go to Update
// directly, one at a time, as the program would do it.
type desk struct {
	t      *testing.T
	mu     sync.Mutex
	s      *stand
	moved  chan struct{} // something was told to the screen
	result chan error
	ui     *ui
}

func newDesk(t *testing.T, flow func(context.Context, wizard.GuidedUI) error) *desk {
	t.Helper()
	d := &desk{t: t, s: newStand(t, 80, 24, false), moved: make(chan struct{}, 1), result: make(chan error, 1)}
	ctx, cancel := context.WithCancelCause(t.Context())
	t.Cleanup(func() { cancel(nil) })
	d.s.m.leave = func() { cancel(wizard.ErrAborted) }
	d.ui = &ui{ctx: ctx, send: d.send, titles: titles(stages)}
	go func() { d.result <- flow(ctx, d.ui) }()
	return d
}

func (d *desk) send(msg tea.Msg) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.s.m.Update(msg); d.s.m.crash != "" {
		d.t.Error(d.s.m.crash)
	}
	select {
	case d.moved <- struct{}{}:
	default:
	}
}

// until waits for the screen to show all of some texts.
func (d *desk) until(texts ...string) {
	d.t.Helper()
	limit := time.After(10 * time.Second)
	for {
		d.mu.Lock()
		view := ansi.Strip(d.s.m.View())
		d.mu.Unlock()
		missing := ""
		for _, text := range texts {
			if !strings.Contains(view, text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
		select {
		case <-d.moved:
		case <-limit:
			d.t.Fatalf("%q never came:\n%s", missing, view)
		}
	}
}

func (d *desk) press(names ...string) {
	for _, n := range names {
		d.send(keyMsg(n))
	}
}

func (d *desk) typed(text string) {
	for _, r := range text {
		d.press(string(r))
	}
}

func (d *desk) end() error {
	d.t.Helper()
	select {
	case err := <-d.result:
		return err
	case <-time.After(10 * time.Second):
		d.t.Fatal("the flow does not end")
		return nil
	}
}

// setup is a whole guided flow about a shelf below dir.
func setup(dir string, gate func() error, ended *wizard.Ending) func(context.Context, wizard.GuidedUI) error {
	return func(ctx context.Context, f wizard.GuidedUI) (err error) {
		*ended, err = wizard.Setup(ctx, &guide{dir: dir, ui: f, gate: gate}, f)
		return err
	}
}

func onShelf(t *testing.T, dir string) int {
	t.Helper()
	all, err := os.ReadDir(filepath.Join(dir, "shelf"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return len(all)
}

func TestWholeFlow(t *testing.T) {
	dir := t.TempDir()
	var ended wizard.Ending
	d := newDesk(t, setup(dir, nil, &ended))
	d.until("Which Active Directory domain?")
	d.press("ctrl+u")
	d.typed("corp.exampel")
	d.press("enter")
	d.until("no domain of that name was found", "corp.exampel")
	d.press("backspace", "backspace")
	d.typed("le")
	d.press("enter")
	d.until("Review", "3 changes. Nothing has been written yet.", "put apple")
	d.press("down", "enter")
	d.until("As SDDL", "D:(apple)")
	d.press("esc", "c")
	d.until("To approve, type:")
	if n := onShelf(t, dir); n != 0 {
		t.Fatalf("%d written before approval", n)
	}
	d.typed("corp")
	d.press("enter")
	d.until("that is something else")
	if n := onShelf(t, dir); n != 0 {
		t.Fatalf("%d written before approval", n)
	}
	d.press("ctrl+u")
	d.typed("corp.example")
	d.press("enter")
	d.until("Everything is as it should be.", "put bread on shelf", "(•) Leave")
	d.press("pgdown")
	d.until("The same without the wizard", "writeback apply --domain corp.example")
	d.press("enter")
	if err := d.end(); err != nil || onShelf(t, dir) != 3 || ended.Result.State != steps.ResultDone {
		t.Errorf("%v, %d on the shelf, %+v", err, onShelf(t, dir), ended)
	}
}

// Whoever goes on without approving has written nothing; leaving is leaving.
func TestLeaveAtEachScreen(t *testing.T) {
	for name, walk := range map[string]func(d *desk){
		"questions": func(d *desk) {},
		"review":    func(d *desk) { d.press("enter"); d.until("put apple") },
		"details":   func(d *desk) { d.press("enter"); d.until("put apple"); d.press("down", "enter"); d.until("As SDDL") },
		"approval":  func(d *desk) { d.press("enter"); d.until("put apple"); d.press("c"); d.until("To approve") },
		"re-reading": func(d *desk) {
			d.press("enter")
			d.until("put apple")
			d.press("c")
			d.until("To approve")
			d.press("esc")
			d.until("back to approval")
		},
	} {
		dir := t.TempDir()
		var ended wizard.Ending
		d := newDesk(t, setup(dir, nil, &ended))
		d.until("Which Active Directory domain?")
		walk(d)
		d.press("ctrl+c")
		if err := d.end(); !errors.Is(err, wizard.ErrAborted) || onShelf(t, dir) != 0 {
			t.Errorf("%s: %v, %d on the shelf", name, err, onShelf(t, dir))
		}
	}
}

// Ctrl-C while a change is written lets that one finish, says so, and leaves
// the rest to a run that can be resumed; which the next flow does.
func TestStopBetweenTwoWritesAndResume(t *testing.T) {
	dir, gate := t.TempDir(), make(chan error)
	var ended wizard.Ending
	d := newDesk(t, setup(dir, func() error { return <-gate }, &ended))
	d.until("Which Active Directory domain?")
	d.press("enter")
	d.until("put apple")
	d.press("c")
	d.until("To approve")
	d.typed("corp.example")
	d.press("enter")
	d.until("* put apple", "0 of 3", "ctrl+c stop between two changes")
	gate <- nil
	d.until("✓ put apple", "* put bread", "1 of 3")
	d.press("ctrl+c")
	d.until("stopping: the change under way is finished first")
	gate <- nil
	err := d.end()
	var cancelled *steps.CancelledError
	if !errors.As(err, &cancelled) || onShelf(t, dir) != 2 {
		t.Fatalf("%v, %d on the shelf", err, onShelf(t, dir))
	}

	d = newDesk(t, setup(dir, nil, &ended))
	d.until("A run was interrupted", "Resume it", "Undo it")
	d.press("enter")
	d.until("2 of 3 changes are made; 1 left.", "was interrupted; to go on")
	d.press("c")
	d.until("To approve")
	d.typed("corp.example")
	d.press("enter")
	d.until("Everything is as it should be.")
	d.press("enter")
	if err := d.end(); err != nil || onShelf(t, dir) != 3 {
		t.Errorf("%v, %d on the shelf", err, onShelf(t, dir))
	}
}

// A write that fails is told, and what was made is taken back on wish.
func TestFailAndTakeBack(t *testing.T) {
	dir, n := t.TempDir(), 0
	var ended wizard.Ending
	d := newDesk(t, setup(dir, func() error {
		if n++; n == 2 {
			return errors.New("the shelf is gone")
		}
		return nil
	}, &ended))
	d.until("Which Active Directory domain?")
	d.press("enter")
	d.until("put apple")
	d.press("c")
	d.until("To approve")
	d.typed("corp.example")
	d.press("enter")
	d.until("That did not work", "the shelf is gone", "Try again", "Undo", "Leave")
	d.press("down", "enter")
	d.until("Undo of run", "1 change would be taken back", "- put apple")
	d.press("c")
	d.until("To approve")
	d.typed("corp.example")
	d.press("enter")
	d.until("Everything that the run made was taken back.")
	d.press("enter")
	if err := d.end(); err != nil || onShelf(t, dir) != 0 || ended.Undone == nil {
		t.Errorf("%v, %d on the shelf, %+v", err, onShelf(t, dir), ended)
	}
}

// A signal ends a question with the context's own error, and the prompt goes.
func TestContextEndsAQuestion(t *testing.T) {
	d := newDesk(t, func(ctx context.Context, f wizard.GuidedUI) error {
		ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		_, err := f.Ask(ctx, someGroup())
		return err
	})
	if err := d.end(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	d.until("One moment")
}
