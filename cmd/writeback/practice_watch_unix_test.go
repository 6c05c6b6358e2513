//go:build linux || darwin

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"writeback/internal/screen"
)

// watcher is a person before the drawn wizard who looks at the screen as it is
// now, finds options by what they say, and goes there with the arrows.
type watcher struct {
	*person
	screen *screen.Screen
	fed    int // how much of what was written the screen has shown
}

// watches begins the program on a screen of a size. The program knows nothing of
// this computer's domain.
func (p *program) watches(w, h int, args ...string) *watcher {
	p.t.Helper()
	q := *p
	q.env = append(slices.Clone(p.env), "KRB5CCNAME=FILE:"+p.dir+"/none", "KRB5_CONFIG="+p.dir+"/none", "TERM=xterm-256color")
	v := &watcher{person: q.sitsDown(args...), screen: screen.New(w, h)}
	v.resize(w, h)
	v.start()
	return v
}

func (h *watcher) resize(cols, rows int) {
	h.t.Helper()
	h.screen.Resize(cols, rows)
	if err := pty.Setsize(h.master, &pty.Winsize{Rows: uint16(rows), Cols: uint16(cols)}); err != nil {
		h.t.Fatal(err)
	}
}

// when waits until is says so of the screen; what names it.
func (h *watcher) when(is func(now string) bool, what string) {
	h.t.Helper()
	late := time.After(time.Minute)
	for !is(h.current()) {
		select {
		case <-h.more:
		case <-late:
			h.t.Fatalf("the screen does not show %s:\n%s", what, h.current())
		}
	}
}

// current is the screen as it is now.
func (h *watcher) current() string {
	h.t.Helper()
	written := h.person.screen()
	_, _ = h.screen.Write([]byte(written[h.fed:])) // it never fails
	h.fed = len(written)
	if err := h.screen.Err(); err != nil {
		h.t.Fatal(err)
	}
	return h.screen.String()
}

// until waits until text is to be seen, also where it was wrapped.
func (h *watcher) until(text string) {
	h.t.Helper()
	h.when(func(now string) bool { return strings.Contains(unwrapped(now), text) }, text)
}

// unwrapped is what stands beside the sidebar, as one line.
func unwrapped(now string) string {
	var out []string
	for line := range strings.Lines(now) {
		if _, right, beside := strings.Cut(line, "│"); beside {
			line = right
		}
		out = append(out, strings.Fields(line)...)
	}
	return strings.Join(out, " ")
}

// picks goes to an option of the list on the screen, and takes it.
func (h *watcher) picks(label string) {
	h.t.Helper()
	h.goesTo(label)
	h.types("\r")
}

func (h *watcher) goesTo(label string) {
	h.t.Helper()
	mark := -1
	h.when(func(now string) bool {
		want := optionAt(now, ") "+label)
		mark = optionAt(now, "(•) ")
		if want < 0 || mark < 0 {
			return false
		}
		for range mark - want {
			h.types("\x1b[A")
		}
		for range want - mark {
			h.types("\x1b[B")
		}
		return true
	}, "the option "+label)
	h.when(func(now string) bool { return strings.Contains(now, "(•) "+label) }, "the mark at "+label)
}

// optionAt counts the options above the first that has text in it; -1 for none.
func optionAt(now, text string) int {
	n := 0
	for line := range strings.Lines(now) {
		if !strings.Contains(line, "( ) ") && !strings.Contains(line, "(•) ") {
			continue
		}
		if strings.Contains(line, text) {
			return n
		}
		n++
	}
	return -1
}

// answers waits for text and presses keys.
func (h *watcher) answers(text, keys string) {
	h.t.Helper()
	h.until(text)
	h.types(keys)
}

// holdEnv has the program wait at a point of its journal, in the words of
// [steps.Store.Cut], until somebody opens a pipe: "after made 9 /path/to/pipe".
const holdEnv = "WRITEBACK_TEST_HOLD"

func init() {
	seams[holdEnv] = func(a *app, value string) {
		at := strings.LastIndexByte(value, ' ')
		a.cut = func(point string) {
			if point == value[:at] {
				f, err := os.Open(value[at+1:]) // which waits for a writer
				if err == nil {
					_ = f.Close()
				}
			}
		}
	}
}

// held is p that waits at a point until release is called.
func (p *program) held(point string) (q *program, release func()) {
	p.t.Helper()
	pipe := filepath.Join(p.t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		p.t.Fatal(err)
	}
	c := *p
	c.env = append(slices.Clone(p.env), holdEnv+"="+point+" "+pipe)
	return &c, func() {
		p.t.Helper()
		f, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits for the program to be there
		if err != nil {
			p.t.Fatal(err)
		}
		_ = f.Close()
	}
}

// cutAt is p that is killed at a point of its journal.
func (p *program) cutAt(point string) *program {
	c := *p
	c.env = append(slices.Clone(p.env), cutEnv+"="+point)
	return &c
}

// A watcher that looks at what is not there must not find it.
func TestOptionAt(t *testing.T) {
	const now = " x │ (•) One\n y │     of two lines\n   │ ( ) Two\n   │ ( ) Leave\n"
	for text, want := range map[string]int{"(•) ": 0, ") Two": 1, ") Leave": 2, ") Three": -1} {
		if got := optionAt(now, text); got != want {
			t.Errorf("%q is at %d, want %d", text, got, want)
		}
	}
	if got := unwrapped(now); !strings.Contains(got, "One of two lines ( ) Two") {
		t.Errorf("%q", got)
	}
}
