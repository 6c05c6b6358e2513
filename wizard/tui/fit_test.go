package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// A screen is as high as the terminal and no line is wider, whatever the size.
func TestScreensFit(t *testing.T) {
	for _, sc := range scenes {
		for _, size := range []struct{ w, h int }{{80, 24}, {81, 25}, {100, 24}, {120, 40}, {80, 60}, {300, 90}} {
			s := newStand(t, size.w, size.h, false)
			sc.make(s)
			lines := strings.Split(s.m.View(), "\n")
			if len(lines) != size.h {
				t.Errorf("%s at %dx%d has %d lines", sc.name, size.w, size.h, len(lines))
			}
			for _, l := range lines {
				if ansi.StringWidth(l) > size.w {
					t.Errorf("%s at %dx%d: %d cells: %q", sc.name, size.w, size.h, ansi.StringWidth(l), l)
				}
			}
		}
	}
}

// Nothing is cut: what a screen draws fits its frame before the frame would cut
// it, and what is not in sight can be scrolled to.
func TestNothingIsCut(t *testing.T) {
	for _, sc := range scenes {
		s := newStand(t, 80, 24, false)
		sc.make(s)
		f := s.m.frame()
		for _, l := range s.m.top().lines(f) {
			if width(l) > f.w {
				t.Errorf("%s: %d cells of %d: %q", sc.name, width(l), f.w, l)
			}
		}
		side := frame{w: s.m.sideWidth(), h: f.h, style: f.style}
		for _, l := range s.m.side.lines(side) {
			if width(l) > side.w {
				t.Errorf("%s: sidebar: %d cells of %d: %q", sc.name, width(l), side.w, l)
			}
		}
		tall := side
		tall.h = 500
		if got, want := len(s.m.side.lines(side)), len(s.m.side.lines(tall)); got != want {
			t.Errorf("%s: %d of the sidebar's %d lines are in sight", sc.name, got, want)
		}
		seen := reachable(s, f)
		all := newStand(t, 80, 24, false)
		sc.make(all)
		f.h = 2000
		for _, l := range all.m.top().lines(f) {
			if !strings.Contains(seen, bareLine(l)) && !strings.Contains(l, " of ") && strings.Trim(l, "─") != "" {
				t.Errorf("%s: this line is never in sight: %q", sc.name, l)
			}
		}
	}
}

// reachable is all that can be brought into sight.
func reachable(s *stand, f frame) string {
	var seen strings.Builder
	top := s.m.top()
	keys := []string{"pgup", "up", "down", "pgdown"}
	switch top.(type) {
	case *ask: // up and down would change the answer
		keys = []string{"end", "home", "shift+tab", "tab"}
	case *choose:
		keys = []string{"pgup", "pgdown"}
	}
	for _, k := range keys {
		for range 60 {
			for _, l := range top.lines(f) {
				seen.WriteString(bareLine(l) + "\n")
			}
			top.press(f, keyMsg(k))
		}
	}
	return seen.String()
}

// bareLine is a line without what depends on the cursor.
func bareLine(l string) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(ansi.Strip(l)), "> "))
}

func TestTooSmallSaysSoAndRecovers(t *testing.T) {
	for _, sc := range scenes {
		s := newStand(t, 80, 24, false)
		sc.make(s)
		before := s.m.View()
		for _, size := range []struct{ w, h int }{{79, 24}, {80, 23}, {20, 4}, {5, 1}, {1, 1}} {
			s.send(tea.WindowSizeMsg{Width: size.w, Height: size.h})
			view := s.m.View()
			if lines := strings.Split(view, "\n"); len(lines) > size.h || width(lines[0]) > size.w {
				t.Errorf("%s at %dx%d: %q", sc.name, size.w, size.h, view)
			}
			if size.w > 20 && !strings.Contains(view, "needs 80×24") {
				t.Errorf("%s at %dx%d does not say what it needs: %q", sc.name, size.w, size.h, view)
			}
			for _, k := range []string{"enter", "c", "x", "esc"} {
				s.press(k)
			}
		}
		s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		if got := s.m.View(); got != before {
			t.Errorf("%s: after it was too small, it is another one:\n%s", sc.name, got)
		}
	}
}

func TestWrapLosesNothing(t *testing.T) {
	alphabet := rapid.SampledFrom([]rune("ab-,.= \u00e9\u4e2d\U0001f600e\u0301DC;("))
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(alphabet).Draw(t, "text"))
		w := rapid.IntRange(4, 60).Draw(t, "width")
		for name, lines := range map[string][]string{"wrap": wrap(s, w), "chop": chop(s, w)} {
			for _, l := range lines {
				if width(l) > w {
					t.Fatalf("%s: %q is %d cells, %d at most", name, l, width(l), w)
				}
			}
			glue := func(s string) string { return strings.ReplaceAll(s, " ", "") }
			if got := glue(strings.Join(lines, "")); got != glue(s) {
				t.Fatalf("%s: %q became %q", name, s, lines)
			}
		}
	})
}
