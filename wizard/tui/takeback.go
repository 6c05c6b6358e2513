package tui

import (
	"writeback/steps"
	"writeback/wizard/tell"
)

// ofRun makes the review of an undo: what a run made and still owns, the last
// change first, as it would be taken back.
func ofRun(r steps.Run, titles map[string]string) *review {
	s := &review{title: "Undo of run " + plain(r.ID), goes: "continue", undo: true}
	s.balance.show(tell.UndoingVerdict(r))
	if r.Undoable() {
		s.goes = "continue to approval"
	}
	s.consent.show(tell.UndoingConsent(r))
	return s.with(items(tell.Undoing(r, titles, tell.Screen)))
}
