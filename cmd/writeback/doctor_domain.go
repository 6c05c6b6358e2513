package main

import (
	"context"
	"errors"
	"strings"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/checks"
	"writeback/steps/stages"
)

// visit connects to the domains that are meant. Without the first one there is
// nothing to look at; another one that is not reached is told as such.
func (d *diagnosis) visit(ctx context.Context) error {
	conn, err := d.connect(ctx)
	if err != nil {
		return err
	}
	first := &place{app: d.app, conn: conn}
	d.places = []*place{first}
	who, err := conn.Who(ctx)
	if err != nil {
		return err
	}
	first.who = who.Name
	if settings.AllDomains.Of(d.settings) {
		if err := d.everyDomain(ctx, first); err != nil {
			return err
		}
	}
	for _, name := range d.others(first.domain()) {
		// As for an undo: which account it is for is found out here, where several
		// are a finding and not an error.
		p, err := d.another(ctx, name, first, occasion{run: &steps.Run{}})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			d.lost = append(d.lost, absent{name, err})
			continue
		}
		d.places = append(d.places, p)
	}
	d.target = targetOf(d.places)
	return nil
}

// sourcesOf are the sources of one domain: those that all share, and its own.
func (d *diagnosis) sourcesOf(ctx context.Context, p *place) (checks.Sources, error) {
	s := d.sources
	s.Place, s.Link, s.Scopes = placeOf(p), linkOf(p.conn), settings.Scopes.Of(p.app.settings)
	s.Product = adperms.Product(settings.Sync.Of(p.app.settings))
	var err error
	s.Connectors, s.Named, err = d.connectorsOf(ctx, p)
	switch {
	case notHere(err):
		s.Connectors, s.NoConnector = nil, err.Error()
	case err != nil:
		return s, err
	}
	s.Directory = physician{domain{p.conn}, p.home}
	if len(s.Connectors) != 1 {
		return s, nil
	}
	p.connector = s.Connectors[0]
	p.delegate = p.app.delegate(p.conn, p.connector, p.who)
	if len(d.places) > 1 {
		if err := p.oneOf(d.places); err != nil {
			return s, err
		}
		s.Scopes = p.delegate.Scopes
	}
	p.delegate.Uses = d.uses
	p.delegate.Unexpire = stages.UnexpireNever // a check of its own looks at it
	s.Delegation = func(ctx context.Context) (steps.StepPlan, error) {
		all, err := d.lookAt(ctx, p.delegate.Step())
		if err != nil {
			return steps.StepPlan{}, err
		}
		return all[0], nil
	}
	return s, nil
}

// connectorsOf are all accounts that may be the one: several are a finding here,
// and no reason to stop. A domain without one has that of the first domain of its
// forest, which serves all of them as a rule.
func (d *diagnosis) connectorsOf(ctx context.Context, p *place) (all []adperms.Connector, named bool, err error) {
	if settings.Connector.Of(p.app.settings) != "" {
		c, err := p.app.chooseConnector(ctx, p.conn)
		all, named = []adperms.Connector{c}, true
		if !d.inForestOfFirst(p) || !notHere(err) {
			return all, named, err
		}
	} else if all, err = p.conn.ConnectorAccounts(ctx); err != nil || len(all) > 0 || !d.inForestOfFirst(p) {
		return all, false, err
	}
	p.home = d.places[0].conn
	return d.connectorsOf(ctx, d.places[0])
}

// inForestOfFirst says that the place is another domain of the first one's forest.
func (d *diagnosis) inForestOfFirst(p *place) bool {
	first := d.places[0]
	return p != first && strings.EqualFold(p.conn.Root().Forest(), first.conn.Root().Forest())
}

func notHere(err error) bool {
	var none *directory.NoSuchPrincipalError
	return errors.As(err, &none)
}

func placeOf(p *place) checks.Place {
	root := p.conn.Root()
	paging, flags, hints := root.Supports()
	return checks.Place{
		Domain: root.Domain(), Forest: root.Forest(), DomainDN: root.DefaultNC, DC: p.conn.DC(), ReadOnly: root.ReadOnly(), Synced: root.IsSynchronized,
		Operator: p.who, Kerberos: settings.Kerberos.Of(p.app.settings) || settings.ADUser.Of(p.app.settings) == "",
		ForestLevel: root.ForestLevel, DomainLevel: root.DomainLevel, DCLevel: root.DCLevel,
		Paging: paging, SDFlags: flags, PolicyHints: hints,
	}
}

func linkOf(conn *directory.Conn) checks.Link {
	l := conn.Link()
	return checks.Link{Version: l.Version, Cipher: l.Cipher, Subject: l.Subject, Issuer: l.Issuer, Names: l.Names, NotAfter: l.NotAfter, OwnName: l.OwnName}
}

// lookAt looks at steps as verify does.
func (d *diagnosis) lookAt(ctx context.Context, all ...steps.Step) ([]steps.StepPlan, error) {
	v, err := (&steps.Runner{Steps: all, Target: d.target}).Verify(ctx)
	return v.Steps, err
}

// physician fits the LDAP hands to what the checks ask for. home is where the
// connector account is, if not in this domain.
type physician struct {
	domain
	home *directory.Conn
}

func (p physician) System(ctx context.Context) (string, error) { return p.DCSystem(ctx) }

func (p physician) Account(ctx context.Context, name string) (adperms.Account, error) {
	if p.home != nil {
		return p.home.Account(ctx, name)
	}
	return p.domain.Account(ctx, name)
}
