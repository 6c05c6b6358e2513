package tell

import (
	"errors"
	"strings"
	"testing"

	"writeback/steps"
)

// However many changes are one write, its ending is one line, and says of how many.
func TestAWriteEndsOnce(t *testing.T) {
	begin := func(n int) steps.Event { return steps.ChangeStarted{N: n, Of: 4} }
	made, undone := steps.ChangeMade{}, steps.ChangeUndone{}
	lost := steps.ChangeFailed{Err: errors.New("lost")}
	for _, c := range []struct {
		name   string
		events []steps.Event
		want   string // what is said of endings
	}{
		{"one by one", []steps.Event{begin(1), made, begin(2), made}, "made, made"},
		{"three in one", []steps.Event{begin(1), begin(2), begin(3), made, made, made, begin(4), made}, "made: all 3, in one write, made"},
		{"one, and two in one, taken back", []steps.Event{begin(1), undone, begin(2), begin(3), undone, undone}, "taken back, taken back: all 2, in one write"},
		{"two that fail", []steps.Event{begin(1), begin(2), lost, lost}, "failed: lost"},
		{"one fails, and two are taken back", []steps.Event{begin(1), begin(2), begin(3), lost, undone, undone}, "failed: lost, taken back: 2 of 3"},
		{"the same failure of the next write", []steps.Event{begin(1), lost, begin(2), lost}, "failed: lost, failed: lost"},
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
