package tui

import "writeback/steps"

// What the flow's goroutine tells the screen. Each is handled at once and in
// order: Program.Send waits until it was taken.
type (
	// promptMsg shows a screen that somebody waits for. The channel has room for
	// the one outcome that it gets.
	promptMsg struct {
		screen screen
		at     station
		reply  chan<- outcome
	}
	// withdrawMsg takes a prompt away that nobody waits for any more.
	withdrawMsg struct{ reply chan<- outcome }
	planMsg     struct{ plan steps.Plan }
	targetMsg   struct{ target steps.Target }
	eventMsg    struct{ event steps.Event }
	busyMsg     struct {
		id   int
		what string
	}
	doneMsg struct{ id int }
	// leaveMsg says that the flow is stopped from outside.
	leaveMsg struct{ err error }
	// overMsg says that the flow is over: the program ends.
	overMsg struct{}
	// noticeMsg is what became of something that was done outside.
	noticeMsg struct {
		text string
		tone tone
	}
	tickMsg struct{}
)

// outcome is what whoever shows a screen gets back.
type outcome struct {
	answers map[string]string
	text    string
	run     string // that text is about
	yes     bool
	err     error
}
