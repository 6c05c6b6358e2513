package graph

import (
	"context"
	"fmt"
	"net/url"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"writeback/cloudconfig"
)

// flag reads features.passwordWritebackEnabled and features.passwordSyncEnabled.
func (c *Client) flag(ctx context.Context, t *cloudconfig.Tenant) error {
	s, err := c.synchronization(ctx)
	if err != nil {
		return err
	}
	if f := s.GetFeatures(); f != nil {
		t.GraphFlag, t.HashSync = f.GetPasswordWritebackEnabled(), f.GetPasswordSyncEnabled()
	}
	return nil
}

// SetPasswordWriteback sets features.passwordWritebackEnabled and nothing else.
// Microsoft documents the flag as not in use and not to be updated: that it was
// set proves nothing. It takes a signed-in Global Administrator.
//
// Errors have a method NotWritten: where it says false, read the tenant again.
func (c *Client) SetPasswordWriteback(ctx context.Context, on bool) error {
	if c.tenant != "" {
		if _, _, err := c.organization(ctx); err != nil {
			return before{err}
		}
	}
	s, err := c.synchronization(ctx)
	if err != nil {
		return before{err}
	}
	id := text(s.GetId())
	if id == "" {
		return before{&Error{Kind: Malformed, Doing: synchronization.doing(), Text: "the answer has no id"}}
	}
	features := models.NewOnPremisesDirectorySynchronizationFeature()
	features.SetPasswordWritebackEnabled(&on)
	body := models.NewOnPremisesDirectorySynchronization()
	body.SetFeatures(features)
	e := setSynchronization
	e.path += url.PathEscape(id)
	return c.write(ctx, e, e.at(c.base), body)
}

// synchronization reads the tenant's one onPremisesDirectorySynchronization. The
// reference shows a single object, the schema says a collection: both are read.
func (c *Client) synchronization(ctx context.Context) (models.OnPremisesDirectorySynchronizationable, error) {
	got, err := read[*oneOrMany](ctx, c, synchronization, synchronization.at(c.base), newOneOrMany)
	if err != nil {
		return nil, err
	}
	all := got.many.GetValue()
	switch {
	case len(all) == 1 && all[0] != nil:
		return all[0], nil
	case len(all) == 0 && got.one.GetFeatures() != nil:
		return got.one, nil
	case len(all) == 0:
		return nil, &Error{Kind: NotOffered, Doing: synchronization.doing(), Text: "the tenant has none: it was never synchronised"}
	}
	return nil, &Error{Kind: Malformed, Doing: synchronization.doing(), Text: fmt.Sprintf("the answer has %d of them, not one", len(all))}
}
