package main

import (
	"context"
	"errors"
	"maps"
	"slices"

	"writeback/adperms/directory"
	"writeback/steps"
	"writeback/steps/stages"
	"writeback/wizard"
	"writeback/wizard/plain"
)

// sitting wires one sitting on a domain: connection, stages, runner, face.
type sitting struct {
	wizard.Sitting
	face *plain.Face
	conn *directory.Conn
}

// sit connects and finds out what the stages must know.
func (a *app) sit(ctx context.Context, verb string) (*sitting, error) {
	conn, err := a.connect(ctx)
	if err != nil {
		return nil, cancelled(ctx, err)
	}
	s, err := a.sitOn(ctx, conn, verb)
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

func (a *app) sitOn(ctx context.Context, conn *directory.Conn, verb string) (*sitting, error) {
	who, err := conn.Who(ctx)
	if err != nil {
		return nil, err
	}
	delegate, err := a.delegate(ctx, conn, who.Name, verb)
	if err != nil {
		return nil, err
	}
	face := a.face()
	target := steps.Target{Forest: conn.Root().Forest(), Domain: conn.Root().Domain(), DC: conn.DC()}
	settings := a.recordAll(conn, delegate)
	return &sitting{
		Sitting: wizard.Sitting{
			Runner:  &steps.Runner{Steps: []steps.Step{delegate.Step()}, Target: target, Settings: settings, Skip: a.skipped(), Observe: face.Observe},
			Opening: steps.Opening{Verb: verb, Program: version(), Target: target, Who: steps.Self(who.Name), Settings: settings},
			Face:    face, Yes: a.settings.yes, Phrase: target.Domain,
		},
		face: face, conn: conn,
	}, nil
}

// delegate is the stage with what it must know. Undo needs no connector
// account: it may be gone by then.
func (a *app) delegate(ctx context.Context, conn *directory.Conn, operator, verb string) (*stages.Delegate, error) {
	root := conn.Root()
	d := &stages.Delegate{
		Directory: domain{conn},
		Place: stages.Place{
			Domain: root.Domain(), DomainDN: root.DefaultNC, DC: conn.DC(),
			ReadOnly: root.ReadOnly(), Synced: root.IsSynchronized, Operator: operator,
		},
		Scopes: a.settings.scopes, Unexpire: stages.Unexpire(a.settings.unexpire),
	}
	if verb == "undo" {
		return d, nil
	}
	var err error
	if d.Classes, err = a.settings.classNames(); err != nil {
		return nil, err
	}
	p, err := a.chooseConnector(ctx, conn)
	if err != nil {
		return nil, err
	}
	d.Connector = principal(p)
	return d, nil
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
	found := func(name, value, from string) {
		if _, said := out[name]; !said && value != "" {
			out[name] = steps.Setting{Value: value, From: from}
		}
	}
	found("dc", conn.URL(), "found in DNS")
	found("domain", conn.Root().Domain(), "found: the DC's domain")
	found("connector", d.Connector.DN, "found: the only one")
	found("scope", conn.Root().DefaultNC, "default")
	return out
}

func (a *app) face() *plain.Face {
	f := &plain.Face{Out: a.out, Err: a.err, JSON: a.settings.output == "json"}
	_, noColour := a.lookupEnv("NO_COLOR")
	f.Colour = a.colour && !a.settings.noColour && !noColour
	if a.terminal != nil && !a.settings.noInput && a.settings.adPasswordFile != "-" {
		f.In = a.terminal
		f.Elsewhere = !a.seen
	}
	return f
}
