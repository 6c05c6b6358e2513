package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// page is a text to be read, put on top of another screen. It takes the whole
// width, so that what is on it can be marked with the terminal's own means.
type page struct {
	title string
	sheet
	clip string // what can be copied from it, "" for nothing
	view scroll
}

var (
	keyBack = bind("esc", "back", "esc", "enter", "q", "?", "f1")
	keyCopy = bind("y", "copy", "y")
)

func (p *page) lines(f frame) []string {
	body, h := p.sheet.lines(f), f.h-2
	p.view.fit(len(body), h)
	head := ends(f.style.paint(strong, pad(p.title, min(width(p.title), f.w))), f.style.paint(faint, p.view.where(len(body), h)), f.w)
	return append([]string{head, ""}, p.view.window(body, h)...)
}

func (p *page) keys(f frame) []key.Binding {
	all := p.view.keys(len(p.sheet.lines(f)), f.h-2)
	all = append(all, opens(f, p.links())...)
	if f.copy && p.clip != "" {
		all = append(all, keyCopy)
	}
	return append(all, keyBack)
}

func (p *page) press(f frame, k tea.KeyMsg) act {
	switch {
	case key.Matches(k, keyBack):
		return act{back: true}
	case f.copy && p.clip != "" && key.Matches(k, keyCopy):
		return act{copy: p.clip}
	}
	if url := opened(f, p.links(), k); url != "" {
		return act{open: url}
	}
	p.view.press(k, len(p.sheet.lines(f)), f.h-2)
	return act{}
}

// opened is the link whose digit was pressed, "" for none.
func opened(f frame, links []string, k tea.KeyMsg) string {
	s := k.String()
	if !f.open || len(s) != 1 || s[0] < '1' || int(s[0]-'1') >= len(links) {
		return ""
	}
	return links[s[0]-'1']
}
