package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/term"

	"writeback/internal/typeahead"
	"writeback/steps"
	"writeback/wizard"
	"writeback/wizard/tell"
)

// Options are what a screen needs from whoever starts it.
type Options struct {
	In, Out *os.File                // the terminal
	Title   string                  // of the whole screen: "writeback", "writeback: practice"
	Stages  []steps.Info            // the stages of the flow, shown before the plan is known; may be nil
	Colour  bool                    // false: no colours (NO_COLOR)
	Open    func(url string) error  // opens an https link in a browser; nil: not offered
	Copy    func(text string) error // puts a text on the clipboard; nil: not offered
}

// Run draws a flow. It calls the function once, on another goroutine, with a
// renderer on the terminal, and returns its error when it has returned and the
// terminal is as it was before.
//
// Ctrl-C cancels the function's context with the cause ErrAborted, which is
// also what whoever waits for an answer gets; a change that is being written is
// finished first. While nothing is written a second Ctrl-C does not wait for
// the function to return: Run does, with ErrAborted. When ctx is cancelled, the same happens with ctx's error.
// What the last End had to show stays on the terminal. A panic of the function,
// or of the screen, is passed on once the terminal is restored. ErrNoTerminal: In or Out is not
// a terminal.
func Run(ctx context.Context, o Options, flow func(ctx context.Context, ui wizard.GuidedUI) error) error {
	if !isTerminal(o.In) || !isTerminal(o.Out) {
		return wizard.ErrNoTerminal
	}
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	m := newModel(o, func() { cancel(wizard.ErrAborted) })
	p := tea.NewProgram(m, tea.WithInput(o.In), tea.WithOutput(o.Out), tea.WithAltScreen(), tea.WithoutSignalHandler(), tea.WithFilter(o.window))
	gone := make(chan struct{})
	f := &ui{ctx: inner, send: p.Send, gone: gone, titles: titles(o.Stages), discard: func() { typeahead.Discard(o.In) }}
	stop := context.AfterFunc(ctx, func() { p.Send(leaveMsg{ctx.Err()}) })
	defer stop()

	over := make(chan returned, 1)
	go func() {
		over <- guarded(func() error { return flow(inner, f) })
		p.Send(overMsg{})
	}()
	_, err := p.Run()
	if err != nil || m.crash != "" {
		// There is no screen any more: the flow stops where it can.
		cancel(wizard.ErrAborted)
	}
	if err != nil {
		err = fmt.Errorf("draw on the terminal: %w", err)
	}
	close(gone)
	if m.stuck {
		// Nothing is being written, or the screen would have waited: what still
		// looks something up ends with the process.
		return wizard.ErrAborted
	}
	e := <-over
	if f.ended != nil {
		farewell(o, *f.ended)
	}
	if crash := e.panic + m.crash; crash != "" {
		panic(crash)
	}
	return errors.Join(e.err, err)
}

// window puts the size of the window in the place of the one that a message has. On
// Windows that is the size of the console's buffer, of which the window may show a
// part.
func (o Options) window(_ tea.Model, msg tea.Msg) tea.Msg {
	if _, passes := msg.(turnMsg); passes {
		return nil
	}
	if _, resized := msg.(tea.WindowSizeMsg); resized {
		if w, h, err := term.GetSize(int(o.Out.Fd())); err == nil {
			return tea.WindowSizeMsg{Width: w, Height: h}
		}
	}
	return msg
}

func isTerminal(f *os.File) bool { return f != nil && term.IsTerminal(int(f.Fd())) }

func titles(all []steps.Info) map[string]string {
	out := map[string]string{}
	for _, i := range all {
		out[i.ID] = i.Title
	}
	return out
}

// returned is how a function came back.
type returned struct {
	err   error
	panic string // with its stack, "" for none
}

// guarded calls a function and comes back whatever it does: it may panic, or
// end its goroutine.
func guarded(f func() error) (r returned) {
	ended := false
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				r.panic = fmt.Sprintf("%v\n\n%s", p, debug.Stack())
			} else if !ended {
				r.err = errors.New("the sitting ended without a result")
			}
		}()
		r.err = f()
		ended = true
	}()
	<-done
	return r
}

// farewell leaves on the terminal what the last screen said, for the screen
// itself is gone.
func farewell(o Options, e wizard.Ending) {
	w, _, err := term.GetSize(int(o.Out.Fd()))
	if err != nil || w < minWidth {
		w = minWidth
	}
	var text prose
	text.show(tell.Ending(e))
	lines := text.lines(frame{w: w - 1, style: newStyle(o.Colour)})
	fmt.Fprintln(o.Out, strings.Join(lines, "\n"))
}
