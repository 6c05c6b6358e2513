package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/wizard/tell"
)

// scroll is which part of some lines is in sight: where it begins.
type scroll struct{ top int }

var (
	keyUp       = bind("↑", "up", "up", "k")
	keyDown     = bind("↓", "down", "down", "j")
	keyPageUp   = bind("pgup", "page up", "pgup", "b")
	keyPageDown = bind("pgdn", "page down", "pgdown", " ")
	keyHome     = bind("home", "first", "home", "g")
	keyEnd      = bind("end", "last", "end", "G")
)

// pair names two keys as one, or the one of them that does something, or none.
// What they do may differ: "first|last".
func pair(a, b key.Binding, is, bs bool, does string) []key.Binding {
	if left, right, two := strings.Cut(does, "|"); two {
		switch {
		case is && bs:
			does = left + ", " + right
		case is:
			does = left
		default:
			does = right
		}
	}
	switch {
	case is && bs:
		mark := "/"
		if len([]rune(a.Help().Key)) == 1 {
			mark = ""
		}
		return []key.Binding{bind(a.Help().Key+mark+b.Help().Key, does, append(a.Keys(), b.Keys()...)...)}
	case is:
		return []key.Binding{bind(a.Help().Key, does, a.Keys()...)}
	case bs:
		return []key.Binding{bind(b.Help().Key, does, b.Keys()...)}
	}
	return nil
}

// fit keeps the end of n lines at the bottom of h.
func (s *scroll) fit(n, h int) { s.top = max(0, min(s.top, n-h)) }

// see brings the lines from a to before b into sight, with the least movement;
// a first, where they are more than h.
func (s *scroll) see(a, b, h int) {
	if b > s.top+h {
		s.top = b - h
	}
	if a < s.top {
		s.top = a
	}
}

// keys are those that move, where there is somewhere to go.
func (s scroll) keys(n, h int) []key.Binding {
	up, down := s.top > 0, s.top < n-h
	all := pair(keyUp, keyDown, up, down, "scroll")
	if n > h+1 {
		all = append(all, pair(keyPageUp, keyPageDown, up, down, "page")...)
	}
	if n > 2*h {
		all = append(all, pair(keyHome, keyEnd, up, down, "first|last")...)
	}
	return all
}

// press moves, and tells whether the key was one for it.
func (s *scroll) press(k tea.KeyMsg, n, h int) bool {
	switch {
	case key.Matches(k, keyUp):
		s.top--
	case key.Matches(k, keyDown):
		s.top++
	case key.Matches(k, keyPageUp):
		s.top -= max(1, h-1)
	case key.Matches(k, keyPageDown):
		s.top += max(1, h-1)
	case key.Matches(k, keyHome):
		s.top = 0
	case key.Matches(k, keyEnd):
		s.top = n
	default:
		return false
	}
	s.fit(n, h)
	return true
}

// window cuts what is in sight out of lines.
func (s scroll) window(lines []string, h int) []string {
	s.fit(len(lines), h)
	return lines[s.top:min(len(lines), s.top+h)]
}

// where says which part is in sight, "" where it is all.
func (s scroll) where(n, h int) string {
	if n <= h {
		return ""
	}
	return fmt.Sprintf("%s-%s of %s", tell.Grouped(s.top+1), tell.Grouped(min(n, s.top+h)), tell.Grouped(n))
}
