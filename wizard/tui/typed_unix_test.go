//go:build !windows

package tui

import (
	"strings"
	"testing"

	"writeback/wizard"
)

// Somebody typed the way to the approval, and the phrase, before the review was
// there: it is shown, and waits.
func TestTypedAheadApprovesNothing(t *testing.T) {
	dir := t.TempDir()
	x := start(t, "reviewed at once", dir, "\rccorp.example\r\r\rccorp.example\r")
	x.until("continue to approval")
	x.keys("c")
	x.until("To approve, type:")
	x.keys(ctrlC)
	if code, after := x.end(); code != 0 || !strings.Contains(after, "ENDED "+wizard.ErrAborted.Error()) || onShelf(t, dir) != 0 {
		t.Errorf("code %d, %d on the shelf:\n%s", code, onShelf(t, dir), after)
	}
}
