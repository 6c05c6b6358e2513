package tui

import (
	"testing"

	"writeback/steps"
)

// Changes that are one write begin together and end together: those that ended are counted.
func TestWorkCountsWhatEnded(t *testing.T) {
	c := somePlan().Steps[0].Changes
	s := newWork(steps.RunOpened{})
	s.observe(steps.StepStarted{Info: stages[0], Changes: c})
	for i := range c {
		s.observe(steps.ChangeStarted{Step: "delegate", Change: c[i], N: i + 1, Of: len(c)})
	}
	if s.n != 0 || s.of != len(c) {
		t.Errorf("begun: %d of %d", s.n, s.of)
	}
	for i := range c {
		s.observe(steps.ChangeMade{Step: "delegate", Change: c[i]})
	}
	if s.n != len(c) || s.of != len(c) {
		t.Errorf("made: %d of %d", s.n, s.of)
	}

	// An undo whose answer is lost, and which took place all the same.
	s = newWork(steps.RunOpened{Undo: true})
	for i := range c {
		s.observe(steps.ChangeStarted{Step: "delegate", Change: c[i], Undo: true, N: i + 1, Of: len(c)})
	}
	for i := range c {
		s.observe(steps.ChangeFailed{Step: "delegate", Change: c[i], Undo: true, Err: errRefused})
	}
	if s.failed != len(c) || s.n != len(c) {
		t.Errorf("lost: %d failed, %d of %d", s.failed, s.n, s.of)
	}
	for i := range c {
		s.observe(steps.ChangeUndone{Step: "delegate", Change: c[i]})
	}
	if s.n != len(c) || s.made != len(c) || s.failed != 0 {
		t.Errorf("gone: %d of %d, %d taken back, %d failed", s.n, s.of, s.made, s.failed)
	}
}
