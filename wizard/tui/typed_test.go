package tui

import (
	"errors"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"writeback/steps"
	"writeback/wizard"
)

// Before a review is shown the terminal forgets what was typed, and every key that
// is on its way has had its turn: none of them reaches the review.
func TestTypedAheadReachesNoReview(t *testing.T) {
	for name, show := range map[string]func(u *ui) error{
		"plan": func(u *ui) error { return u.Review(reviewOf(somePlan())) },
		"undo": func(u *ui) error { return u.ReviewUndo(steps.Run{ID: "R"}) },
	} {
		gone := make(chan struct{})
		close(gone) // nobody answers
		forgotten, turns, shown := false, 0, false
		u := &ui{ctx: t.Context(), gone: gone, discard: func() { forgotten = !shown }}
		u.send = func(m tea.Msg) {
			switch m.(type) {
			case turnMsg:
				if !forgotten || shown {
					t.Errorf("%s: a turn at the wrong time", name)
				}
				if turns++; (Options{}).window(nil, m) != nil {
					t.Errorf("%s: a turn reaches the screen", name)
				}
			case promptMsg:
				shown = true
			}
		}
		if err := show(u); !errors.Is(err, wizard.ErrAborted) || !forgotten || turns < readAhead || !shown {
			t.Errorf("%s: %v, forgotten %v, %d turns, shown %v", name, err, forgotten, turns, shown)
		}
	}
}
