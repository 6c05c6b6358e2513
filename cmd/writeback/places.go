package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/steps"
	"writeback/steps/stages"
)

// place is one domain of a sitting: its settings, its connection, its stage.
type place struct {
	app       *app // with the settings of this domain
	conn      *directory.Conn
	connector adperms.Connector
	home      *directory.Conn // where the connector account is; nil: in this domain
	who       string          // who is signed in
	delegate  *stages.Delegate
	users     int // in the domain, when they were counted last; 0: they were not
}

func (p *place) domain() string { return p.conn.Root().Domain() }

// targetOf is what a plan for these places is about.
func targetOf(places []*place) (t steps.Target) {
	add := func(to *string, name string) {
		if all := strings.Split(*to, settings.Joiner); !slices.Contains(all, name) {
			*to = strings.TrimPrefix(*to+settings.Joiner+name, settings.Joiner)
		}
	}
	for _, p := range places {
		add(&t.Forest, p.conn.Root().Forest())
		add(&t.Domain, p.domain())
		add(&t.DC, p.conn.DC())
	}
	return t
}

// places makes the places of all domains that are meant, the first of which is
// connected to already.
func (a *app) places(ctx context.Context, first *place, of occasion) (all []*place, err error) {
	all = []*place{first}
	defer func() {
		if err != nil {
			closeAll(all[1:])
		}
	}()
	if settings.AllDomains.Of(a.settings) {
		if err := a.everyDomain(ctx, first); err != nil {
			return all, err
		}
	}
	for _, name := range a.others(first.domain()) {
		p, err := a.another(ctx, name, first, of)
		if err != nil {
			return all, fmt.Errorf("domain %s: %w", name, err)
		}
		all = append(all, p)
	}
	for _, p := range all {
		p.delegate = p.app.delegate(p.conn, p.connector, p.who)
		if len(all) > 1 {
			if err := p.oneOf(all); err != nil {
				return all, err
			}
		}
	}
	return all, nil
}

func closeAll(places []*place) {
	for _, p := range places {
		p.conn.Close()
	}
}

// others are the domains that are meant beside the first.
func (a *app) others(first string) (out []string) {
	for _, name := range settings.Domains.Of(a.settings) {
		if !strings.EqualFold(name, first) {
			out = append(out, name)
		}
	}
	return out
}

// everyDomain takes the domains of the forest for those that are meant.
func (a *app) everyDomain(ctx context.Context, first *place) error {
	all, err := first.conn.Domains(ctx)
	if err != nil {
		return err
	}
	names := []string{first.domain()}
	for _, d := range all {
		names = append(names, strings.ToLower(steps.Plain(d.DNS)))
	}
	a.settings.NameDomains(settings.Found("the domains of the forest"), names...)
	return nil
}

// another connects to a further domain.
func (a *app) another(ctx context.Context, name string, first *place, of occasion) (*place, error) {
	own, err := a.settings.InDomain(name)
	if err != nil {
		return nil, err
	}
	sub := *a
	sub.settings = own
	if settings.ADUser.Of(own) != settings.ADUser.Of(a.settings) {
		sub.typed = "" // it is another account's
	}
	ask := sub.password(ctx)
	if settings.ADUser.Of(own) == settings.ADUser.Of(a.settings) && settings.ADPasswordFile.Of(own) == settings.ADPasswordFile.Of(a.settings) && a.given != "" {
		ask = func() (string, error) { return a.given, nil }
	}
	conn, err := sub.connectTo(ctx, settings.DC.Of(own), func() (string, error) {
		word, err := ask()
		sub.given = sub.secrets.Hold(word)
		return word, err
	})
	if err != nil {
		return nil, err
	}
	p := &place{app: &sub, conn: conn}
	who, err := conn.Who(ctx)
	if err == nil {
		p.who = who.Name
		err = p.findConnector(ctx, first, of)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return p, nil
}

// findConnector finds the account of this domain, or else takes that of the
// first one: one account serves all domains of a forest as a rule.
func (p *place) findConnector(ctx context.Context, first *place, of occasion) error {
	if of.run != nil {
		return nil
	}
	sameForest := strings.EqualFold(p.conn.Root().Forest(), first.conn.Root().Forest())
	var none *directory.NoSuchPrincipalError
	if settings.Connector.Of(p.app.settings) == "" && sameForest {
		here, err := p.conn.ConnectorAccounts(ctx)
		if err != nil {
			return err
		}
		if len(here) == 0 {
			p.connector, p.home = first.connector, first.conn
			return nil
		}
	}
	var err error
	if p.connector, err = p.app.chooseConnector(ctx, p.conn); errors.As(err, &none) && sameForest {
		p.connector, p.home, err = first.connector, first.conn, nil
	}
	return err
}

// oneOf fits the stage to being one of several: it has a name of its own, the
// scopes of its domain alone, and maybe an account of another one.
func (p *place) oneOf(all []*place) error {
	var domains []string
	for _, x := range all {
		domains = append(domains, x.domain())
	}
	d := p.delegate
	d.Several = true
	if len(settings.Scopes.Of(p.app.settings)) > 0 {
		if d.Scopes = p.app.settings.ScopesOf(p.domain(), domains); len(d.Scopes) == 0 {
			return usagef("no --scope lies in domain %s: where scopes are named, name one in each domain, or leave the domain out", shell.Name(p.domain()))
		}
	}
	if p.home != nil {
		d.Directory = abroad{domain{p.conn}, p.home}
	}
	return nil
}

// abroad is a domain seen by an account of another one of the forest. Its token
// is that of its home: the groups of this domain that it may be in are not seen.
type abroad struct {
	domain
	home *directory.Conn
}

func (d abroad) Trustee(ctx context.Context, dn string) (adperms.Account, error) {
	return d.home.Trustee(ctx, dn)
}
