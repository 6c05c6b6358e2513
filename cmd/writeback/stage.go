package main

import (
	"context"
	"errors"
	"maps"
	"slices"

	"writeback/adperms"
	"writeback/adperms/directory"
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
	skip := a.skipped()
	var all []steps.Step
	for _, p := range places {
		p.delegate.Looking, p.delegate.Consented = of.looks(), known.consented
		all = append(all, p.delegate.Step())
		skip[p.delegate.Info().ID] = skip[stages.DelegateInfo.ID]
	}
	a.tenant = nil // of a session before
	settings := a.recordAll(first.conn, first.delegate)
	for _, p := range places[1:] {
		p.record(settings)
	}
	recordProofs(settings, places)
	if of.cloud(a, known) {
		var more []steps.Step
		if more, target.Tenant, err = a.cloudStages(ctx, places, known); err != nil {
			return nil, err
		}
		all = append(all, more...)
	} else {
		all = append(all, (&stages.Writeback{}).Step(), (&stages.SSPR{}).Step())
		skip[stages.WritebackInfo.ID], skip[stages.SSPRInfo.ID] = true, true
		forgetCloud(settings)
		if of.run != nil {
			target.Tenant = of.run.Target.Tenant
		}
	}
	face := a.face()
	runner := &steps.Runner{Steps: all, Target: target, Settings: settings, Skip: skip, Observe: a.observed(face.Observe),
		Measure: a.measure(places, of.verb)}
	a.settings.accepting(runner)
	opening := steps.Opening{Verb: of.verb, Program: version(), Target: target, Who: steps.Self(first.who), Settings: settings}
	a.remember(ctx, skip, opening)
	return &sitting{
		Sitting: wizard.Sitting{
			Runner:  runner,
			Opening: opening,
			Face:    face, Yes: a.settings.yes, Phrase: target.Domain, Advice: advice(),
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
	return slices.ContainsFunc(o.run.Steps, func(id string) bool { return !stages.IsDelegate(id) })
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
func (a *app) delegate(conn *directory.Conn, connector adperms.Connector, operator string) (*stages.Delegate, error) {
	root := conn.Root()
	classes, err := a.settings.classNames()
	if err != nil {
		return nil, err
	}
	return &stages.Delegate{
		Directory: domain{conn},
		Place: stages.Place{
			Domain: root.Domain(), DomainDN: root.DefaultNC, DC: conn.DC(),
			ReadOnly: root.ReadOnly(), Synced: root.IsSynchronized, Operator: operator,
		},
		Connector: connector.Principal, Product: adperms.Product(a.settings.cloud.sync), Classes: classes,
		Scopes: a.settings.scopes, Unexpire: stages.Unexpire(a.settings.unexpire),
	}, nil
}

func (a *app) skipped() map[string]bool {
	out := map[string]bool{}
	for _, id := range stageIDs {
		out[id] = slices.Contains(a.settings.skip, id) || len(a.settings.only) > 0 && !slices.Contains(a.settings.only, id)
	}
	return out
}

// recordAll is the settings for preview and journal, with what was found filled
// in such that it can be taken for a setting again.
func (a *app) recordAll(conn *directory.Conn, d *stages.Delegate) map[string]steps.Setting {
	out := a.settings.record(shown)
	maps.Copy(out, a.settings.record(reached))
	maps.Copy(out, a.settings.recordFile())
	found := func(name, value, from string) {
		if _, said := out[name]; !said && value != "" {
			out[name] = steps.Setting{Value: value, From: from}
		}
	}
	found("dc", conn.URL(), foundInDNS)
	found("domain", conn.Root().Domain(), "found: the DC's domain")
	found("connector", d.Connector.DN, "found: the only one")
	found("scope", conn.Root().DefaultNC, "default")
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

// recordProofs adds how each DC that nobody named proved that it is one.
func recordProofs(settings map[string]steps.Setting, places []*place) {
	for i, p := range places {
		key := "dc-proof"
		if i > 0 {
			key += "@" + p.domain()
		}
		if p.conn.Found() {
			settings[key] = steps.Setting{Value: steps.Plain(p.conn.Proof()), From: "shown at sign-in"}
		}
	}
}

func (a *app) face() *plain.Face {
	f := &plain.Face{Out: a.out, Err: a.err, JSON: a.settings.output == "json"}
	if f.JSON {
		f.Out = a.jsonOut()
	}
	f.Place = a.settings.place()
	f.Colour = a.coloured()
	if a.terminal != nil && !a.settings.noInput && a.settings.adPasswordFile != "-" && a.settings.cloud.handoffAnswer != "-" {
		f.In = a.terminal
		f.Elsewhere = !a.seen
	}
	return f
}
