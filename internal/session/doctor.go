package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/cloudconfig"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/checks"
	"writeback/steps/stages"
)

// Diagnosis is one call of doctor: the domains that it looks at, and the sources that
// they share.
type Diagnosis struct {
	Target steps.Target

	caller  *Caller
	domains []*Domain // that are reached
	lost    []absent  // those that are not; the first one always is
	visited bool      // it was tried to reach them
	shared  checks.Sources
	uses    func(context.Context) stages.Use // as whom the sync server signs in; nil: it is not asked
}

// absent is a domain that could not be reached.
type absent struct {
	domain string
	err    error
}

// Diagnose begins one, with the sources that need no domain.
func (c *Caller) Diagnose(begin func(checks.Check)) *Diagnosis {
	s := checks.Sources{Dialer: newReaching(c.Resolver, c.Roots), Cloud: cloudconfig.Cloud(settings.NationalCloud.Of(c.Settings)), Sync: settings.Sync.Of(c.Settings), Begin: begin}
	s.HostName, _ = os.Hostname()
	if c.Practice != nil {
		s.Dialer = nil // nothing real is reached from practice
	}
	return &Diagnosis{caller: c, shared: s}
}

// Close ends all connections.
func (d *Diagnosis) Close() { closeAll(d.domains) }

// Visit connects to the domains that are meant. Without the first one there is
// nothing to look at, unless nobody named one and the tenant or the sync server was: then
// these alone are looked at. Another one that is not reached is told as such.
func (d *Diagnosis) Visit(ctx context.Context) error {
	c := d.caller
	d.visited = true
	if !c.NeedsDomain(Purpose{Verb: "doctor"}) || c.speaksOfCloudAlone() {
		d.shared.NoDomain = "no domain was named: name it with --domain, or its DC with --dc"
		return nil
	}
	first, err := c.Connect(ctx)
	if err != nil {
		return err
	}
	d.domains = []*Domain{first}
	if err := first.signedIn(ctx); err != nil {
		return err
	}
	names, err := c.others(ctx, first)
	if err != nil {
		return err
	}
	var from *Domain
	if settings.AllDomains.Of(c.Settings) {
		from = first
	}
	for _, name := range names {
		x, err := c.another(ctx, name, from)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			d.lost = append(d.lost, absent{name, err})
			continue
		}
		d.domains = append(d.domains, x)
	}
	d.Target = targetOf(d.domains)
	return nil
}

// Run makes the checks in the first domain, and then those of a domain in each of the
// others. Each is told of what a domain came to; its name is "" where there is one.
func (d *Diagnosis) Run(ctx context.Context, selected []checks.Check, each func(domain string, r checks.Report)) error {
	several := len(d.domains)+len(d.lost) > 1
	examine := func(domain string, s checks.Sources, selected []checks.Check) error {
		r, err := checks.Run(ctx, s, selected)
		if !several {
			domain = ""
		}
		each(domain, r)
		return err
	}
	if len(d.domains) == 0 {
		s := d.shared
		if d.visited {
			if err := d.askCloud(ctx, &s); err != nil {
				return err
			}
		}
		return examine("", s, selected)
	}
	ofDomains := slices.DeleteFunc(slices.Clone(selected), func(c checks.Check) bool { return c.Need != checks.Domain })
	for i, x := range d.domains {
		s, err := d.sourcesOf(ctx, x)
		if err != nil {
			return err
		}
		which := ofDomains
		if i == 0 {
			which = selected
			if err := d.askCloud(ctx, &s); err != nil {
				return err
			}
		}
		if err := examine(x.Name(), s, which); err != nil {
			return err
		}
	}
	for _, a := range d.lost {
		if err := examine(a.domain, checks.Sources{NoDomain: a.err.Error()}, ofDomains); err != nil {
			return err
		}
	}
	return nil
}

// sourcesOf are the sources of one domain: those that all share, and its own.
func (d *Diagnosis) sourcesOf(ctx context.Context, x *Domain) (checks.Sources, error) {
	s := d.shared
	s.Place, s.Link, s.Scopes = placeOf(x), linkOf(x.Conn), settings.Scopes.Of(x.Settings)
	s.Product = adperms.Product(settings.Sync.Of(x.Settings))
	var err error
	s.Connectors, s.Named, err = d.connectorsOf(ctx, x)
	switch {
	case notHere(err):
		s.Connectors, s.NoConnector = nil, err.Error()
	case err != nil:
		return s, err
	}
	s.Directory = checkClient{domainClient{Conn: x.Conn, kin: x.kin(d.domains)}, x.home}
	if len(s.Connectors) != 1 {
		return s, nil
	}
	x.Connector = s.Connectors[0]
	x.delegate()
	if len(d.domains) > 1 {
		if err := x.oneOf(d.domains); err != nil {
			return s, err
		}
		s.Scopes = x.Delegate.Scopes
	}
	x.Delegate.Uses = d.uses
	x.Delegate.Unexpire = stages.UnexpireNever // a check of its own looks at it
	s.Delegation = func(ctx context.Context) (steps.StepPlan, error) {
		all, err := d.inspect(ctx, x.Delegate.Step())
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
func (d *Diagnosis) connectorsOf(ctx context.Context, x *Domain) (all []adperms.Connector, named bool, err error) {
	first := d.domains[0]
	if name := settings.Connector.Of(x.Settings); name != "" && x != first {
		if err := x.findConnector(ctx, first); err != nil || x.Connector.DN != "" {
			return []adperms.Connector{x.Connector}, true, err
		}
		return d.connectorsOf(ctx, first) // which says why there is none
	} else if name != "" {
		k, home, err := d.caller.namedConnector(ctx, name, x, first)
		x.leaveHome()
		x.home = home
		if err != nil {
			err = fmt.Errorf("--connector: %w", err)
		}
		return []adperms.Connector{k}, true, err
	}
	if all, err = x.Conn.ConnectorAccounts(ctx); err != nil || len(all) > 0 || !x.inForestOf(first) {
		return all, false, err
	}
	all, named, err = d.connectorsOf(ctx, first)
	x.share(first)
	return all, named, err
}

func notHere(err error) bool {
	var foreign *directory.NoSuchDomainError
	var lost *UnreachedDomainError
	return notThere(err) || errors.As(err, &foreign) || errors.As(err, &lost)
}

func placeOf(d *Domain) checks.Place {
	root := d.Conn.Root()
	paging, flags, hints := root.Supports()
	return checks.Place{
		Domain: root.Domain(), Forest: root.Forest(), DomainDN: root.DefaultNC, DC: d.Conn.DC(), ReadOnly: root.ReadOnly(), Synced: root.IsSynchronized,
		Operator: d.Who, Administrator: d.administrator, Kerberos: settings.Kerberos.Of(d.Settings) || settings.ADUser.Of(d.Settings) == "",
		ForestLevel: root.ForestLevel, DomainLevel: root.DomainLevel, DCLevel: root.DCLevel,
		Paging: paging, SDFlags: flags, PolicyHints: hints,
	}
}

func linkOf(conn *directory.Conn) checks.Link {
	l := conn.Link()
	return checks.Link{Version: l.Version, Cipher: l.Cipher, Subject: l.Subject, Issuer: l.Issuer, Names: l.Names, NotAfter: l.NotAfter, OwnName: l.OwnName}
}

// inspect verifies steps as the verb verify does.
func (d *Diagnosis) inspect(ctx context.Context, all ...steps.Step) ([]steps.StepPlan, error) {
	v, err := (&steps.Runner{Steps: all, Target: d.Target}).Verify(ctx)
	return v.Steps, err
}
