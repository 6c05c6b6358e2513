package session

import (
	"context"
	"errors"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/steps"
	"writeback/steps/stages"
)

// domainClient fits the LDAP client to what the stages ask for.
type domainClient struct{ *directory.Conn }

func (d domainClient) Schema(ctx context.Context) ([]adperms.SchemaName, error) {
	return d.SchemaGUIDs(ctx)
}

// WriteDACL: whatever the DC answered but success, it did nothing (RFC 4511
// section 4.6: all of a modify or none); where it did not answer, nobody knows.
func (d domainClient) WriteDACL(ctx context.Context, dn string, sd []byte) error {
	err := d.Conn.WriteDACL(ctx, dn, sd)
	var lost *directory.LostError
	if err == nil || errors.As(err, &lost) {
		return err
	}
	return steps.NotMade(err)
}

// abroad is a domain whose connector account is in another domain of the forest. The
// account's token is that of its home: it may be in groups of this domain, and they are
// not seen.
type abroad struct {
	domainClient
	home *directory.Conn
}

func (d abroad) Trustee(ctx context.Context, dn string) (adperms.Account, error) {
	return d.home.Trustee(ctx, dn)
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
	home *directory.Conn
}

func (p checkClient) System(ctx context.Context) (string, error) { return p.DCSystem(ctx) }

func (p checkClient) Account(ctx context.Context, name string) (adperms.Account, error) {
	if p.home != nil {
		return p.home.Account(ctx, name)
	}
	return p.domainClient.Account(ctx, name)
}

var _ stages.Directory = domainClient{}
