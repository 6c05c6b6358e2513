package session

import (
	"context"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps/checks"
	"writeback/steps/stages"
)

// Clients of a domain whose connector account is in another one of the forest.

// client is the domain as the stages and an explanation see it. all are the domains that are
// connected.
func (d *Domain) client(all []*Domain) interface {
	stages.Directory
	checks.Users
} {
	here := domainClient{Conn: d.Conn, kin: d.kin(all)}
	switch {
	case d.unseen != "":
		return unseen{here, d.Connector.SID, d.unseen}
	case d.home != nil:
		return abroad{here, d.home}
	}
	return here
}

// kin are the other domains of the forest: where the connector account is, first.
func (d *Domain) kin(all []*Domain) (out []*Domain) {
	if d.home != nil {
		out = append(out, d.home)
	}
	for _, x := range all {
		if x != d.home && x.inForestOf(d) {
			out = append(out, x)
		}
	}
	return out
}

// abroad is a domain whose connector account is in another domain of the forest.
type abroad struct {
	domainClient
	home *Domain
}

// Trustee has the token that the account has here: see [directory.Conn.Visitor].
func (d abroad) Trustee(ctx context.Context, dn string) (adperms.Account, error) {
	a, err := d.home.Conn.Trustee(ctx, dn)
	if err != nil {
		return a, err
	}
	return d.Conn.Visitor(ctx, d.home.Conn, a)
}

// MembershipPath is asked for the connector account alone.
func (d abroad) MembershipPath(ctx context.Context, dn string, group secdesc.SID) ([]secdesc.SID, error) {
	a, err := d.home.Conn.Trustee(ctx, dn)
	if err != nil {
		return nil, err
	}
	return d.Conn.VisitorPath(ctx, d.home.Conn, a, group)
}

// unseen is a domain whose connector account is in one that could not be asked.
type unseen struct {
	domainClient
	sid secdesc.SID
	why string
}

func (d unseen) Trustee(ctx context.Context, _ string) (adperms.Account, error) {
	return d.Conn.Stranger(ctx, d.sid, d.why)
}

// visited is a DC that does not know the connector account; the account is as the session
// read it in its home domain.
type visited struct {
	domainClient
	account adperms.Account
}

func (v visited) Trustee(context.Context, string) (adperms.Account, error) { return v.account, nil }

// checkClient adapts the LDAP client to the checks. home is where the connector account
// is, if not in this domain.
type checkClient struct {
	domainClient
	home *Domain
}

func (p checkClient) System(ctx context.Context) (string, error) { return p.DCSystem(ctx) }

func (p checkClient) Account(ctx context.Context, name string) (adperms.Account, error) {
	if p.home == nil {
		return p.domainClient.Account(ctx, name)
	}
	a, err := p.home.Conn.Account(ctx, name)
	if err != nil {
		return a, err
	}
	return p.Conn.Visitor(ctx, p.home.Conn, a)
}
