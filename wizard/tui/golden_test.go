package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

var update = flag.Bool("update", false, "write the golden screens anew")

var sizes = []struct{ w, h int }{{80, 24}, {120, 40}}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not as it was (-update writes it anew):\n%s", file, got)
	}
}

// stripped is a screen without colours and trailing spaces.
func stripped(view string) string {
	lines := strings.Split(ansi.Strip(view), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestScreens(t *testing.T) {
	for _, sc := range scenes {
		for _, size := range sizes {
			s := newStand(t, size.w, size.h, false)
			sc.make(s)
			golden(t, fmt.Sprintf("%s-%dx%d.txt", sc.name, size.w, size.h), stripped(s.m.View()))
		}
	}
}

// colored are the scenes whose colors are held, too: each tone of each kind of screen.
var colored = strings.Fields(`approve-matches approve-wrong ask ask-choice ask-problem choose end-done end-failed
	end-undone end-manual hub hub-problem idle-reading leaving past past-damaged past-run past-record review
	review-blocked review-blocked-users review-done review-filtering review-manual undo-review undo-work work work-failed`)

// Color never changes what is said.
func TestScreensInColor(t *testing.T) {
	held := 0
	for _, sc := range scenes {
		s := newStand(t, 80, 24, true)
		sc.make(s)
		view := s.m.View()
		if slices.Contains(colored, sc.name) {
			golden(t, sc.name+"-80x24.ansi", view+"\n")
			held++
		}
		bare := newStand(t, 80, 24, false)
		sc.make(bare)
		if stripped(view) != stripped(bare.m.View()) {
			t.Errorf("%s: colour changes what is said", sc.name)
		}
	}
	if held != len(colored) {
		t.Errorf("%d of %d scenes are held in color", held, len(colored))
	}
}
