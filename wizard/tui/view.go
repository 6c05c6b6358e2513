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
	_, ok := m.top().(*page)
	return ok
}

// frame is the room of the top screen. The help line is laid out first: it may
// need a second line, and it depends on the keys, which depend on the room. The
// room for keys is that with one line of help.
func (m *model) frame() frame {
	f := frame{w: m.w - 2, h: m.h - 4, look: m.look, open: m.open != nil, copy: m.copy != nil,
		spin: pulse.Frames[m.ticks%len(pulse.Frames)]}
	if !m.wide() {
		f.w = m.w - m.sideWidth() - 5
	}
	f.h -= len(m.help(f)) - 1
	return f
}

func (m *model) help(f frame) []string { return helpLines(m.look, m.w-2, m.keys(f)) }

// keys are those that do something now.
func (m *model) keys(f frame) []key.Binding {
	all := m.top().keys(f)
	if m.left != nil {
		return all // there is nothing left to stop
	}
	if m.work != nil && m.reply == nil {
		return append(all, bind("ctrl+c", "stop between two changes", "ctrl+c"))
	}
	return append(all, keyCtrlC)
}

// View draws the screen: exactly as high as the terminal, and no wider.
func (m *model) View() string {
	if m.w == 0 {
		return "" // the terminal has not told its size yet
	}
	if m.small() {
		return m.tooSmall()
	}
	f := m.frame()
	body := m.top().lines(f)
	for len(body) < f.h {
		body = append(body, "")
	}
	head := ends(m.look.paint(strong, m.title), m.look.paint(faint, m.place), m.w-2)
	out := []string{" " + head, rule(m.look, m.w, "", faint)}
	if m.wide() {
		for _, l := range body[:f.h] {
			out = append(out, " "+l)
		}
	} else {
		w := m.sideWidth()
		side := m.side.lines(frame{w: w, h: f.h, look: m.look})
		for i, l := range body[:f.h] {
			left := ""
			if i < len(side) {
				left = side[i]
			}
			out = append(out, " "+pad(left, w)+m.look.paint(faint, " │ ")+l)
		}
	}
	out = append(out, m.footing())
	for _, l := range m.help(f) {
		out = append(out, " "+l)
	}
	for i := range out {
		if width(out[i]) > m.w {
			out[i] = pad(out[i], m.w)
		}
	}
	return strings.Join(out, "\n")
}

// footing is the rule above the keys, with what has to be told meanwhile.
func (m *model) footing() string {
	switch {
	case m.left != nil && m.work != nil:
		return rule(m.look, m.w, "stopping: the change under way is finished first", warn)
	case m.left != nil:
		return rule(m.look, m.w, "leaving", warn)
	}
	return rule(m.look, m.w, m.notice.text, m.notice.tone)
}

func (m *model) tooSmall() string {
	out := []string{fmt.Sprintf("This terminal is %d×%d.", m.w, m.h), fmt.Sprintf("The wizard needs %d×%d:", minWidth, minHeight), "make it larger.", "ctrl+c leaves"}
	for i := range out {
		out[i] = pad(out[i], min(width(out[i]), m.w))
	}
	return strings.Join(out[:min(len(out), m.h)], "\n")
}
