package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
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

func TestScreensInColour(t *testing.T) {
	for _, sc := range scenes {
		s := newStand(t, 80, 24, true)
		sc.make(s)
		view := s.m.View()
		golden(t, sc.name+"-80x24.ansi", view+"\n")
		bare := newStand(t, 80, 24, false)
		sc.make(bare)
		if stripped(view) != stripped(bare.m.View()) {
			t.Errorf("%s: colour changes what is said", sc.name)
		}
	}
}
