package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"writeback/cloudconfig"
)

// maxPersonEvents bounds what is kept of a user's log, the newest first;
// maxPersonPages what is read of it: most entries are steps of a reset.
const (
	maxPersonEvents = 50
	maxPersonPages  = 10
)

// personEvents reads what the audit log has about the user's password. An entry
// counts only if it is about this user, whatever was heard of the filter.
func (c *Client) personEvents(ctx context.Context, p *cloudconfig.TenantPerson) error {
	out, read := []cloudconfig.Audit{}, 0
	err := pages(ctx, c, auditsOf(p.ID, p.EventsSince), models.CreateDirectoryAuditCollectionResponseFromDiscriminatorValue,
		func(page models.DirectoryAuditCollectionResponseable) (bool, error) {
			for _, a := range page.GetValue() {
				if a != nil && a.GetActivityDateTime() != nil && about(a, p.ID) && tells(a) {
					out = append(out, audit(a))
				}
			}
			read++
			return len(out) < maxPersonEvents && read < maxPersonPages, nil
		})
	if err != nil {
		return err
	}
	slices.SortStableFunc(out, func(a, b cloudconfig.Audit) int { return b.At.Compare(a.At) })
	p.Events = out[:min(len(out), maxPersonEvents)]
	return nil
}

// about says that the entry is about the user.
func about(a models.DirectoryAuditable, id string) bool {
	return slices.ContainsFunc(a.GetTargetResources(), func(r models.TargetResourceable) bool {
		return r != nil && strings.EqualFold(text(r.GetId()), id)
	})
}

// tells says that the activity is one that matters for a user.
func tells(a models.DirectoryAuditable) bool {
	return slices.ContainsFunc(cloudconfig.PersonActivities(), func(activity string) bool {
		return strings.EqualFold(activity, text(a.GetActivityDisplayName()))
	})
}
