package terminal

import (
	"bytes"
	"io"
	"os"
	"strings"
	"sync"

	"writeback/internal/visible"

	"golang.org/x/term"
)

// Stderr is standard error. While a screen is drawn on the same terminal, what
// is said there (which code to enter where, how far a count has come) is shown
// by the screen instead.
type Stderr struct {
	To io.Writer

	mu   sync.Mutex
	busy func(what string) (done func()) // nil: nothing is drawn
	done func()                          // ends what was said last
}

func (s *Stderr) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy == nil {
		return s.To.Write(p)
	}
	for line := range bytes.Lines(p) {
		if text := strings.TrimSpace(string(line)); text != "" {
			s.quiet()
			s.done = s.busy(visible.Line(text))
		}
	}
	return len(p), nil
}

// Divert has a screen show what is said; nil: there is none any more.
func (s *Stderr) Divert(busy func(what string) (done func())) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quiet()
	s.busy = busy
}

// Diverted says that a screen shows what is said.
func (s *Stderr) Diverted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy != nil
}

// End ends what was said last.
func (s *Stderr) End() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quiet()
}

func (s *Stderr) quiet() {
	if s.done != nil {
		s.done()
		s.done = nil
	}
}

// Canvas gives the size of the terminal that standard error is, where something can be
// drawn on it in place; nil: it cannot.
func (s *Stderr) Canvas() func() (columns, rows int) {
	f, isFile := s.To.(*os.File)
	if !isFile || !mayColor(f) {
		return nil
	}
	return func() (columns, rows int) {
		columns, rows, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return 0, 0
		}
		return columns, rows
	}
}
