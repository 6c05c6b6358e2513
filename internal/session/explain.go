package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"writeback/adperms"
	"writeback/cloudconfig/graph"
	"writeback/internal/shell"
	"writeback/steps"
	"writeback/steps/checks"
)

// Explain tells why one user's password can, or cannot, be written back.
func (s *Session) Explain(ctx context.Context, name string) (steps.Explanation, error) {
	if s.First() == nil {
		return s.explainInTenantAlone(ctx, name)
	}
	d, account, err := s.find(ctx, name)
	if err != nil {
		return steps.Explanation{}, err
	}
	x, err := s.ExplainAccount(ctx, d, account)
	if err == nil && d.guest {
		x.Fact("domain of the user", "another one of the forest: "+d.Name()+", asked at "+d.Conn.DC(), "crossRef objects of the configuration")
	}
	if err == nil && x.Counted() {
		err = errors.Join(s.explainSide(ctx, x), s.explainOnServer(ctx, d, x))
	}
	if err != nil {
		return steps.Explanation{}, err
	}
	return x.Answer(), nil
}

// ExplainAccount tells what the directory, and the tenant where somebody is signed in to
// it, say of one user.
func (s *Session) ExplainAccount(ctx context.Context, d *Domain, u adperms.Account) (*checks.Explaining, error) {
	q, inspected := d.Delegate.Question(true)
	if !inspected {
		if err := d.Delegate.InspectForOne(ctx); err != nil {
			return nil, err
		}
		q, _ = d.Delegate.Question(true)
	}
	x, err := checks.Explain(ctx, checks.Case{Users: d.client(s.Domains), Question: q, Connector: d.Delegate.Connector.DN,
		Refused: d.Delegate.RefusedScopes(), Unfit: d.Delegate.Unfit(), Granted: s.grantedOn(d)}, u)
	if err == nil && x.Counted() {
		err = s.explainInTenant(ctx, x, u)
	}
	return x, err
}

// find looks the user up: in the domains of the session, and where the name is of another
// domain of the forest, there.
func (s *Session) find(ctx context.Context, name string) (*Domain, adperms.Account, error) {
	found := map[*Domain]adperms.Account{}
	x := search{caller: s.caller, here: s.Domains, ask: func(ctx context.Context, d *Domain) (adperms.Principal, error) {
		a, err := d.Conn.Account(ctx, name)
		found[d] = a
		return a.Principal, err
	}}
	d, _, err := x.find(ctx, name)
	if err == nil && d.guest {
		err = s.adopt(ctx, d)
	}
	return d, found[d], err
}

// adopt gives the session a domain that it is not about, so that a user of it can be
// explained: by the rights of the account that has them in its forest.
func (s *Session) adopt(ctx context.Context, d *Domain) error {
	s.guests = append(s.guests, d)
	at := slices.IndexFunc(s.Domains, d.inForestOf)
	if at < 0 {
		return fmt.Errorf("domain %s: no domain of this call is in its forest", shell.Name(d.Name()))
	}
	if err := d.findConnector(ctx, s.Domains[at]); err != nil {
		return fmt.Errorf("domain %s: %w", shell.Name(d.Name()), err)
	}
	all := append(slices.Clone(s.Domains), d)
	d.delegate()
	d.Delegate.Several, d.Delegate.Directory = true, d.client(all)
	var names []string
	for _, x := range all {
		names = append(names, x.Name())
	}
	d.Delegate.Scopes = d.Settings.ScopesOf(d.Name(), names) // none: its root
	return nil
}

// explainInTenant adds what the tenant says of the user. A tenant that cannot be
// asked is told as that, for what AD says stands without it.
func (s *Session) explainInTenant(ctx context.Context, x *checks.Explaining, u adperms.Account) error {
	if s.Tenant == nil {
		return nil
	}
	p, err := s.Tenant.client.Person(ctx, u.SID.String(), u.UPN)
	switch {
	case ctx.Err() != nil:
		return err
	case err != nil:
		x.Add(adperms.Reason{Code: "tenant-user-unread", Weight: adperms.Notes,
			Text: "the tenant could not be asked about the user: " + err.Error(), Fix: graph.FixOf(err)})
		return nil
	}
	x.InTenant(p, time.Now())
	return nil
}

// explainOnServer adds what the sync server, where it is asked, tells of calls to SAM
// that it, or a domain controller, does not let through: that concerns every user.
func (s *Session) explainOnServer(ctx context.Context, d *Domain, x *checks.Explaining) error {
	if d.Delegate.Connector.DN == "" || s.Writeback == nil {
		return nil
	}
	server := s.Writeback.Believed(ctx)
	if server == nil {
		return ctx.Err()
	}
	connector, err := d.Delegate.Directory.Trustee(ctx, d.Delegate.Connector.DN)
	if err != nil {
		return err
	}
	if r, is := server.RemoteSAM(connector.SAM, adperms.BarredFromSAM(server.RestrictRemoteSAM, connector)); is {
		x.Add(checks.Reason(r))
	}
	return nil
}

// explainSide adds how writeback stands on the sync side, and in the tenant.
func (s *Session) explainSide(ctx context.Context, x *checks.Explaining) error {
	if s.Writeback != nil {
		r, planned, err := s.Writeback.Reason(ctx)
		if err != nil {
			return err
		}
		x.Everybody(r, planned)
	}
	if s.SSPR != nil {
		r, planned, err := s.SSPR.Reason(ctx)
		if err != nil {
			return err
		}
		x.Everybody(r, planned)
	}
	return nil
}
