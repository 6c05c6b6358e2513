package session

import (
	"context"
	"errors"
	"slices"

	"writeback/adperms"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/stages"
)

// Purpose is what a session is for: the verb, as journals have it, and for an undo the
// run that is taken back.
type Purpose struct {
	Verb string
	Undo *steps.Run // nil: nothing is
}

// Verbs that this package compares with.
const (
	apply   = "apply"
	bundled = "bundle"
	explain = "explain"
	plan    = "plan"
	setup   = "setup"
	verify  = "verify"
)

// readOnly says that nothing is written at the session, whoever is signed in.
func (o Purpose) readOnly() bool { return o.Verb == plan || o.Verb == verify || o.Verb == bundled }

// needsConnector says that the connector account is to be found. Undo needs none: it may
// be gone by then.
func (o Purpose) needsConnector() bool { return o.Undo == nil }

// Session is what a verb works on, until Close.
type Session struct {
	Runner  *steps.Runner
	Opening steps.Opening // for a journal
	Domains []*Domain     // the first is the one that everything else goes by

	Tenant    *TenantClient     // signed in to; nil: to none
	Writeback *stages.Writeback // the stage; nil: it is left out
	SSPR      *stages.SSPR      // the same

	caller *Caller
}

// First is the first domain, and the only one as a rule.
func (s *Session) First() *Domain { return s.Domains[0] }

// Close ends all connections.
func (s *Session) Close() { closeAll(s.Domains) }

// CloseOthers closes all connections except the first domain's.
func (s *Session) CloseOthers() { closeAll(s.Domains[1:]) }

// Cancelled wraps err in a CancelledError if ctx has ended, whatever the connection
// reported.
func Cancelled(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return &steps.CancelledError{Err: errors.Join(ctx.Err(), err)}
}

// Open connects and finds out what the stages must know.
func (c *Caller) Open(ctx context.Context, of Purpose) (*Session, error) {
	first, err := c.Connect(ctx)
	if err != nil {
		return nil, Cancelled(ctx, err)
	}
	s, err := c.OpenOn(ctx, first, of)
	if err != nil {
		first.Close()
		return nil, Cancelled(ctx, err)
	}
	return s, nil
}

// OpenOn makes a session on first, which is already connected. It connects to the other
// domains, and Close closes them.
func (c *Caller) OpenOn(ctx context.Context, first *Domain, of Purpose) (*Session, error) {
	err := first.signedIn(ctx)
	if err == nil && of.needsConnector() {
		first.Connector, err = chooseConnector(ctx, c.Settings, first.Conn)
	}
	if err != nil {
		return nil, err
	}
	domains, err := c.domains(ctx, first, of)
	if err != nil {
		return nil, err
	}
	s := &Session{Domains: domains, caller: c}
	if err := s.prepare(ctx, of); err != nil {
		s.CloseOthers()
		return nil, err
	}
	return s, nil
}

// prepare makes the stages and the runner.
func (s *Session) prepare(ctx context.Context, of Purpose) error {
	c, target := s.caller, targetOf(s.Domains)
	known, err := c.memory(target)
	if err != nil {
		return err
	}
	skip := c.Skipped()
	var all []steps.Step
	for _, d := range s.Domains {
		d.Delegate.ReadOnly, d.Delegate.Consented = of.readOnly(), known.consented
		all = append(all, d.Delegate.Step())
		skip[d.Delegate.Info().ID] = skip[stages.DelegateInfo.ID]
	}
	recorded := s.record()
	if s.needsCloud(of, known) {
		var more []steps.Step
		if more, target.Tenant, err = s.cloudStages(ctx, known); err != nil {
			return err
		}
		all = append(all, more...)
	} else {
		all = append(all, (&stages.Writeback{}).Step(), (&stages.SSPR{}).Step())
		skip[stages.WritebackInfo.ID], skip[stages.SSPRInfo.ID] = true, true
		settings.WithoutCloud(recorded)
		if of.Undo != nil {
			target.Tenant = of.Undo.Target.Tenant
		}
	}
	s.Runner = &steps.Runner{Steps: all, Target: target, Settings: recorded, Skip: skip, Measure: s.measure(of.Verb)}
	for _, text := range settings.Accept.Of(c.Settings) {
		s.Runner.Accept = append(s.Runner.Accept, steps.ReadAcceptance(text))
	}
	s.Runner.Same = adperms.SameDN // values are DNs, which can be written in several ways
	s.Opening = steps.Opening{Verb: of.Verb, Program: c.Program, Target: target, Who: steps.Self(s.First().Who), Settings: recorded}
	s.remember(ctx, of, skip)
	return nil
}

// needsCloud says whether the cloud stages are needed. To undo what was made in AD
// alone takes no sign-in to a tenant: it may be gone by then, or refused.
func (s *Session) needsCloud(of Purpose, known memory) bool {
	if of.Undo == nil {
		return s.caller.cloudAsked(known)
	}
	return slices.ContainsFunc(of.Undo.Steps, func(id string) bool { return !stages.IsDelegate(id) })
}

// Skipped are the stages that the settings leave out.
func (c *Caller) Skipped() map[string]bool {
	out, only := map[string]bool{}, settings.Only.Of(c.Settings)
	for _, id := range settings.Stages {
		out[id] = slices.Contains(settings.Skip.Of(c.Settings), id) || len(only) > 0 && !slices.Contains(only, id)
	}
	return out
}

// record is the settings for preview and journal, with what was found filled in such
// that it can be taken for a setting again.
func (s *Session) record() map[string]steps.Setting {
	first := s.First()
	out := s.caller.Settings.RecordAll()
	found := func(x settings.Any, value, from string) {
		if name := settings.Name(x); out[name].Value == nil && value != "" {
			out[name] = steps.Setting{Value: value, From: from}
		}
	}
	found(settings.DC, first.Conn.URL(), settings.FoundInDNS)
	found(settings.Domains, first.Name(), settings.Found("the DC's domain").String())
	found(settings.Connector, first.Delegate.Connector.DN, settings.Found("the only one").String())
	found(settings.Scopes, first.Conn.Root().DefaultNC, settings.Origin{}.String())
	for i, d := range s.Domains {
		proof := "dc-proof"
		if i > 0 {
			d.record(out)
			proof += "@" + d.Name()
		}
		if d.Conn.Found() { // how a DC that nobody named proved that it is one
			out[proof] = steps.Setting{Value: steps.Plain(d.Conn.Proof()), From: "shown at sign-in"}
		}
	}
	return out
}
