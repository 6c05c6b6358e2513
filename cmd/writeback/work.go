package main

import (
	"cmp"
	"context"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/checks"
	"writeback/wizard"
	"writeback/wizard/plain"
)

// work is a session with its renderer.
type work struct {
	wizard.Flow
	session  *session.Session
	renderer *plain.Renderer
}

// open opens a session for a purpose.
func (a *app) open(ctx context.Context, of session.Purpose) (*work, error) {
	s, err := a.caller().Open(ctx, of)
	if err != nil {
		return nil, err
	}
	if err := s.ShowBeside(); err != nil {
		s.Close()
		return nil, err
	}
	return a.work(s), nil
}

// work gives a session the renderer that flags and terminal ask for.
func (a *app) work(s *session.Session) *work {
	r := a.renderer()
	r.NoDomain = s.First() == nil
	s.Runner.Observe = a.caller().Observed(r.Observe)
	return &work{session: s, renderer: r, Flow: wizard.Flow{
		Runner: s.Runner, Opening: s.Opening, UI: r, Yes: settings.Yes.Of(a.settings), Phrase: phrase(s.Runner.Target), Advice: advice(),
	}}
}

// phrase is what a person types to approve: the domain, or what there is in its place.
func phrase(t steps.Target) string { return cmp.Or(t.Domain, t.Tenant, "sync server") }

// advice is what holds whatever is set up, for those who have just set it up, or
// ask about one user.
func advice() (a wizard.Advice) {
	for _, l := range checks.Limits() {
		a.Limits = append(a.Limits, wizard.Limit{What: l.What, Written: l.Written, Note: l.Note})
	}
	a.Test = checks.HowToTest()
	return a
}
