package main

import (
	"cmp"
	"context"
	"errors"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard"
)

// The guide asks for what the settings do not say yet, and puts the answers
// where the flags put theirs, so that a sitting made of answers is the same as
// one made of flags. It goes through its topics in order, again and again: a
// topic that is settled has no questions. Each answer is tried out at once
// (the DC is reached, the certificate looked at, the sign-in made), so that it
// is asked again while the person still knows what was typed.

// guide is wizard.Guide on this program's settings.
type guide struct {
	app  *app
	face wizard.GuidedFace

	state   *session.Journals // held from the first question on: a second wizard is told at once
	resumed bool              // the settings are those of a run
	undoing *steps.Run        // the run that is to be taken back; nil: none

	reached  bool              // the DC is there and trusted
	untried  bool              // the DC is to be asked for again, whatever it is
	wantCA   bool              // the person will name a CA instead of a certificate
	way      string            // of signing in to the domain; "": not chosen yet
	refused  bool              // the last sign-in was
	conn     *directory.Conn   // signed in; the sitting's once there is one
	unlisted bool              // the connector account will be typed
	account  adperms.Connector // as chosen; zero: only its name is known
	sitting  *work
	begun    bool // the wizard has had a sitting

	asked map[string]bool // by key: answered, where there is no setting of that name
	take  func(ctx context.Context, answers map[string]string) error
	// problem is why the next question is asked again.
	problem string
}

var _ wizard.Guide = (*guide)(nil)

// asking is a group and what becomes of its answers. Without questions the topic
// is settled.
type asking struct {
	wizard.Group
	take func(ctx context.Context, answers map[string]string) error
}

func newGuide(a *app, face wizard.GuidedFace) *guide {
	return &guide{app: a, face: face, asked: map[string]bool{}}
}

// topics are what has to be settled, in order. An undo takes all that it needs
// from its run, but for the way there.
func (g *guide) topics() []func(context.Context) (asking, error) {
	there := []func(context.Context) (asking, error){g.domain, g.controller, g.signIn}
	if g.undoing != nil {
		return append(there, g.ready)
	}
	return append(there, g.connector, g.stages, g.tenant, g.server, g.consent, g.ready)
}

// Next goes through the topics in order.
func (g *guide) Next(ctx context.Context) (wizard.Group, error) {
	for _, topic := range g.topics() {
		q, err := topic(ctx)
		if err != nil {
			return wizard.Group{}, session.Cancelled(ctx, err)
		}
		if len(q.Questions) == 0 {
			continue
		}
		q.Problem, g.problem = g.problem, ""
		if g.take = q.take; g.take == nil {
			g.take = g.fill
		}
		return q.Group, nil
	}
	return wizard.Group{}, nil
}

// Answer hands the answers to the topic that asked.
func (g *guide) Answer(ctx context.Context, answers map[string]string) error {
	return g.take(ctx, answers)
}

// fill puts answers into the settings of the same names.
func (g *guide) fill(_ context.Context, answers map[string]string) error {
	for key, value := range answers {
		if err := g.set().Answer(g.set().Named(key), value); err != nil {
			return err
		}
	}
	return g.set().Check()
}

func (g *guide) set() *settings.Settings { return g.app.settings }

// origin says where a value came from, to whoever is asked for it.
func (g *guide) origin(of settings.Any) string {
	switch from := g.set().Origin(of); from.Kind {
	case settings.IsDefault:
		return ""
	case settings.IsAnswer:
		return "as answered"
	default:
		return from.String()
	}
}

// ready makes the sitting of what was answered: the connector account is looked
// up, and the tenant signed in to.
func (g *guide) ready(ctx context.Context) (asking, error) {
	if g.sitting != nil {
		return asking{}, nil
	}
	defer g.busy("Reading what the plan needs")()
	of := session.Purpose{Verb: "setup"}
	if g.undoing != nil {
		of = session.Purpose{Verb: "undo", Undo: g.undoing}
	}
	opened, err := g.app.caller().OpenOn(ctx, g.conn, of)
	if err != nil {
		if g.refusedByTenant(err) {
			return g.tenant(ctx)
		}
		return asking{}, g.mayReconnect(err)
	}
	s := g.app.faced(opened)
	s.Store, s.Face, s.Runner.Observe = g.state.Store, g.face, g.app.caller().Observed(g.face.Observe)
	s.Accepting = g.set().Accepted
	g.sitting = s
	return asking{}, nil
}

// mayReconnect forgets a connection that is lost, so that trying again makes a
// new one.
func (g *guide) mayReconnect(err error) error {
	var lost *directory.LostError
	if errors.As(err, &lost) {
		g.disconnect()
	}
	return err
}

// Begin gives the sitting; after something went wrong one on a new connection.
func (g *guide) Begin(ctx context.Context) (*wizard.Sitting, error) {
	if g.begun {
		g.disconnect()
	}
	if err := g.connected(ctx); err != nil {
		return nil, session.Cancelled(ctx, err)
	}
	if q, err := g.ready(ctx); err != nil || len(q.Questions) > 0 {
		if err == nil {
			err = errors.New(q.Problem + g.problem)
			g.problem = ""
		}
		return nil, session.Cancelled(ctx, err)
	}
	g.begun = true
	return &g.sitting.Sitting, nil
}

// connected signs in again, as before, where the connection was lost.
func (g *guide) connected(ctx context.Context) error {
	if g.conn != nil {
		return nil
	}
	defer g.busy("Signing in to " + cmp.Or(settings.DC.Of(g.set()), g.set().Domain()) + " again")()
	conn, err := g.app.caller().Connect(ctx)
	if err == nil {
		g.conn = conn
	}
	return err
}

func (g *guide) disconnect() {
	if g.conn != nil {
		g.conn.Close()
	}
	if g.sitting != nil {
		g.sitting.session.CloseOthers() // the first is that of g.conn
	}
	g.conn, g.sitting = nil, nil
}

func (g *guide) close() error {
	g.disconnect()
	if g.state == nil {
		return nil
	}
	return g.state.Close()
}

// busy tells what takes a while.
func (g *guide) busy(what string) (done func()) {
	end := g.face.Busy(what)
	return func() {
		end()
		g.app.aside.End()
	}
}
