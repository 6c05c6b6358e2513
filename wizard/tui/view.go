package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
)

func (m *model) small() bool { return m.w < minWidth || m.h < minHeight }

// sideWidth is a quarter of the screen, within reason.
func (m *model) sideWidth() int { return max(22, min(32, m.w/4)) }

// wide tells whether the top screen has the sidebar's room, too.
func (m *model) wide() bool {
	switch m.top().(type) {
	case *page, *history, *historyRun:
		return true
	}
	return false
}

// frame is the room of the top screen. The help line takes from it what it
// needs, and what it needs depends on the keys, which depend on the room.
func (m *model) frame() frame {
	f := frame{w: m.w - 2, h: m.h - 4, style: m.style, open: m.open != nil, copy: m.copy != nil,
		spin: pulse.Frames[m.ticks%len(pulse.Frames)]}
	if !m.wide() {
		f.w = m.w - m.sideWidth() - 5
	}
	for range 3 {
		h := m.h - 3 - len(m.help(f))
		if h >= f.h {
			break
		}
		f.h = h
	}
	return f
}

func (m *model) help(f frame) []string { return helpLines(m.style, m.w-2, m.keys(f)) }

// keys are those that do something now.
func (m *model) keys(f frame) []key.Binding {
	all := m.top().keys(f)
	switch {
	case m.left != nil && m.work != nil:
		return all // what is being written is waited for
	case m.left != nil:
		return append(all, bind("ctrl+c", "leave at once", "ctrl+c"))
	}
	if m.work != nil && m.reply == nil {
		return append(all, bind("ctrl+c", "stop between two changes", "ctrl+c"))
	}
	return append(all, keyCtrlC)
}

// draw draws the screen: exactly as high as the terminal, and no wider.
func (m *model) draw() string {
	if m.w == 0 {
		return "" // the terminal has not told its size yet
	}
	if m.small() {
		return m.tooSmall()
	}
	f := m.frame()
	help := m.help(f)
	rows := m.h - 3 - len(help)
	body := m.top().lines(f)
	for len(body) < rows {
		body = append(body, "")
	}
	out := []string{" " + ends(m.style.paint(strong, m.title), m.style.paint(faint, m.place), m.w-2), rule(m.style, m.w, "", faint)}
	out = append(out, m.beside(body[:rows])...)
	out = append(out, m.footing())
	for _, l := range help {
		out = append(out, " "+l)
	}
	for i := range out {
		if width(out[i]) > m.w {
			out[i] = pad(out[i], m.w)
		}
	}
	return strings.Join(out, "\n")
}

// beside puts the body of a screen beside the sidebar, where there is one.
func (m *model) beside(body []string) (out []string) {
	w := m.sideWidth()
	var side []string
	if !m.wide() {
		side = m.side.lines(frame{w: w, h: len(body), style: m.style})
	}
	for i, l := range body {
		left := ""
		if i < len(side) {
			left = side[i]
		}
		if !m.wide() {
			l = pad(left, w) + m.style.paint(faint, " │ ") + l
		}
		out = append(out, " "+l)
	}
	return out
}

// footing is the rule above the keys, with what has to be told meanwhile.
func (m *model) footing() string {
	switch {
	case m.left != nil && m.work != nil:
		return rule(m.style, m.w, "stopping: the change under way is finished first", warn)
	case m.left != nil:
		return rule(m.style, m.w, "leaving: what is under way is ended first", warn)
	}
	return rule(m.style, m.w, m.notice.text, m.notice.tone)
}

func (m *model) tooSmall() string {
	out := []string{fmt.Sprintf("This terminal is %d×%d.", m.w, m.h), fmt.Sprintf("The wizard needs %d×%d:", minWidth, minHeight), "make it larger.", "ctrl+c leaves"}
	for i := range out {
		out[i] = pad(out[i], min(width(out[i]), m.w))
	}
	return strings.Join(out[:min(len(out), m.h)], "\n")
}
