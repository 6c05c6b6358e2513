package session

import (
	"context"
	"errors"
	"time"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/cloudconfig/graph"
	"writeback/steps"
	"writeback/steps/checks"
)

// Explain tells why one user's password can, or cannot, be written back.
func (s *Session) Explain(ctx context.Context, name string) (steps.Explanation, error) {
	d, account, err := s.find(ctx, name)
	if err != nil {
		return steps.Explanation{}, err
	}
	x, err := s.ExplainAccount(ctx, d, account)
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
		if err := d.Delegate.Look(ctx); err != nil {
			return nil, err
		}
		q, _ = d.Delegate.Question(true)
	}
	x, err := checks.Explain(ctx, checks.Case{Users: d.Conn, Question: q, Connector: d.Delegate.Connector.DN,
		Refused: d.Delegate.RefusedScopes(), Unfit: d.Delegate.Unfit(), Granted: s.grantedOn(d)}, u)
	if err == nil && x.Counted() {
		err = s.explainInTenant(ctx, x, u)
	}
	return x, err
}

// find looks the user up in one domain after the other. Where it is in none, the
// first domain says so.
func (s *Session) find(ctx context.Context, name string) (*Domain, adperms.Account, error) {
	var first error
	for _, d := range s.Domains {
		u, err := d.Conn.Account(ctx, name)
		var none *directory.NoSuchPrincipalError
		var gone *directory.NotFoundError
		if err == nil || !errors.As(err, &none) && !errors.As(err, &gone) {
			return d, u, err
		}
		if first == nil {
			first = err
		}
	}
	return nil, adperms.Account{}, first
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
