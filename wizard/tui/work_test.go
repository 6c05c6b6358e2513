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
}
