package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"writeback/adperms"
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

// sit connects and finds out what the stages must know. Undo needs no
// connector account: it may be gone by then.
func (a *app) sit(ctx context.Context, forUndo bool) (*sitting, error) {
	conn, err := a.connect(ctx)
	if err != nil {
		return nil, err
	}
	s, err := a.sitOn(ctx, conn, forUndo)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

func (a *app) sitOn(ctx context.Context, conn *directory.Conn, forUndo bool) (*sitting, error) {
	who, err := conn.Who(ctx)
	if err != nil {
		return nil, err
	}
	delegate, err := a.delegate(ctx, conn, who.Name, forUndo)
	if err != nil {
		return nil, err
	}
	face := a.face()
	target := steps.Target{Forest: conn.Root().Forest(), Domain: conn.Root().Domain(), DC: conn.DC()}
	settings := a.recordShown(conn, delegate, forUndo)
	opening := steps.Opening{Program: version(), Target: target, Who: steps.Self(who.Name), Settings: maps.Clone(settings)}
	maps.Copy(opening.Settings, a.settings.record(reached))
	return &sitting{
		Sitting: wizard.Sitting{
			Runner:  &steps.Runner{Steps: []steps.Step{delegate.Step()}, Target: target, Settings: settings, Skip: a.skipped(), Observe: face.Observe},
			Opening: opening, Face: face, Yes: a.settings.yes, Phrase: target.Domain,
		},
		face: face, conn: conn,
	}, nil
}

func (a *app) delegate(ctx context.Context, conn *directory.Conn, operator string, forUndo bool) (*stages.Delegate, error) {
	root := conn.Root()
	d := &stages.Delegate{
		Directory: domain{conn},
		Place: stages.Place{
			Domain: root.Domain(), DomainDN: root.DefaultNC, DC: conn.DC(),
			ReadOnly: root.ReadOnly(), Synced: root.IsSynchronized, Operator: operator,
		},
		Scopes: a.settings.scopes, Unexpire: stages.Unexpire(a.settings.unexpire),
	}
	if forUndo {
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

// classNames are the classes of --class as the schema names them.
func (s *settings) classNames() ([]adperms.SchemaName, error) {
	var out []adperms.SchemaName
	for _, name := range s.classes {
		i := slices.IndexFunc(adperms.WritebackClasses(), func(c adperms.SchemaName) bool { return strings.EqualFold(c.Name, name) })
		if i < 0 {
			return nil, usagef("--class %q: passwords are written back to objects of class user or inetOrgPerson", name)
		}
		out = append(out, adperms.WritebackClasses()[i])
	}
	return out, nil
}

func (a *app) skipped() map[string]bool {
	out := map[string]bool{}
	for _, id := range stageIDs {
		out[id] = slices.Contains(a.settings.skip, id) || len(a.settings.only) > 0 && !slices.Contains(a.settings.only, id)
	}
	return out
}

// recordShown is the settings of the preview, with what was found filled in.
func (a *app) recordShown(conn *directory.Conn, d *stages.Delegate, forUndo bool) map[string]steps.Setting {
	out := a.settings.record(shown)
	out["dc"] = steps.Setting{Value: conn.URL(), From: "found in DNS"}
	if from := a.settings.from["dc"]; from != "" {
		out["dc"] = steps.Setting{Value: a.settings.dc, From: from}
	}
	if forUndo {
		return out
	}
	if _, named := out["connector"]; !named {
		out["connector"] = steps.Setting{Value: fmt.Sprintf("%s (%s)", d.Connector.SAM, d.Connector.DN), From: "found: the only one"}
	}
	return out
}

func (a *app) face() *plain.Face {
	f := &plain.Face{Out: a.out, Err: a.err, JSON: a.settings.output == "json"}
	_, noColour := a.lookupEnv("NO_COLOR")
	f.Colour = a.colour && !a.settings.noColour && !noColour
	if a.terminal != nil && !a.settings.noInput && a.settings.adPasswordFile != "-" {
		f.In = a.terminal
	}
	return f
}
