package session

import (
	"cmp"
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
	Dry  bool       // nothing is written, whatever the verb could
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
func (o Purpose) readOnly() bool {
	return o.Dry || o.Verb == plan || o.Verb == verify || o.Verb == bundled
}

// isRun says that what is done at the session has a journal.
func (o Purpose) isRun() bool {
	return o.Undo != nil || o.Verb == apply || o.Verb == setup || o.Verb == string(Harden)
}

// needsConnector says that the connector account is to be found. Undo needs none: it may
// be gone by then.
func (o Purpose) needsConnector() bool { return o.Undo == nil }

// Session is what a verb works on, until Close.
type Session struct {
	Runner  *steps.Runner
	Opening steps.Opening // for a journal
	Domains []*Domain     // the first is the one that everything else goes by; none: no stage needs one

	Tenant    *TenantClient     // signed in to; nil: to none
	Writeback *stages.Writeback // the stage; nil: it is left out
	SSPR      *stages.SSPR      // the same

	Task Task

	caller *Caller
	guests []*Domain // connected to for a user who is in none of Domains
}

// First is the first domain, and the only one as a rule; nil: there is none.
func (s *Session) First() *Domain {
	if len(s.Domains) == 0 {
		return nil
	}
	return s.Domains[0]
}

// Close ends all connections.
func (s *Session) Close() { closeAll(slices.Concat(s.Domains, s.guests)) }

// CloseOthers closes all connections except the first domain's.
func (s *Session) CloseOthers() {
	if s.First() == nil {
		return
	}
	closeAll(slices.Concat(s.Domains[1:], s.guests))
	s.First().leaveHome()
}

// Cancelled wraps err in a CancelledError if ctx has ended, whatever the connection
// reported.
func Cancelled(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return &steps.CancelledError{Err: errors.Join(ctx.Err(), err)}
}

// NeedsDomain says whether a session connects to a domain controller: where a stage needs
// one, or somebody named a domain, or gave a flag that is about one. Without a domain
// neither LDAP nor DNS is asked.
func (c *Caller) NeedsDomain(of Purpose) bool {
	in := c.Settings
	if c.namesDomain() || c.task(of) == Harden {
		return true
	}
	ofOne := append(settings.With(settings.PerDomain), settings.UsersOut.Setting) // flags that would go by the board
	if slices.ContainsFunc(ofOne, func(x *settings.Setting) bool { return in.ByFlag(x) }) {
		return true
	}
	if of.Undo != nil {
		return slices.ContainsFunc(of.Undo.Steps, stages.IsDelegate)
	}
	return !c.Skipped()[stages.DelegateInfo.ID] || c.practisesAll()
}

// practisesAll says that this is a rehearsal whose person has not said that the domain is
// somebody else's: the practice one is at hand, so that more can be proved.
func (c *Caller) practisesAll() bool {
	kind := c.Settings.Origin(settings.Only).Kind
	return c.Practice != nil && kind != settings.IsAnswer && kind != settings.IsRun
}

// namesDomain says that somebody named a domain, or a DC. That there is a practice one
// says nothing.
func (c *Caller) namesDomain() bool {
	in := c.Settings
	return in.Domain() != "" || settings.DC.Of(in) != "" && in.Origin(settings.DC).Kind != settings.IsPractice || settings.AllDomains.Of(in)
}

// speaksOfCloudAlone says that the settings name the tenant or the sync server and no
// domain, on a computer that is in none.
func (c *Caller) speaksOfCloudAlone() bool {
	in := c.Settings
	return c.Practice == nil && !c.namesDomain() && in.Given(settings.Cloud) && c.DomainOfHere() == ""
}

// Open connects and finds out what the stages must know.
func (c *Caller) Open(ctx context.Context, of Purpose) (*Session, error) {
	if !c.NeedsDomain(of) {
		s := &Session{caller: c}
		if err := s.prepare(ctx, of); err != nil {
			return nil, Cancelled(ctx, err)
		}
		return s, nil
	}
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
		err = c.takeConnector(ctx, first)
	}
	if err != nil {
		return nil, err
	}
	domains, err := c.domains(ctx, first, of)
	if err != nil {
		first.leaveHome()
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
	if s.Task = c.task(of); s.Task == Harden {
		return s.prepareHarden(ctx, of)
	}
	if s.First() == nil && of.Undo != nil { // of what is not looked at, nothing is taken back
		target.Forest, target.Domain = of.Undo.Target.Forest, of.Undo.Target.Domain
	}
	if s.First() == nil { // what is said of one tenant is not another's
		target.Tenant = c.Settings.TenantID()
		target = c.Change.place(target)
	}
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
	if len(s.Domains) == 0 {
		all, skip[stages.DelegateInfo.ID] = append(all, (&stages.Delegate{}).Step()), true
	}
	recorded := s.record()
	if err := s.recordAccount(ctx, recorded); err != nil {
		return err
	}
	if s.needsCloud(of, known) {
		var more []steps.Step
		var signedIn string
		if more, signedIn, err = s.cloudStages(ctx, of, known); err != nil {
			return err
		}
		target.Tenant = cmp.Or(signedIn, target.Tenant)
		all = append(all, more...)
	} else {
		all = append(all, s.unseenCloud()...)
		skip[stages.WritebackInfo.ID], skip[stages.SSPRInfo.ID] = true, true
		settings.WithoutCloud(recorded)
		if of.Undo != nil {
			target.Tenant = of.Undo.Target.Tenant
		}
	}
	s.Runner = &steps.Runner{Steps: all, Target: target, Settings: recorded, Skip: skip, Measure: s.measure(of.Verb)}
	s.Runner.ChangeID, s.Runner.Others = c.Change.ID, c.Change.others(c.Settings, all, skip)
	s.accept()
	s.Runner.Same = adperms.SameDN // values are DNs, which can be written in several ways
	s.Opening = steps.Opening{Verb: of.Verb, ChangeID: c.Change.ID, Program: c.Program, Target: target, Who: s.self(ctx, of), Settings: recorded}
	s.remember(ctx, of, skip)
	return nil
}

// accept has the runner accept what a person has accepted by name.
func (s *Session) accept() {
	for _, text := range settings.Accept.Of(s.caller.Settings) {
		s.Runner.Accept = append(s.Runner.Accept, steps.ReadAcceptance(text))
	}
}

// self is who is signed in, at the domain and, where it is written down, at the tenant.
func (s *Session) self(ctx context.Context, of Purpose) steps.Who {
	who := steps.Self("")
	if d := s.First(); d != nil {
		who.Identity = d.Who
	}
	if s.Tenant != nil && (of.isRun() || s.caller.Change.ID != "") {
		who.Tenant = steps.Plain(s.Tenant.Who(ctx, s.caller.application()))
	}
	return who
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
	out := map[string]bool{}
	for _, id := range settings.Stages {
		out[id] = c.Settings.LeavesOut(id)
	}
	return out
}

// Wants says that the settings do not leave a step's stage out.
func (c *Caller) Wants(step string) bool {
	if stages.IsDelegate(step) {
		step = stages.DelegateInfo.ID
	}
	return !c.Skipped()[step]
}

// record is the settings for preview and journal, with what was found filled in such
// that it can be taken for a setting again.
func (s *Session) record() map[string]steps.Setting {
	out := s.caller.Settings.RecordAll()
	first := s.First()
	if first == nil {
		settings.WithoutDomain(out)
		return out
	}
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
