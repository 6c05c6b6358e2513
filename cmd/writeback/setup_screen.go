package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"

	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/stages"
	"writeback/wizard"
	"writeback/wizard/plain"
	"writeback/wizard/tui"
)

// lead runs do with the face that fits the terminal.
func (a *app) lead(ctx context.Context, do func(context.Context, wizard.GuidedFace) error) error {
	if a.practice != nil {
		do = a.welcomed(do)
	}
	if a.byLines() {
		f := a.face()
		f.Colour = false // what is read out is text and nothing else
		return do(ctx, &plain.Guided{Face: f, Hidden: a.typedPassword})
	}
	return tui.Run(ctx, tui.Options{
		In: a.terminal, Out: os.Stdout, Title: a.title(), Colour: a.face().Colour,
		Stages: []steps.Info{stages.DelegateInfo, stages.WritebackInfo, stages.SSPRInfo},
		Open:   a.opener(), Copy: a.clipboard(os.Stdout),
	}, func(ctx context.Context, face wizard.GuidedFace) error {
		a.aside.divert(face.Busy)
		defer a.aside.divert(nil)
		return do(ctx, face)
	})
}

// title tells a rehearsal from the real thing, on every screen.
func (a *app) title() string {
	if a.practice != nil {
		return "writeback · practice"
	}
	return "writeback"
}

// byLines says that the screen is to be spoken of in lines.
func (a *app) byLines() bool {
	env, _ := a.lookupEnv("ACCESSIBLE")
	term, _ := a.lookupEnv("TERM")
	return settings.Accessible.Of(a.settings) || a.dumb || env != "" && env != "0" && env != "false" || term == "dumb"
}

// aside is standard error. While a screen is drawn on the same terminal, what
// is said there (which code to enter where, how far a count has come) is shown
// by the screen instead.
type aside struct {
	mu   sync.Mutex
	to   io.Writer
	busy func(what string) (done func()) // nil: nothing is drawn
	done func()                          // ends what was said last
}

func (s *aside) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy == nil {
		return s.to.Write(p)
	}
	for line := range bytes.Lines(p) {
		if text := strings.TrimSpace(string(line)); text != "" {
			s.quiet()
			s.done = s.busy(steps.Plain(text))
		}
	}
	return len(p), nil
}

// divert has a screen show what is said; nil: there is none any more.
func (s *aside) divert(busy func(what string) (done func())) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quiet()
	s.busy = busy
}

// diverted says that a screen shows what is said.
func (s *aside) diverted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy != nil
}

// settle ends what was said last.
func (s *aside) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quiet()
}

func (s *aside) quiet() {
	if s.done != nil {
		s.done()
		s.done = nil
	}
}

// opener opens links. A rehearsal leads to no real page, where something real
// could be set.
func (a *app) opener() func(url string) error {
	if a.practice == nil {
		return browser()
	}
	return func(url string) error {
		return fmt.Errorf("a rehearsal: for real, %s would be opened now", steps.Plain(url))
	}
}

// browser opens a link as this system does; nil where it has no way to.
func browser() func(url string) error {
	open := []string{"xdg-open"}
	switch runtime.GOOS {
	case "windows":
		open = []string{"rundll32.exe", "url.dll,FileProtocolHandler"}
	case "darwin":
		open = []string{"open"}
	}
	path, err := systemProgram(open[0])
	if err != nil {
		return nil
	}
	return func(url string) error {
		if !strings.HasPrefix(url, "https://") {
			return fmt.Errorf("open %s: only https links are opened", steps.Plain(url))
		}
		if err := exec.Command(path, append(open[1:], url)...).Run(); err != nil {
			return fmt.Errorf("open %s in a browser: %w", url, err)
		}
		return nil
	}
}
