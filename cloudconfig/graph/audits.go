package graph

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"writeback/cloudconfig"
)

// maxAudits bounds the entries of one activity: the newest are kept.
const maxAudits = 500

// Audits reads the entries of the five activities that matter (cloudconfig's
// AuditEnable and so on) since a time, newest first, at most 500 of each. Graph
// keeps the log for 30 days with Microsoft Entra ID P1, 7 days without.
func (c *Client) Audits(ctx context.Context, since time.Time) ([]cloudconfig.Audit, error) {
	var out []cloudconfig.Audit
	for _, activity := range activities() {
		n := 0
		err := pages(ctx, c, audits(activity, since), models.CreateDirectoryAuditCollectionResponseFromDiscriminatorValue,
			func(page models.DirectoryAuditCollectionResponseable) (bool, error) {
				for _, a := range page.GetValue() {
					if a == nil || a.GetActivityDateTime() == nil || n >= maxAudits {
						continue
					}
					if !strings.EqualFold(text(a.GetActivityDisplayName()), activity) {
						continue // a filter that was not heard must not become evidence
					}
					n++
					out = append(out, audit(a))
				}
				return n < maxAudits, nil
			})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b cloudconfig.Audit) int { return b.At.Compare(a.At) })
	return out, nil
}

func audit(a models.DirectoryAuditable) cloudconfig.Audit {
	return cloudconfig.Audit{
		At: a.GetActivityDateTime().UTC(), Activity: text(a.GetActivityDisplayName()),
		Success: a.GetResult() != nil && *a.GetResult() == models.SUCCESS_OPERATIONRESULT,
		Reason:  text(a.GetResultReason()), By: initiator(a.GetInitiatedBy()), Agent: agentOf(a.GetAdditionalDetails()),
	}
}

// initiator is the user, or else the application, that caused an entry.
func initiator(by models.AuditActivityInitiatorable) string {
	if by == nil {
		return ""
	}
	var names []*string
	if u := by.GetUser(); u != nil {
		names = append(names, u.GetUserPrincipalName(), u.GetDisplayName(), u.GetId())
	}
	if app := by.GetApp(); app != nil {
		names = append(names, app.GetDisplayName(), app.GetServicePrincipalName(), app.GetAppId())
	}
	for _, n := range names {
		if text(n) != "" {
			return text(n)
		}
	}
	return ""
}

// agentOf is the detail OnPremisesAgent.
func agentOf(details []models.KeyValueable) string {
	for _, d := range details {
		if d != nil && strings.EqualFold(text(d.GetKey()), "OnPremisesAgent") {
			return text(d.GetValue())
		}
	}
	return ""
}
