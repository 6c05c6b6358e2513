package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/wizard/tell"
)

// kind is what an item of a list is.
type kind int

const (
	heading kind = iota // of a step: what the step keys jump to
	object              // the target that the changes below it are on
	entry               // a change, a finding, an evidence
	spacer
)

// item is one entry of a list, wrapped when it is drawn. All of it is plain.
type item struct {
	kind   kind
	mark   string
	tone   tone
	text   string
	detail func() *page // nil: the line says all
}

// stops tells whether the cursor can stand on it.
func (i *item) stops() bool { return i.kind == heading || i.kind == entry }

// list is many items with a cursor. Only what is in sight is wrapped and drawn:
// the cost of a frame does not grow with the list.
type list struct {
	items []item
	shown []int // the items that a filter left, nil: all
	cur   int   // the cursor, and
	top   int   // the first one in sight: indices into what is shown
}

func (l *list) len() int {
	if l.shown != nil {
		return len(l.shown)
	}
	return len(l.items)
}

func (l *list) at(i int) *item {
	if l.shown != nil {
		i = l.shown[i]
	}
	return &l.items[i]
}

// height is how many lines draw gives, without drawing them.
func (l *list) height(f frame, i int) int {
	it := l.at(i)
	if it.kind == spacer {
		return 1
	}
	return len(wrap(it.text, f.w-2-width(it.mark)))
}

// draw is one item on lines of f.w cells. The first two are the cursor's.
func (l *list) draw(f frame, i int) (out []string) {
	it := l.at(i)
	if it.kind == spacer {
		return []string{""}
	}
	point, t := "  ", it.tone
	if i == l.cur {
		point = f.style.paint(note, "> ")
	}
	mark := it.mark
	for n, line := range wrap(it.text, f.w-2-width(it.mark)) {
		if i == l.cur && t == bare {
			t = strong
		}
		if n > 0 {
			point, mark = "  ", strings.Repeat(" ", width(it.mark))
		}
		out = append(out, point+f.style.paint(it.tone, mark)+f.style.paint(t, line))
	}
	return out
}

// lines draws what is in sight, around the cursor.
func (l *list) lines(f frame) []string {
	l.scroll(f)
	var out []string
	for i := l.top; i < l.len() && len(out) < f.h; i++ {
		out = append(out, l.draw(f, i)...)
	}
	return out[:min(len(out), f.h)]
}

// scroll moves top as little as is needed for the cursor's item to be in sight,
// with the heading or object above it where there is room.
func (l *list) scroll(f frame) {
	if l.len() == 0 {
		l.cur, l.top = 0, 0
		return
	}
	l.cur = max(0, min(l.cur, l.len()-1))
	l.top = max(0, min(l.top, l.cur))
	first := l.cur
	for first > 0 && !l.at(first-1).stops() {
		first--
	}
	if first < l.top {
		l.top = first
	}
	// A jump is not walked through: what is above h items is out of sight anyway.
	l.top = max(l.top, l.cur-f.h)
	used := 0
	for i := l.cur; i >= l.top; i-- {
		used += l.height(f, i)
		if used > f.h && i < l.cur {
			l.top = i + 1
			break
		}
	}
	l.fill(f)
}

// fill shows more above where the end of the list leaves room below.
func (l *list) fill(f frame) {
	used := 0
	for i := l.top; i < l.len(); i++ {
		if used += l.height(f, i); used >= f.h {
			return
		}
	}
	for l.top > 0 {
		if used += l.height(f, l.top-1); used > f.h {
			return
		}
		l.top--
	}
}

// step puts the cursor on the next item in a direction that is accepted, and
// tells whether there is one.
func (l *list) step(d int, accept func(*item) bool) bool {
	for i := l.cur + d; i >= 0 && i < l.len(); i += d {
		if accept(l.at(i)) {
			l.cur = i
			return true
		}
	}
	return false
}

// rest puts the cursor on an item that it can stand on.
func (l *list) rest() {
	if l.len() == 0 || l.at(min(l.cur, l.len()-1)).stops() {
		return
	}
	if !l.step(1, (*item).stops) {
		l.step(-1, (*item).stops)
	}
}

func isHeading(i *item) bool { return i.kind == heading }

var (
	keyJump    = bind("tab", "next stage", "tab", "shift+tab")
	keyDetails = bind("enter", "details", "enter")
)

// reach tells what there is for the cursor to go to: items before it, items
// after it, and a heading elsewhere.
func (l *list) reach() (up, down, headings bool) {
	up = l.top > 0
	for i := l.cur - 1; i >= 0 && !up; i-- {
		up = l.at(i).stops()
	}
	for i := l.cur + 1; i < l.len() && !down; i++ {
		down = l.at(i).stops()
	}
	for i := 0; i < l.len() && !headings; i++ {
		headings = i != l.cur && l.at(i).kind == heading
	}
	return up, down, headings
}

func (l *list) keys(f frame) []key.Binding {
	up, down, headings := l.reach()
	all := pair(keyUp, keyDown, up, down, "move")
	if l.len() > f.h {
		all = append(all, pair(keyPageUp, keyPageDown, up, down, "page")...)
		all = append(all, pair(keyHome, keyEnd, up, down, "first|last")...)
	}
	if headings {
		all = append(all, keyJump)
	}
	if l.cur < l.len() && l.at(l.cur).detail != nil {
		all = append(all, keyDetails)
	}
	return all
}

// press moves the cursor or asks for details, and tells whether the key was one
// for it.
func (l *list) press(f frame, k tea.KeyMsg) (act, bool) {
	switch {
	case key.Matches(k, keyUp):
		if !l.step(-1, (*item).stops) {
			l.top = 0
		}
	case key.Matches(k, keyDown):
		l.step(1, (*item).stops)
	case key.Matches(k, keyPageUp):
		l.turn(f, -1)
	case key.Matches(k, keyPageDown):
		l.turn(f, 1)
	case key.Matches(k, keyHome):
		l.cur, l.top = 0, 0
		l.rest()
	case key.Matches(k, keyEnd):
		l.cur = max(0, l.len()-1)
		l.rest()
	case k.String() == "tab":
		l.jump(1, -1)
	case k.String() == "shift+tab":
		l.jump(-1, l.len())
	case key.Matches(k, keyDetails) && l.cur < l.len():
		if open := l.at(l.cur).detail; open != nil {
			return act{show: open()}, true
		}
	default:
		return act{}, false
	}
	return act{}, true
}

// jump puts the cursor on the next heading, and begins again from an end where
// there is none.
func (l *list) jump(d, end int) {
	was := l.cur
	if l.step(d, isHeading) {
		return
	}
	l.cur = end
	if !l.step(d, isHeading) {
		l.cur = was
	}
}

// turn moves the cursor by what fits in a pane.
func (l *list) turn(f frame, d int) {
	for used := 0; used < f.h; {
		was := l.cur
		if !l.step(d, (*item).stops) {
			return
		}
		for i := min(was, l.cur) + 1; i <= max(was, l.cur); i++ {
			used += l.height(f, i)
		}
	}
}

// where counts the cursor's place among those that it can stand on.
func (l *list) where() string {
	at, all := 0, 0
	for i := range l.len() {
		if !l.at(i).stops() {
			continue
		}
		if all++; i <= l.cur {
			at = all
		}
	}
	if all == 0 {
		return ""
	}
	return fmt.Sprintf("%s of %s", tell.Grouped(at), tell.Grouped(all))
}
