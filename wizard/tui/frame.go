package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// The least terminal that everything is laid out for.
const (
	minWidth  = 80
	minHeight = 24
)

// frame is the room that a screen has, and how to draw in it.
type frame struct {
	w, h  int // cells
	style *style
	open  bool // links can be opened
	copy  bool // texts can be copied
	spin  string
}

// screen is what the main pane shows. It is asked for its keys both when they
// are named and when one is pressed.
type screen interface {
	// lines are at most f.h lines of at most f.w cells.
	lines(f frame) []string
	// keys are those that do something now, in the order of the help line.
	keys(f frame) []key.Binding
	press(f frame, k tea.KeyMsg) act
}

// act is what a key led to.
type act struct {
	answer *outcome // what whoever waits is told: the screen is done
	show   screen   // to be put on top
	back   bool     // this screen is taken off the top
	open   string   // a link to be opened
	copy   string   // a text to be copied
}

// helpLines names the keys, in as many lines as it takes.
func helpLines(l *style, w int, keys []key.Binding) (out []string) {
	line := ""
	for _, k := range keys {
		h := k.Help()
		one := l.paint(strong, h.Key) + " " + l.paint(faint, h.Desc)
		switch {
		case line == "":
			line = one
		case width(line)+3+width(one) > w:
			out = append(out, line)
			line = one
		default:
			line += l.paint(faint, " · ") + one
		}
	}
	return append(out, line)
}

// rule is a line across, with a text in it.
func rule(l *style, w int, text string, t tone) string {
	if text == "" {
		return l.paint(faint, strings.Repeat("─", w))
	}
	text = pad(text, min(width(text), w-6))
	return l.paint(faint, "── ") + l.paint(t, text) + l.paint(faint, " "+strings.Repeat("─", w-4-width(text)))
}

// bind makes a binding: names of keys as Bubble Tea has them, and their help.
func bind(help, does string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, does))
}
