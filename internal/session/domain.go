package session

import (
	"context"
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

// Domain is one domain of a session: its settings, its connection, its stage.
type Domain struct {
	Settings  *settings.Settings
	Conn      *directory.Conn
	Connector adperms.Connector
	home      *Domain // where the connector account is; nil: in this domain
	guest     bool    // connected to for an account alone: it is none of the session's domains
	unseen    string  // why the connector account's own domain could not be asked; "": it was
	Who       string  // who is signed in

	administrator bool // who is
	Delegate      *stages.Delegate

	access *access
	users  int // in the domain, when they were counted last; 0: they were not
}

// Name is the domain's DNS name.
func (d *Domain) Name() string { return d.Conn.Root().Domain() }

// targetOf is what a plan for these domains is about.
func targetOf(domains []*Domain) (t steps.Target) {
	add := func(to *string, name string) {
		if all := strings.Split(*to, settings.Joiner); !slices.Contains(all, name) {
			*to = strings.TrimPrefix(*to+settings.Joiner+name, settings.Joiner)
		}
	}
	for _, d := range domains {
		add(&t.Forest, d.Conn.Root().Forest())
		add(&t.Domain, d.Name())
		add(&t.DC, d.Conn.DC())
	}
	return t
}

// domains makes all domains that are meant, the first of which is connected to already.
func (c *Caller) domains(ctx context.Context, first *Domain, of Purpose) (all []*Domain, err error) {
	all = []*Domain{first}
	defer func() {
		if err != nil {
			closeAll(all[1:])
		}
	}()
	names, err := c.others(ctx, first)
	if err != nil {
		return all, err
	}
	var from *Domain
	if settings.AllDomains.Of(c.Settings) {
		from = first
	}
	for _, name := range names {
		d, err := c.another(ctx, name, from)
		if err == nil && of.needsConnector() {
			if err = d.findConnector(ctx, first); err != nil {
				d.Conn.Close()
			}
		}
		if err != nil {
			return all, fmt.Errorf("domain %s: %w", name, err)
		}
		all = append(all, d)
	}
	for _, d := range all {
		d.delegate()
		d.Delegate.Directory = d.client(all)
		if len(all) > 1 {
			if err := d.oneOf(all); err != nil {
				return all, err
			}
		}
	}
	return all, nil
}

func closeAll(domains []*Domain) {
	for _, d := range domains {
		d.Conn.Close()
		d.leaveHome()
	}
}

// leaveHome ends the connection to the connector account's domain, where that is open for
// the account alone.
func (d *Domain) leaveHome() {
	if d.home != nil && d.home.guest {
		_ = d.home.Conn.Close() // nothing is lost with it
	}
}

// others lists the other requested domains; with --all-domains, the rest of the forest.
func (c *Caller) others(ctx context.Context, first *Domain) (out []string, err error) {
	if settings.AllDomains.Of(c.Settings) {
		all, err := first.Conn.Domains(ctx)
		if err != nil {
			return nil, err
		}
		names := []string{first.Name()}
		for _, d := range all {
			names = append(names, strings.ToLower(steps.Plain(d.DNS)))
		}
		c.Settings.NameDomains(settings.Found("the domains of the forest"), names...)
	}
	for _, name := range settings.Domains.Of(c.Settings) {
		if !strings.EqualFold(name, first.Name()) {
			out = append(out, name)
		}
	}
	return out, nil
}

// another connects to a further domain. from is one of its forest, whose sign-in is used
// unless the configuration has one for this domain; nil where nothing says so.
func (c *Caller) another(ctx context.Context, name string, from *Domain) (*Domain, error) {
	own, err := c.Settings.InDomain(name)
	if err != nil {
		return nil, err
	}
	x := &access{caller: c, in: own}
	ask := x.password(ctx)
	if given := c.first.given; given != "" && settings.ADUser.Of(own) == settings.ADUser.Of(c.Settings) && settings.ADPasswordFile.Of(own) == settings.ADPasswordFile.Of(c.Settings) {
		ask = func() (string, error) { return given, nil }
	}
	d := &Domain{Settings: own, access: x}
	if from != nil && !own.Origin(settings.ADUser).Own {
		if given := from.access.given; given != "" {
			ask = func() (string, error) { return given, nil }
		}
		if err := d.signsInFrom(ctx, from); err != nil {
			return nil, err
		}
	}
	conn, err := x.open(ctx, settings.DC.Of(own), ask)
	if err != nil {
		return nil, err
	}
	d.Conn = conn
	if err := d.signedIn(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return d, nil
}

// signedIn asks the DC who is signed in.
func (d *Domain) signedIn(ctx context.Context) error {
	who, err := d.Conn.Who(ctx)
	if err == nil {
		d.Who, d.administrator = who.Name, who.Token().Has(adperms.Administrators)
	}
	return err
}

// inForestOf says that the domain is another one of the first one's forest.
func (d *Domain) inForestOf(first *Domain) bool {
	return d != first && strings.EqualFold(d.Conn.Root().Forest(), first.Conn.Root().Forest())
}

// delegate makes the stage with what it must know.
func (d *Domain) delegate() {
	root := d.Conn.Root()
	d.Delegate = &stages.Delegate{
		DACLs: stages.DACLs{Directory: d.client(nil), Place: stages.Place{
			Domain: root.Domain(), DomainDN: root.DefaultNC, DC: d.Conn.DC(),
			ReadOnly: root.ReadOnly(), Synced: root.IsSynchronized, Operator: d.Who,
		}},
		Connector: d.Connector.Principal, Product: adperms.Product(settings.Sync.Of(d.Settings)), Classes: d.Settings.SchemaClasses(),
		Scopes: settings.Scopes.Of(d.Settings), Unexpire: stages.Unexpire(settings.Unexpire.Of(d.Settings)),
	}
}

// oneOf fits the stage to being one of several: it has a name of its own, the
// scopes of its domain alone.
func (d *Domain) oneOf(all []*Domain) error {
	var names []string
	for _, x := range all {
		names = append(names, x.Name())
	}
	d.Delegate.Several = true
	if len(settings.Scopes.Of(d.Settings)) > 0 {
		if d.Delegate.Scopes = d.Settings.ScopesOf(d.Name(), names); len(d.Delegate.Scopes) == 0 {
			return settings.Usagef("no --scope lies in domain %s: where scopes are named, name one in each domain, or leave the domain out", shell.Name(d.Name()))
		}
	}
	return nil
}

// Reconnect signs in once more at the same DC, where the connection was lost.
func (d *Domain) Reconnect(ctx context.Context, s *Session) error {
	conn, err := d.access.again(ctx, d.Conn.URL())
	if err != nil {
		return Cancelled(ctx, err)
	}
	_ = d.Conn.Close() // it is lost
	d.Conn = conn
	if d.Delegate != nil {
		d.Delegate.Directory = d.client(s.Domains)
	}
	if d.home != nil && d.home.guest {
		return d.home.Reconnect(ctx, s)
	}
	return nil
}

// record adds the settings of a further domain that are its own: as NAME@DOMAIN.
func (d *Domain) record(to map[string]steps.Setting) {
	for name, v := range d.Settings.RecordOwn() {
		to[name+"@"+d.Name()] = v
	}
	if dc := settings.DC.Name + "@" + d.Name(); to[dc].Value == nil {
		to[dc] = steps.Setting{Value: d.Conn.URL(), From: settings.FoundInDNS}
	}
}

// again connects once more to the DC of the session, with the password that it was given.
func (d *Domain) again(ctx context.Context) (*directory.Conn, error) {
	return d.access.again(ctx, d.Conn.URL())
}

// other connects to another DC of the domain than the one that was named: the same
// sign-in and the same authorities, but the certificate is looked at by the DC's own
// name, and a pin is another certificate's.
func (d *Domain) other(ctx context.Context, url string) (*directory.Conn, error) {
	x := access{caller: d.access.caller, in: d.Settings.At(d.Name()), given: d.access.given}
	return x.again(ctx, url)
}

// on is another DC of the domain as the stage sees it.
func (d *Domain) on(conn *directory.Conn, token adperms.Token) stages.Directory {
	if d.home != nil || d.unseen != "" {
		return visited{domainClient{Conn: conn}, adperms.Account{Principal: d.Connector.Principal, Token: token, Unseen: d.unseen}}
	}
	return domainClient{Conn: conn}
}
