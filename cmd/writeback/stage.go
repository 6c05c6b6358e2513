package main

import (
	"context"
	"errors"
	"slices"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/internal/settings"
	"writeback/internal/terminal"
	"writeback/steps"
	"writeback/steps/stages"
	"writeback/wizard"
	"writeback/wizard/plain"
)

// sitting wires one sitting: connections, stages, runner, face. conn and delegate
// are those of the first domain, and of the only one as a rule.
type sitting struct {
	wizard.Sitting
	face     *plain.Face
	conn     *directory.Conn
	delegate *stages.Delegate
	places   []*place // one for each domain
}

// close ends all connections.
func (s *sitting) close() {
	for _, p := range s.places {
		p.conn.Close()
	}
}

// occasion is what a sitting is for.
type occasion struct {
	verb string
	run  *steps.Run // that is to be undone; nil: none
}

// sit connects and finds out what the stages must know.
func (a *app) sit(ctx context.Context, of occasion) (*sitting, error) {
	conn, err := a.connect(ctx)
	if err != nil {
		return nil, cancelled(ctx, err)
	}
	s, err := a.sitOn(ctx, conn, of)
	if err != nil {
		conn.Close()
		return nil, cancelled(ctx, err)
	}
	return s, nil
}

// cancelled says so where ctx is: whatever a connection that was cut for it
// calls that.
func cancelled(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return &steps.CancelledError{Err: errors.Join(ctx.Err(), err)}
}

// sitOn makes a sitting on a connection to the first domain. Further ones are
// connected to here, and closed with the sitting.
func (a *app) sitOn(ctx context.Context, conn *directory.Conn, of occasion) (*sitting, error) {
	who, err := conn.Who(ctx)
	if err != nil {
		return nil, err
	}
	connector, err := a.connectorFor(ctx, conn, of)
	if err != nil {
		return nil, err
	}
	places, err := a.places(ctx, &place{app: a, conn: conn, connector: connector, who: who.Name}, of)
	if err != nil {
		return nil, err
	}
	s, err := a.sitIn(ctx, places, of)
	if err != nil {
		closeAll(places[1:])
	}
	return s, err
}

func (a *app) sitIn(ctx context.Context, places []*place, of occasion) (*sitting, error) {
	target, first := targetOf(places), places[0]
	known, err := a.memory(target)
	if err != nil {
		return nil, err
	}
	skip, consented := a.skipped(), a.consented(target)
	var all []steps.Step
	for _, p := range places {
		p.delegate.Looking, p.delegate.Consented = of.looks(), consented
		all = append(all, p.delegate.Step())
		skip[p.delegate.Info().ID] = skip[stages.DelegateInfo.ID]
	}
	a.tenant = nil // of a session before
	recorded := a.recordAll(first.conn, first.delegate)
	for _, p := range places[1:] {
		p.record(recorded)
	}
	recordProofs(recorded, places)
	if of.cloud(a, known) {
		var more []steps.Step
		if more, target.Tenant, err = a.cloudStages(ctx, places, known); err != nil {
			return nil, err
		}
		all = append(all, more...)
	} else {
		all = append(all, (&stages.Writeback{}).Step(), (&stages.SSPR{}).Step())
		skip[stages.WritebackInfo.ID], skip[stages.SSPRInfo.ID] = true, true
		settings.WithoutCloud(recorded)
		if of.run != nil {
			target.Tenant = of.run.Target.Tenant
		}
	}
	face := a.face()
	runner := &steps.Runner{Steps: all, Target: target, Settings: recorded, Skip: skip, Observe: a.observed(face.Observe),
		Measure: a.measure(places, of.verb)}
	for _, text := range settings.Accept.Of(a.settings) {
		runner.Accept = append(runner.Accept, steps.ReadAcceptance(text))
	}
	runner.Same = adperms.SameDN // values are DNs, which can be written in several ways
	opening := steps.Opening{Verb: of.verb, Program: version(), Target: target, Who: steps.Self(first.who), Settings: recorded}
	a.remember(ctx, skip, opening)
	return &sitting{
		Sitting: wizard.Sitting{
			Runner:  runner,
			Opening: opening,
			Face:    face, Yes: settings.Yes.Of(a.settings), Phrase: target.Domain, Advice: advice(),
		},
		face: face, conn: first.conn, delegate: first.delegate, places: places,
	}, nil
}

// looks says that nothing is written at the sitting, whoever is signed in.
func (o occasion) looks() bool { return o.verb == "plan" || o.verb == "verify" }

// cloud says whether the cloud stages are needed. To undo what was made in AD
// alone takes no sign-in to a tenant: it may be gone by then, or refused.
func (o occasion) cloud(a *app, known memory) bool {
	if o.run == nil {
		return a.cloudAsked(known)
	}
	return slices.ContainsFunc(o.run.Records, func(r steps.Record) bool {
		return r.Kind == steps.KindIntent && !stages.IsDelegate(r.Step)
	})
}

// connectorFor finds the connector account. Undo needs none: it may be gone by
// then.
func (a *app) connectorFor(ctx context.Context, conn *directory.Conn, of occasion) (adperms.Connector, error) {
	if of.run != nil {
		return adperms.Connector{}, nil
	}
	return a.chooseConnector(ctx, conn)
}

// delegate is the stage with what it must know.
func (a *app) delegate(conn *directory.Conn, connector adperms.Connector, operator string) *stages.Delegate {
	root := conn.Root()
	return &stages.Delegate{
		Directory: domain{conn},
		Place: stages.Place{
			Domain: root.Domain(), DomainDN: root.DefaultNC, DC: conn.DC(),
			ReadOnly: root.ReadOnly(), Synced: root.IsSynchronized, Operator: operator,
		},
		Connector: connector.Principal, Product: adperms.Product(settings.Sync.Of(a.settings)), Classes: a.settings.SchemaClasses(),
		Scopes: settings.Scopes.Of(a.settings), Unexpire: stages.Unexpire(settings.Unexpire.Of(a.settings)),
	}
}

func (a *app) skipped() map[string]bool {
	out := map[string]bool{}
	for _, id := range settings.Stages {
		out[id] = slices.Contains(settings.Skip.Of(a.settings), id) || len(settings.Only.Of(a.settings)) > 0 && !slices.Contains(settings.Only.Of(a.settings), id)
	}
	return out
}

// recordAll is the settings for preview and journal, with what was found filled
// in such that it can be taken for a setting again.
func (a *app) recordAll(conn *directory.Conn, d *stages.Delegate) map[string]steps.Setting {
	out := a.settings.RecordAll()
	found := func(x settings.Any, value, from string) {
		if name := settings.Name(x); out[name].Value == nil && value != "" {
			out[name] = steps.Setting{Value: value, From: from}
		}
	}
	found(settings.DC, conn.URL(), settings.FoundInDNS)
	found(settings.Domains, conn.Root().Domain(), settings.Found("the DC's domain").String())
	found(settings.Connector, d.Connector.DN, settings.Found("the only one").String())
	found(settings.Scopes, conn.Root().DefaultNC, settings.Origin{}.String())
	return out
}

// observed takes note of the first write, on its way to who is told.
func (a *app) observed(tell func(steps.Event)) func(steps.Event) {
	return func(e steps.Event) {
		if _, write := e.(steps.ChangeStarted); write {
			a.wrote = true
		}
		tell(e)
	}
}

// record adds the settings of a further domain that are its own: as NAME@DOMAIN.
func (p *place) record(to map[string]steps.Setting) {
	for name, v := range p.app.settings.RecordOwn() {
		to[name+"@"+p.domain()] = v
	}
	if dc := settings.DC.Name + "@" + p.domain(); to[dc].Value == nil {
		to[dc] = steps.Setting{Value: p.conn.URL(), From: settings.FoundInDNS}
	}
}

// recordProofs adds how each DC that nobody named proved that it is one.
func recordProofs(recorded map[string]steps.Setting, places []*place) {
	for i, p := range places {
		key := "dc-proof"
		if i > 0 {
			key += "@" + p.domain()
		}
		if p.conn.Found() {
			recorded[key] = steps.Setting{Value: steps.Plain(p.conn.Proof()), From: "shown at sign-in"}
		}
	}
}

// wish is what --no-color says.
func (a *app) wish() terminal.Wish {
	return terminal.Wish{None: settings.NoColor.Of(a.settings), ByFlag: a.settings.ByFlag(settings.NoColor)}
}

func (a *app) face() *plain.Face {
	f := &plain.Face{Out: a.out, Err: a.err, JSON: settings.Output.Of(a.settings) == "json"}
	if f.JSON {
		f.Out = a.tty.JSON(a.out)
	}
	f.Place = a.settings.World()
	f.Colour = a.tty.Colored(a.wish())
	if a.tty.In != nil && !settings.NoInput.Of(a.settings) && settings.ADPasswordFile.Of(a.settings) != "-" && settings.HandoffAnswer.Of(a.settings) != "-" {
		f.In = a.tty.In
		f.Elsewhere = !a.tty.Seen
	}
	return f
}
