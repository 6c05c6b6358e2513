package tell

import (
	"errors"
	"strings"
	"testing"

	"writeback/steps"
)

// However many changes are one write, its ending is one line, and says of how many.
func TestAWriteEndsOnce(t *testing.T) {
	change := func(n int) steps.Change { return steps.Change{Line: string(rune('a' + n - 1))} }
	begin := func(n int) steps.Event { return steps.ChangeStarted{Change: change(n), N: n, Of: 4} }
	made := func(n int) steps.Event { return steps.ChangeMade{Change: change(n)} }
	undone := func(n int) steps.Event { return steps.ChangeUndone{Change: change(n)} }
	lost := func(n int) steps.Event { return steps.ChangeFailed{Change: change(n), Err: errors.New("lost")} }
	for _, c := range []struct {
		name   string
		events []steps.Event
		want   string // what is said of endings
	}{
		{"one by one", []steps.Event{begin(1), made(1), begin(2), made(2)}, "made, made"},
		{"three in one", []steps.Event{begin(1), begin(2), begin(3), made(1), made(2), made(3), begin(4), made(4)}, "made: all 3, in one write, made"},
		{"one, and two in one, taken back", []steps.Event{begin(1), undone(1), begin(2), begin(3), undone(2), undone(3)}, "taken back, taken back: all 2, in one write"},
		{"two that fail", []steps.Event{begin(1), begin(2), lost(1), lost(2)}, "failed: lost"},
		{"one fails, and two are taken back", []steps.Event{begin(1), begin(2), begin(3), lost(1), undone(2), undone(3)}, "failed: lost, taken back: 2 of 3"},
		{"two whose answer is lost, and are gone", []steps.Event{begin(1), begin(2), lost(1), lost(2), undone(1), undone(2)}, "failed: lost, taken back after all: a, taken back after all: b"},
		{"the same failure of the next write", []steps.Event{begin(1), lost(1), begin(2), lost(2)}, "failed: lost, failed: lost"},
		{"a write that never ended, and the next run", []steps.Event{begin(1), begin(2), steps.RunOpened{}, begin(1), made(1)}, "made"},
		{"a write that never ended, and the next step", []steps.Event{begin(1), begin(2), steps.StepStarted{}, begin(1), made(1)}, "made"},
	} {
		var l Events
		var said []string
		for _, e := range c.events {
			if line, ended := strings.CutPrefix(l.Line(e), "      "); ended {
				said = append(said, line)
			}
		}
		if got := strings.Join(said, ", "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
