package guide

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"writeback/adperms"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard"
)

// The guide asks for what the settings do not say yet, and puts the answers
// where the flags put theirs, so that a session made of answers is the same as
// one made of flags. It goes through its topics in order, again and again: a
// topic that is done has no questions. Each answer is tried out at once
// (the DC is reached, the certificate looked at, the sign-in made), so that it
// is asked again while the person still knows what was typed.

// Guide is wizard.Guide on the settings of a caller.
type Guide struct {
	caller  *session.Caller
	ui      wizard.GuidedUI
	newFlow func(*session.Session) *wizard.Flow
	quiet   func()

	journals *session.Journals // held from the first question on: a second wizard is told at once
	resumed  bool              // the settings are those of a run
	undoing  *steps.Run        // the run that is to be taken back; nil: none

	reached  bool              // the DC is there and trusted
	untried  bool              // the DC is to be asked for again, whatever it is
	wantCA   bool              // the person will name a CA instead of a certificate
	way      string            // of signing in to the domain; "": not chosen yet
	refused  bool              // the last sign-in was
	first    *session.Domain   // signed in to; the session's once there is one
	unlisted bool              // the connector account will be typed
	account  adperms.Connector // as chosen; zero: only its name is known
	session  *session.Session
	flow     *wizard.Flow
	begun    bool // the wizard has had a session

	asked map[string]bool // by key: answered, where there is no setting of that name
	take  func(ctx context.Context, answers map[string]string) error
	// problem is why the next question is asked again.
	problem string
}

var _ wizard.Guide = (*Guide)(nil)

// asking is a group and what becomes of its answers. Without questions the topic
// is done.
type asking struct {
	wizard.Group
	take func(ctx context.Context, answers map[string]string) error
}

// New is a guide that asks with a renderer. newFlow makes a flow of each session; quiet is
// called where something that took a while has ended.
func New(caller *session.Caller, ui wizard.GuidedUI, newFlow func(*session.Session) *wizard.Flow, quiet func()) *Guide {
	return &Guide{caller: caller, ui: ui, newFlow: newFlow, quiet: quiet, asked: map[string]bool{}}
}

type topic = func(context.Context) (asking, error)

// topics are what has to be asked, in order. An undo takes all that it needs
// from its run, but for the way there. Who may do nothing in Active Directory is asked
// for nothing of it.
func (g *Guide) topics() []topic {
	var there []topic
	if g.needsDomain() {
		there = []topic{g.domain, g.controller, g.signIn}
	}
	if g.undoing != nil {
		return append(there, g.ready)
	}
	if g.needsDomain() {
		there = append(there, g.connector)
	}
	return slices.Concat([]topic{g.role}, there, []topic{g.tenant, g.server, g.consent, g.ready})
}

// purpose is what the session is for.
func (g *Guide) purpose() session.Purpose {
	if g.undoing != nil {
		return session.Purpose{Verb: "undo", Undo: g.undoing}
	}
	return session.Purpose{Verb: "setup"}
}

func (g *Guide) needsDomain() bool { return g.caller.NeedsDomain(g.purpose()) }

// Next goes through the topics in order.
func (g *Guide) Next(ctx context.Context) (wizard.Group, error) {
	for _, of := range g.topics() {
		q, err := of(ctx)
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
func (g *Guide) Answer(ctx context.Context, answers map[string]string) error {
	return g.take(ctx, answers)
}

// fill puts answers into the settings of the same names.
func (g *Guide) fill(_ context.Context, answers map[string]string) error {
	for key, value := range answers {
		if err := g.set().Answer(g.set().Named(key), value); err != nil {
			return err
		}
	}
	return g.set().Check()
}

func (g *Guide) set() *settings.Settings { return g.caller.Settings }

// origin says where a value came from, to whoever is asked for it.
func (g *Guide) origin(of settings.Any) string {
	switch from := g.set().Origin(of); from.Kind {
	case settings.IsDefault:
		return ""
	case settings.IsAnswer:
		return "as answered"
	default:
		return from.String()
	}
}

// ready makes the session of what was answered: the connector account is looked
// up, and the tenant signed in to.
func (g *Guide) ready(ctx context.Context) (asking, error) {
	if g.flow != nil {
		return asking{}, nil
	}
	defer g.busy("Reading what the plan needs")()
	opened, err := g.open(ctx)
	if err != nil {
		if g.refusedByTenant(err) {
			return g.tenant(ctx)
		}
		return asking{}, g.mayReconnect(err)
	}
	s := g.newFlow(opened)
	s.Store, s.UI, s.Runner.Observe = g.journals.Store, g.ui, g.caller.Observed(g.ui.Observe)
	s.Accepting = g.set().Accepted
	g.session, g.flow = opened, s
	return asking{}, nil
}

// open makes the session, on the domain that is connected already.
func (g *Guide) open(ctx context.Context) (*session.Session, error) {
	if g.first == nil {
		return g.caller.Open(ctx, g.purpose())
	}
	return g.caller.OpenOn(ctx, g.first, g.purpose())
}

// mayReconnect forgets a connection that is lost, so that trying again makes a
// new one.
func (g *Guide) mayReconnect(err error) error {
	if session.IsLost(err) {
		g.disconnect()
	}
	return err
}

// Begin gives the session; after something went wrong one on a new connection.
func (g *Guide) Begin(ctx context.Context) (*wizard.Flow, error) {
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
	return g.flow, nil
}

// connected signs in again, as before, where the connection was lost.
func (g *Guide) connected(ctx context.Context) error {
	if g.first != nil || !g.needsDomain() {
		return nil
	}
	defer g.busy("Signing in to " + cmp.Or(settings.DC.Of(g.set()), g.set().Domain()) + " again")()
	first, err := g.caller.Connect(ctx)
	if err == nil {
		g.first = first
	}
	return err
}

func (g *Guide) disconnect() {
	if g.first != nil {
		g.first.Close()
	}
	if g.session != nil {
		g.session.CloseOthers()
	}
	g.first, g.session, g.flow = nil, nil, nil
}

// Close ends the connections, and gives the state directory back.
func (g *Guide) Close() error {
	g.disconnect()
	if g.journals == nil {
		return nil
	}
	return g.journals.Close()
}

// busy tells what takes a while.
func (g *Guide) busy(what string) (done func()) {
	end := g.ui.Busy(what)
	return func() {
		end()
		g.quiet()
	}
}
