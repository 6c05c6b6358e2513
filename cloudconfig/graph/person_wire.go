package graph

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"writeback/cloudconfig"
)

// The requests about one user: they belong to the table of endpoints, and differ
// from those in that a user's id or name is in them.

// oneUser asks for the users with a property of a value. eq on userPrincipalName
// and on onPremisesSecurityIdentifier is answered without the eventual index
// (Graph's page of advanced queries), so that a user who was just synchronised is
// found. accountEnabled is a canary: see read in person_user.go.
func oneUser(property, value string) endpoint {
	return endpoint{
		what: "the user", method: http.MethodGet, path: "/users",
		query: [][2]string{
			{"$filter", property + " eq " + literal(value)},
			{"$select", "id,displayName,userPrincipalName,accountEnabled,onPremisesSyncEnabled,onPremisesSecurityIdentifier," +
				"onPremisesDomainName,onPremisesLastSyncDateTime,assignedPlans,userType"},
		},
		scope: "User.Read.All",
	}
}

// authorityOf asks where the user's source of authority is. The stored reference page
// of onPremisesSyncBehavior is beta's, and hears no query options; Microsoft's how-to
// (Configure user Source of Authority, since it is generally available) has it in v1.0.
// Both name a permission to write, which is not asked for at sign-in: most sign-ins
// are refused here.
func authorityOf(id string) endpoint {
	return endpoint{
		what: "the user's source of authority", method: http.MethodGet, path: "/users/" + url.PathEscape(id) + "/onPremisesSyncBehavior",
		scope: "User-OnPremisesSyncBehavior.ReadWrite.All", role: "Hybrid Identity Administrator",
	}
}

// registrationOf takes no query at all, says its page.
func registrationOf(id string) endpoint {
	e := registrations
	e.what, e.path = "the user's registration for password reset", e.path+"/"+url.PathEscape(id)
	return e
}

// rolesOf is a cast, which needs the eventual index and $count. Without a permission
// that reads roles they are listed without names.
func rolesOf(id string) endpoint {
	e := ownRoles
	e.what, e.path = "the user's directory roles", "/users/"+url.PathEscape(id)+"/transitiveMemberOf/microsoft.graph.directoryRole"
	e.delegated = false
	return e
}

// auditsOf asks for what was done to the user's password. The page of directoryAudit
// names eq for targetResources' id and for loggedByService; that a reset's target is
// the user is in the page of SSPR reports.
func auditsOf(id string, since time.Time) endpoint {
	e := directoryAudits
	e.what = "the audit log of the user"
	e.query = [][2]string{
		{"$filter", fmt.Sprintf("targetResources/any(t:t/id eq %s) and loggedByService eq %s and activityDateTime ge %s",
			literal(id), literal(cloudconfig.AuditService), since.UTC().Format(time.RFC3339))},
		{"$orderby", "activityDateTime desc"},
		{"$top", "100"},
	}
	return e
}

// literal writes a string of OData (URL conventions 4.01, 5.1.1.6.1).
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
