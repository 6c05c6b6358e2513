package main

import (
	"context"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/wizard"
	"writeback/wizard/plain"
)

// work is a session with its face.
type work struct {
	wizard.Flow
	session *session.Session
	face    *plain.Renderer
}

// open opens a session for a purpose.
func (a *app) open(ctx context.Context, of session.Purpose) (*work, error) {
	s, err := a.caller().Open(ctx, of)
	if err != nil {
		return nil, err
	}
	return a.faced(s), nil
}

// faced gives a session the face that flags and terminal ask for.
func (a *app) faced(s *session.Session) *work {
	face := a.face()
	s.Runner.Observe = a.caller().Observed(face.Observe)
	return &work{session: s, face: face, Flow: wizard.Flow{
		Runner: s.Runner, Opening: s.Opening, Face: face, Yes: settings.Yes.Of(a.settings), Phrase: s.Runner.Target.Domain, Advice: advice(),
	}}
}
