package tui

import (
	"fmt"
	"runtime/debug"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/steps"
	"writeback/wizard"
)

// model is the whole state of the screen. Only Update changes it.
type model struct {
	style  *style
	title  string
	open   func(url string) error
	copy   func(text string) error
	leave  func() // cancels the flow: it stops between two writes
	w, h   int
	ticks  int
	ticker bool // a tick is on its way

	side   sidebar
	idle   idle
	work   *work // nil: no run is under way
	stack  []screen
	reply  chan<- outcome // of the screen at the bottom of the stack; nil: none waits
	left   error          // why nobody is asked any more: the person left, or the flow was stopped; nil: they are
	stuck  bool           // the person would not wait for the flow to end
	notice noticeMsg
	drawn  string // the screen as it is
	crash  string // a panic of Update, with its stack; "": none
	place  string // the domain and the DC, once they are known
}

func newModel(o Options, leave func()) *model {
	return &model{style: newStyle(o.Colour), title: plain(o.Title), open: o.Open, copy: o.Copy, leave: leave, side: newSidebar(o.Stages)}
}

func (m *model) Init() tea.Cmd { return m.tick() }

// tick turns the spinner, as long as there is something to wait for.
func (m *model) tick() tea.Cmd {
	if m.ticker || m.reply != nil {
		return nil
	}
	m.ticker = true
	return tea.Tick(pulse.FPS, func(time.Time) tea.Msg { return tickMsg{} })
}

// Update takes one message in and draws the screen anew. It does no I/O and
// starts nothing. A panic ends the program as it would end anyhow, so that Run
// can pass it on from a terminal that shows it.
func (m *model) Update(msg tea.Msg) (same tea.Model, cmd tea.Cmd) {
	defer func() {
		if p := recover(); p != nil {
			m.crash = fmt.Sprintf("%v\n\n%s", p, debug.Stack())
			same, cmd = m, tea.Quit
		}
	}()
	cmd = m.take(msg)
	m.drawn = m.draw()
	return m, cmd
}

// View is what was drawn last.
func (m *model) View() string { return m.drawn }

func (m *model) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
	case tea.KeyMsg:
		return m.key(msg)
	case promptMsg:
		m.prompt(msg)
	case withdrawMsg:
		if m.reply == msg.reply {
			m.reply, m.stack = nil, nil
		}
	case planMsg:
		m.side.plan(msg.plan)
		m.where(msg.plan.Target)
	case targetMsg:
		m.where(msg.target)
	case eventMsg:
		m.observe(msg.event)
	case busyMsg:
		m.idle.begin(msg.id, msg.what)
	case doneMsg:
		m.idle.end(msg.id)
	case leaveMsg:
		m.abort(msg.err)
	case noticeMsg:
		m.notice = msg
	case overMsg:
		return tea.Quit
	case tickMsg:
		m.ticks++
		m.ticker = false
	}
	return m.tick()
}

// prompt shows a screen. A person who has left is asked nothing more.
func (m *model) prompt(p promptMsg) {
	if m.left != nil {
		p.reply <- outcome{err: m.left}
		return
	}
	m.stack, m.reply, m.notice = []screen{p.screen}, p.reply, noticeMsg{}
	m.side.enter(p.at)
}

func (m *model) observe(e steps.Event) {
	m.side.observe(e)
	switch e := e.(type) {
	case steps.RunOpened:
		m.work = newWork(e)
		m.side.enter(working)
		m.where(e.Target)
	case steps.StepInspecting:
		m.idle.last = "reading: " + e.Info.Title
	}
	if m.work != nil {
		m.work.observe(e)
	}
	if _, ok := e.(steps.RunFinished); ok {
		m.work, m.idle.last = nil, ""
		if m.reply == nil {
			m.stack = nil // the details of a change that lay on top
		}
	}
}

func (m *model) where(t steps.Target) {
	if t.Domain == "" {
		return
	}
	m.place = plain(t.Domain)
	if t.DC != "" {
		m.place += " on " + plain(t.DC)
	}
}

// top is the screen that has the keys.
func (m *model) top() screen {
	switch {
	case len(m.stack) > 0:
		return m.stack[len(m.stack)-1]
	case m.work != nil:
		return m.work
	}
	return &m.idle
}

var keyCtrlC = bind("ctrl+c", "leave", "ctrl+c")

// key is a key that somebody pressed. Where nothing can be seen, nothing can be
// answered.
func (m *model) key(k tea.KeyMsg) tea.Cmd {
	if key.Matches(k, keyCtrlC) {
		if m.left != nil && m.work == nil {
			m.stuck = true
			return tea.Quit
		}
		m.abort(wizard.ErrAborted)
		return m.tick()
	}
	if m.small() {
		return nil
	}
	m.notice = noticeMsg{}
	a := m.top().press(m.frame(), k)
	switch {
	case a.answer != nil && m.reply != nil:
		m.answer(*a.answer)
	case a.show != nil:
		m.stack = append(m.stack, a.show)
	case a.back && len(m.stack) > 0:
		m.stack = m.stack[:len(m.stack)-1]
	case a.open != "":
		return outside(m.open, a.open, "opened "+a.open)
	case a.copy != "":
		return outside(m.copy, a.copy, "copied")
	}
	return m.tick()
}

// outside has something done that is I/O, and tells what became of it.
func outside(do func(string) error, what, done string) tea.Cmd {
	return func() tea.Msg {
		if err := do(what); err != nil {
			return noticeMsg{plain(err.Error()), bad}
		}
		return noticeMsg{done, good}
	}
}

func (m *model) answer(o outcome) {
	m.reply <- o
	m.reply, m.stack = nil, nil
}

// abort ends the flow for the person: whoever waits is told, and what is
// being written ends with the change that is under way.
func (m *model) abort(why error) {
	if m.left == nil {
		m.left = why
	}
	if m.reply != nil {
		m.answer(outcome{err: m.left})
	}
	m.stack = nil
	m.leave()
}
