//go:build linux || darwin

package main

import (
	"encoding/hex"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"writeback/internal/screen"
)

// The pictures of docs/pictures are the rehearsal's screens. They are drawn anew
// by .ci/pictures; here each must be as it is there, so that none goes stale.

const (
	pictureCols, pictureRows = 100, 30
	pictureDir               = "../../docs/pictures"
)

func TestPictures(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.dir, p.flags = pictureHome(t), nil // where its state is can be read in some
	q, release := p.held("after intent 16")
	h := q.watches(pictureCols, pictureRows, "practice")
	h.picks("Begin")
	h.answers("What may you do here?", "\r")
	h.answers("Which account does the sync product use", "\r")
	h.answers("Which product syncs this domain", "\r")
	h.until("(•) Inside this program")
	h.draws("questions", "The wizard asks how the sync server is reached; the answer found is filled in")
	h.types("\r")
	h.picks("Yes, through the undocumented service")
	h.until("6 changes. Nothing has been written yet.")
	h.draws("review", "The review: every change as a line, nothing written yet")
	h.goesDownTo("+ Allow")
	h.types("\r")
	h.until("dsacls")
	h.draws("detail", "One change in detail: the ACE in words and in SDDL, and the commands that would do the same")
	h.types("\x1b")
	h.answers("continue to approval", "c")
	h.answers("To approve, type:", practiceDomain)
	h.until("that is it")
	h.draws("approval", "The approval: the domain's name has to be typed")
	h.types("\r")
	h.until("1 of 2")
	h.draws("work", "The work: five of six changes are made")
	release()
	h.until("Everything is as it should be.")
	h.draws("end", "The end: what was made, and what proves it")
	h.picks("Earlier runs")
	h.answers("6 made, 0 taken back", "\r")
	h.until("approved typed " + practiceDomain)
	h.draws("run", "The run browser: everything that a run did, and the key that takes it back")
	h.types("\x1b")
	h.answers("6 made, 0 taken back", "\x1b")
	h.ends(exitDone, "Everything is as it should be.")
}

// goesDownTo moves the cursor of the review down to a line. Rows are drawn from
// above, so that the old cursor is gone before the new one is there.
func (h *watcher) goesDownTo(text string) {
	h.t.Helper()
	for range 60 {
		at := cursorLine(h.current())
		if strings.HasPrefix(at, text) {
			return
		}
		h.types("\x1b[B")
		h.when(func(now string) bool { next := cursorLine(now); return next != "" && next != at }, "the cursor below "+at)
	}
	h.t.Fatalf("there is no %q:\n%s", text, h.current())
}

// cursorLine is what the cursor of the main pane stands before.
func cursorLine(now string) string {
	for line := range strings.Lines(now) {
		if _, right, _ := strings.Cut(line, "│ > "); right != "" {
			return strings.TrimSpace(right)
		}
	}
	return ""
}

// draws holds the screen against its picture, or draws that anew.
func (h *watcher) draws(name, title string) {
	h.t.Helper()
	file := filepath.Join(pictureDir, name+".svg")
	if *update {
		if err := os.WriteFile(file, []byte(h.still(title)), 0o644); err != nil {
			h.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		h.t.Fatal(err)
	}
	late := time.After(30 * time.Second)
	for h.picture(title) != string(want) {
		select {
		case <-h.more:
		case <-late:
			h.t.Fatalf("%s is stale (.ci/pictures draws it anew): the screen is now\n%s", file, screen.Text(steadyCells(h.screen.Cells())))
		}
	}
}

func (h *watcher) picture(title string) string {
	h.current()
	return screen.SVG(title, steadyCells(h.screen.Cells()))
}

// still waits until the picture stays as it is for a while.
func (h *watcher) still(title string) (now string) {
	for was := "none"; was != now; {
		was = now
		quiet := time.After(300 * time.Millisecond)
		for moving := true; moving; {
			select {
			case <-h.more:
			case <-quiet:
				moving = false
			}
		}
		now = h.picture(title)
	}
	return now
}

// pictureHome is a home whose path is as long as that which the pictures show.
func pictureHome(t *testing.T) string {
	t.Helper()
	name := make([]byte, 4)
	for i := range name {
		name[i] = byte(rand.IntN(256))
	}
	home := "/tmp/wb" + hex.EncodeToString(name)
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	})
	return home
}

// unsteady is what differs from run to run, and what stands in the pictures in its
// place: as long as it is, so that nothing moves, or at the end of its row.
var unsteady = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`/tmp/wb[0-9a-f]{8}`), "/home/adm-maren"},
	{regexp.MustCompile(`\b\d{8}T\d{6}Z`), "20260302T090000Z"},
	{regexp.MustCompile(`-[0-9a-f]{4}\.jsonl`), "-1a2b.jsonl"},
	{regexp.MustCompile(`0Z-[0-9a-f]{4}\b`), "0Z-1a2b"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d\b`), "2026-03-02"},
	{regexp.MustCompile(`\b\d\d:\d\d:\d\dZ`), "09:00:00Z"},
	{regexp.MustCompile(` \d\d:\d\dZ`), " 09:00Z"},
	{regexp.MustCompile(`127\.0\.0\.1:\d{5}`), "127.0.0.1:40443"},
	{regexp.MustCompile(`[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]`), "⠋"},
	{regexp.MustCompile(`\bby \S+ on \S+, signed in as`), "by maren on ADM01, signed in as"},
}

func steadyCells(rows [][]screen.Cell) [][]screen.Cell {
	for _, row := range rows {
		was := strings.TrimSuffix(screen.Text([][]screen.Cell{row}), "\n")
		now := was
		for _, u := range unsteady {
			now = u.what.ReplaceAllString(now, u.with)
		}
		if now != was {
			rewrite(row, []rune(now), utf8.RuneCountInString(was))
		}
	}
	return rows
}

// rewrite puts another text into a row. What is longer than the old one, of n
// characters, looks as its last.
func rewrite(row []screen.Cell, text []rune, n int) {
	for i := range row {
		row[i].Rune = ' '
		if i < len(text) {
			row[i].Rune = text[i]
		}
		if i >= n {
			row[i].Style = screen.Style{}
		}
		if i >= n && i < len(text) {
			row[i].Style = row[n-1].Style
		}
	}
}

// What stands in the place of something is as long as that, but for names.
func TestSteadyCells(t *testing.T) {
	for was, want := range map[string]string{
		"/tmp/wb0a1b2c3d 20261122T143715Z-6fae 2026-11-22 14:37Z 14:37:15Z 127.0.0.1:35445 ⠼": "/home/adm-maren 20260302T090000Z-1a2b 2026-03-02 09:00Z 09:00:00Z 127.0.0.1:40443 ⠋",
		"by root on vm, signed in as X":                                    "by maren on ADM01, signed in as X",
		"by somebody-else on a-very-long-hostname.example, signed in as X": "by maren on ADM01, signed in as X",
	} {
		s := screen.New(100, 1)
		_, _ = s.Write([]byte("\x1b[1m" + was))
		now := steadyCells(s.Cells())
		if got := screen.Text(now); got != want+"\n" {
			t.Errorf("%q, want %q", got, want)
		}
		for i, c := range now[0][:utf8.RuneCountInString(want)] {
			if !c.Style.Bold {
				t.Errorf("%q: character %d looks otherwise", want, i)
			}
		}
	}
}
