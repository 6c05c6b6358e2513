package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"writeback/cloudconfig"
)

// Missing is a part of the tenant that could not be read, and what it takes.
type Missing struct {
	What  string // "the licences"
	Scope string // the least permission
	Role  string // what a signed-in user needs besides; "" where nothing
	Err   *Error // what Graph said
}

// Tenant reads the organization, its licences, the flag that Graph keeps and the
// policy of administrators' own reset. What the identity may not read is left
// empty and listed; only the organization itself must be readable. An *Error of
// kind WrongTenant says that another tenant answered than Options.Tenant.
func (c *Client) Tenant(ctx context.Context) (cloudconfig.Tenant, []Missing, error) {
	t, missing, err := c.organization(ctx)
	if err != nil {
		return t, nil, err
	}
	for _, part := range []struct {
		e    endpoint
		read func(context.Context, *cloudconfig.Tenant) error
	}{
		{subscribedSkus, c.plans},
		{synchronization, c.flag},
		{authorizationPolicy, c.adminSSPR},
	} {
		if err := part.read(ctx, &t); err != nil {
			m, lacks := lacking(part.e, err)
			if !lacks {
				return t, missing, err
			}
			missing = append(missing, m)
		}
	}
	return t, missing, nil
}

// lacking says that an error is a part that this identity or cloud does not have.
func lacking(e endpoint, err error) (Missing, bool) {
	var refused *Error
	if !errors.As(err, &refused) {
		return Missing{}, false
	}
	switch refused.Kind {
	case Forbidden, Unlicensed, NotOffered, NotAUser:
		return Missing{What: e.what, Scope: e.scope, Role: e.role, Err: refused}, true
	}
	return Missing{}, false
}

func (c *Client) organization(ctx context.Context) (t cloudconfig.Tenant, missing []Missing, err error) {
	page, err := read[models.OrganizationCollectionResponseable](ctx, c, organization, organization.at(c.base),
		models.CreateOrganizationCollectionResponseFromDiscriminatorValue)
	if err != nil {
		return t, nil, err
	}
	all := page.GetValue()
	if len(all) == 1 && (all[0] == nil || text(all[0].GetId()) == "") {
		return t, nil, &Error{Kind: Malformed, Doing: organization.doing(), Text: "the organization in the answer has no id"}
	}
	if len(all) != 1 {
		return t, nil, &Error{Kind: Malformed, Doing: organization.doing(), Text: fmt.Sprintf("the answer has %d organizations, not one", len(all))}
	}
	o := all[0]
	t.ID, t.DisplayName = text(o.GetId()), text(o.GetDisplayName())
	for _, d := range o.GetVerifiedDomains() {
		if d != nil && text(d.GetName()) != "" {
			t.Domains = append(t.Domains, text(d.GetName()))
		}
	}
	t.SyncEnabled = yes(o.GetOnPremisesSyncEnabled())
	if at := o.GetOnPremisesLastSyncDateTime(); at != nil {
		t.LastSync = at.UTC()
	}
	if c.tenant != "" && !t.Is(c.tenant) {
		return t, nil, &Error{Kind: WrongTenant, Doing: organization.doing(),
			Text: fmt.Sprintf("the sign-in is for the tenant %s (%s), not for %s", t.ID, t.DisplayName, clean(c.tenant)),
			Fix:  "sign in to the right tenant, or correct --tenant"}
	}
	if t.SyncUnread = hidden(o); t.SyncUnread {
		missing = []Missing{{What: "the state of synchronisation", Scope: organization.scope, Err: &Error{
			Kind: Forbidden, Doing: organization.doing(), Text: "Graph left out everything but the names; " + organization.needs("")}}}
	}
	return t, missing, nil
}

// hidden says that the organization was shown by its names only. With User.Read
// alone Graph answers null for all other properties, which for
// onPremisesSyncEnabled also means "never synchronised"; createdDateTime has no
// such second meaning: every tenant was created.
func hidden(o models.Organizationable) bool {
	return o.GetOnPremisesSyncEnabled() == nil && o.GetCreatedDateTime() == nil
}

// plans flattens the service plans of all subscriptions.
func (c *Client) plans(ctx context.Context, t *cloudconfig.Tenant) error {
	all := []cloudconfig.Plan{}
	err := pages(ctx, c, subscribedSkus, models.CreateSubscribedSkuCollectionResponseFromDiscriminatorValue,
		func(page models.SubscribedSkuCollectionResponseable) (bool, error) {
			for _, sku := range page.GetValue() {
				if sku == nil {
					continue
				}
				live := inUse(text(sku.GetCapabilityStatus()))
				for _, p := range sku.GetServicePlans() {
					if p == nil || p.GetServicePlanId() == nil {
						continue
					}
					all = append(all, cloudconfig.Plan{
						ID: p.GetServicePlanId().String(), Name: text(p.GetServicePlanName()),
						Usable: live && text(p.GetProvisioningStatus()) == "Success",
					})
				}
			}
			return true, nil
		})
	if err == nil {
		t.Plans = all
	}
	return err
}

// inUse is a subscription that is enabled or in its warning phase (Graph's page
// of subscribedSku: Enabled, Warning, Suspended, Deleted, LockedOut).
func inUse(status string) bool { return status == "Enabled" || status == "Warning" }

// adminSSPR reads allowedToUseSSPR, which is about administrators' own reset.
func (c *Client) adminSSPR(ctx context.Context, t *cloudconfig.Tenant) error {
	p, err := read[models.AuthorizationPolicyable](ctx, c, authorizationPolicy, authorizationPolicy.at(c.base),
		models.CreateAuthorizationPolicyFromDiscriminatorValue)
	if err != nil {
		return err
	}
	t.AdminSSPR = p.GetAllowedToUseSSPR()
	return nil
}

// text is a foreign string for a field: bounded, without control characters; nil
// is "".
func text(s *string) string {
	if s == nil {
		return ""
	}
	return clean(*s)
}

func yes(b *bool) bool { return b != nil && *b }
