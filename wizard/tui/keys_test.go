package tui

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// Every key that a help line names does something on that screen, and the line
// itself is there to be read.
func TestHelpNamesKeysThatDoSomething(t *testing.T) {
	for _, sc := range scenes {
		for _, size := range sizes {
			s := newStand(t, size.w, size.h, false)
			sc.make(s)
			view := s.m.View()
			for _, b := range s.m.keys(s.m.frame()) {
				named := b.Help().Key + " " + b.Help().Desc
				if !strings.Contains(ansi.Strip(view), named) {
					t.Errorf("%s: %q is not on the screen", sc.name, named)
				}
				for _, k := range b.Keys() {
					if !does(t, sc, size.w, size.h, k) {
						t.Errorf("%s at %dx%d: %q is named as %q and does nothing", sc.name, size.w, size.h, k, named)
					}
				}
			}
		}
	}
}

// does tells whether a key changes the screen, answers, or has something done.
func does(t *testing.T, sc scene, w, h int, k string) bool {
	s := newStand(t, w, h, true)
	sc.make(s)
	before, waiting, stopped := s.m.View(), s.m.reply != nil, s.stopped
	s.press(k)
	if waiting && s.m.reply == nil || s.stopped > stopped || s.quit {
		return true
	}
	return s.m.View() != before || len(s.opened)+len(s.copied) > 0
}

// Keys that are not named do no harm: they neither answer nor end anything.
func TestOtherKeysAnswerNothing(t *testing.T) {
	for _, sc := range scenes {
		for _, k := range []string{"enter", "esc", " ", "y", "c", "q", "x", "1", "f", "/", "tab", "shift+tab", "up", "down", "delete"} {
			s := newStand(t, 80, 24, false)
			sc.make(s)
			waiting, stopped := s.m.reply != nil, s.stopped
			named := []string{}
			for _, b := range s.m.keys(s.m.frame()) {
				named = append(named, b.Keys()...)
			}
			if slices.Contains(named, k) {
				continue
			}
			s.press(k)
			if waiting && s.m.reply == nil || s.stopped > stopped || s.quit || len(s.opened)+len(s.copied) > 0 {
				t.Errorf("%s: %q is not named, and does something", sc.name, k)
			}
		}
	}
}
