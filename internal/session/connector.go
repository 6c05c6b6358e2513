package session

import (
	"context"
	"errors"
	"fmt"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/settings"
	"writeback/internal/shell"
)

// Which account gets the rights. One that is named may be in another domain of the forest:
// to look at it there takes a sign-in and no right. Where its domain cannot be asked, a SID
// alone may still be taken, because the rights are granted to the SID: the stage then wants
// it accepted by name that nobody looked at the account.

// chooseConnector finds the account that gets the rights: the one that was
// named, or the only one that looks like it. It never guesses between several.
func chooseConnector(ctx context.Context, in *settings.Settings, conn *directory.Conn) (adperms.Connector, error) {
	if name := settings.Connector.Of(in); name != "" {
		p, err := conn.Principal(ctx, name)
		if err != nil {
			return adperms.Connector{}, fmt.Errorf("--connector: %w", err)
		}
		return directory.AsConnector(p), nil
	}
	all, err := conn.ConnectorAccounts(ctx)
	if err != nil {
		return adperms.Connector{}, err
	}
	switch len(all) {
	case 0:
		return adperms.Connector{}, nobodyLooksLikeIt(conn)
	case 1:
		return all[0], nil
	}
	lines := []error{errors.New("several accounts look like that of a sync product: name the right one with --connector")}
	for _, k := range all {
		name := k.SAM
		if !shell.Safe(name) { // as of a managed service account
			name = k.SID.String()
		}
		lines = append(lines, fmt.Errorf("  %s  (%s)", shell.Name(name), shell.Name(k.SAM)+", "+About(k)))
	}
	return adperms.Connector{}, errors.Join(lines...)
}

func nobodyLooksLikeIt(conn *directory.Conn) error {
	root, elsewhere := conn.Root(), ""
	if root.Domain() != root.Forest() {
		elsewhere = `; one of another domain of the forest as DOMAIN\name or by its SID`
	}
	return fmt.Errorf("no account in %s looks like that of Entra Connect or Cloud Sync: name it with --connector%s", shell.Name(root.Domain()), elsewhere)
}

// takeConnector finds the account for the first domain of a session.
func (c *Caller) takeConnector(ctx context.Context, d *Domain) (err error) {
	d.leaveHome()
	d.home, d.unseen = nil, ""
	name := settings.Connector.Of(d.Settings)
	if name == "" {
		d.Connector, err = chooseConnector(ctx, d.Settings, d.Conn)
		return err
	}
	if d.Connector, d.home, err = c.namedConnector(ctx, name, d); err != nil {
		err = fmt.Errorf("--connector: %w", err)
	}
	var lost *UnreachedDomainError
	if sid, is := bySID(name); is && errors.As(err, &lost) && ctx.Err() == nil {
		d.unseen = lost.Error()
		var a adperms.Account
		a, err = d.Conn.Stranger(ctx, sid, d.unseen)
		d.Connector = directory.AsConnector(a.Principal)
	}
	return err
}

// firstOfOwn is the least RID that a domain gives to accounts of its own (MS-SAMR
// 3.1.1.9.2): those below are its built-in accounts and groups.
const firstOfOwn = 1000

// bySID is the SID that an account was named by, if it can be that of an ordinary account.
func bySID(name string) (sid secdesc.SID, is bool) {
	if form, _ := directory.FormOf(name); form != directory.SIDName {
		return sid, false
	}
	sid, err := secdesc.ParseSID(name)
	return sid, err == nil && sid.Domain().IsAccountDomain() && sid.RID() >= firstOfOwn
}

// namedConnector finds the account that was named, for the domain d: there, in the other
// domains that are connected, or elsewhere in the forest. home is where it is, nil for d.
func (c *Caller) namedConnector(ctx context.Context, name string, d *Domain, others ...*Domain) (k adperms.Connector, home *Domain, err error) {
	x := search{caller: c, here: []*Domain{d}, ask: func(ctx context.Context, in *Domain) (adperms.Principal, error) {
		return in.Conn.Principal(ctx, name)
	}}
	for _, o := range others {
		if o.inForestOf(d) {
			x.here = append(x.here, o)
		}
	}
	in, p, err := x.find(ctx, name)
	if err != nil {
		return k, nil, err
	}
	if in != d {
		home = in
	}
	return directory.AsConnector(p), home, nil
}

// findConnector finds the account of a further domain, or else takes that of the first one:
// one account serves all domains of a forest as a rule.
func (d *Domain) findConnector(ctx context.Context, first *Domain) (err error) {
	name, kin := settings.Connector.Of(d.Settings), d.inForestOf(first)
	if name == "" && kin {
		here, err := d.Conn.ConnectorAccounts(ctx)
		if err != nil {
			return err
		}
		if len(here) == 0 {
			d.share(first)
			return nil
		}
	}
	d.Connector, err = chooseConnector(ctx, d.Settings, d.Conn)
	switch {
	case err == nil || !kin || !notThere(err):
		return err
	case name == settings.Connector.Of(first.Settings):
		d.share(first)
		return nil
	}
	if d.Connector, d.home, err = d.access.caller.namedConnector(ctx, name, d, first); err != nil {
		err = fmt.Errorf("--connector: %w", err)
	}
	return err
}

// share takes the account of another domain of the forest.
func (d *Domain) share(first *Domain) {
	d.Connector, d.unseen, d.home = first.Connector, first.unseen, first
	if first.home != nil || first.unseen != "" {
		d.home = first.home
	}
	if d.home != nil && d.home.Name() == d.Name() {
		d.home = nil
	}
}
