package graph

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"writeback/cloudconfig"
)

// endpoint is a request that this program may send, and what Graph asks for it.
type endpoint struct {
	what   string // in sentences
	method string
	path   string // below /v1.0
	query  [][2]string
	// eventual asks for the index that casts need.
	eventual bool
	// ofAll is a list of all users, as long as there are users.
	ofAll bool
	// scope is the least permission that is documented for it.
	scope string
	// role is what a signed-in user needs besides; "" where any member may.
	role string
	// delegated means that an application cannot have it at all.
	delegated bool
	// unlisted is a cloud in which the reference does not list it; "": none.
	unlisted cloudconfig.Cloud
}

// The whole wire, with the least permissions of Graph's reference pages.
// $select stands wherever the page says that it is heard.
var (
	organization = endpoint{
		what: "the organization", method: http.MethodGet, path: "/organization",
		// createdDateTime is a canary: see hidden.
		query: [][2]string{{"$select", "id,displayName,verifiedDomains,onPremisesSyncEnabled,onPremisesLastSyncDateTime,createdDateTime"}},
		// User.Read is enough for the names, but leaves all else null.
		scope: "Organization.Read.All",
	}
	// subscribedSkus is documented with Organization.Read.All; newer pages may
	// name LicenseAssignment.Read.All beside it, which was not verified.
	subscribedSkus = endpoint{
		what: "the licences", method: http.MethodGet, path: "/subscribedSkus",
		query: [][2]string{{"$select", "id,capabilityStatus,servicePlans"}},
		scope: "Organization.Read.All",
	}
	// Graph's pages name Global Administrator as the only role, for reading, too,
	// and delegated permissions only. Elsewhere Hybrid Identity Administrator is
	// associated with writing it: a contradiction that is not resolved.
	synchronization = endpoint{
		what: "the synchronisation features", method: http.MethodGet, path: "/directory/onPremisesSynchronization",
		scope: "OnPremDirectorySynchronization.Read.All", role: "Global Administrator", delegated: true,
	}
	setSynchronization = endpoint{
		what: "the synchronisation features", method: http.MethodPatch, path: "/directory/onPremisesSynchronization/",
		scope: "OnPremDirectorySynchronization.ReadWrite.All", role: "Global Administrator", delegated: true,
	}
	authorizationPolicy = endpoint{
		what: "the authorization policy", method: http.MethodGet, path: "/policies/authorizationPolicy",
		scope: "Policy.Read.All",
	}
	syncedUsers = endpoint{
		what: "the synchronised users", method: http.MethodGet, path: "/users",
		query: [][2]string{{"$filter", "onPremisesSyncEnabled eq true"}, {"$select", "id,onPremisesSecurityIdentifier,accountEnabled,userType"}, {"$top", "999"}},
		ofAll: true,
		scope: "User.Read.All",
	}
	// The page of userRegistrationDetails hears $filter and $orderby only.
	registrations = endpoint{
		what: "the registrations for password reset", method: http.MethodGet, path: "/reports/authenticationMethods/userRegistrationDetails",
		ofAll: true,
		scope: "AuditLog.Read.All", role: reader,
	}
	// One page of the reference asks for Directory.Read.All beside it, the
	// permissions catalogue does not.
	directoryAudits = endpoint{
		what: "the audit log", method: http.MethodGet, path: "/auditLogs/directoryAudits",
		scope: "AuditLog.Read.All", role: reader, unlisted: cloudconfig.China,
	}
	signedIn = endpoint{
		what: "the signed-in user", method: http.MethodGet, path: "/me",
		query: [][2]string{{"$select", "userPrincipalName"}},
		scope: "User.Read", delegated: true,
	}
	// A cast needs the eventual index and $count. With User.Read alone roles are
	// listed without names: their own permission is asked for besides.
	ownRoles = endpoint{
		what: "the roles of the signed-in user", method: http.MethodGet, path: "/me/transitiveMemberOf/microsoft.graph.directoryRole",
		query: [][2]string{{"$select", "id,displayName,roleTemplateId"}, {"$count", "true"}},
		scope: "RoleManagement.Read.Directory", eventual: true, delegated: true,
	}
)

const reader = "Reports Reader, Security Reader, Security Administrator or Global Reader"

// Scopes are the least delegated permissions that reading everything needs, as
// interactive sign-in asks for them.
func Scopes() []string {
	return []string{
		"Organization.Read.All", "User.Read.All", "AuditLog.Read.All", "Policy.Read.All",
		"RoleManagement.Read.Directory", "OnPremDirectorySynchronization.Read.All",
	}
}

// WriteScopes are needed besides to set features.passwordWritebackEnabled.
func WriteScopes() []string { return []string{setSynchronization.scope} }

// audits is the request for one activity, newest first. Each activity has its
// own: the page documents eq, ge, le and startswith, but no or.
func audits(activity string, since time.Time) endpoint {
	e := directoryAudits
	e.query = [][2]string{
		{"$filter", "activityDisplayName eq '" + strings.ReplaceAll(activity, "'", "''") +
			"' and activityDateTime ge " + since.UTC().Format(time.RFC3339)},
		{"$orderby", "activityDateTime desc"},
		{"$top", "100"},
	}
	return e
}

// activities are those of the audit log that are asked for.
func activities() []string {
	return []string{cloudconfig.AuditEnable, cloudconfig.AuditDisable, cloudconfig.AuditSelfReset,
		cloudconfig.AuditAdminReset, cloudconfig.AuditUnlock}
}

// at is the endpoint's URL. Spaces are %20: a plus is a space in forms only.
func (e endpoint) at(base *url.URL) *url.URL {
	u := base.JoinPath(e.path)
	parts := make([]string, 0, len(e.query))
	for _, kv := range e.query {
		parts = append(parts, kv[0]+"="+strings.ReplaceAll(url.QueryEscape(kv[1]), "+", "%20"))
	}
	u.RawQuery = strings.Join(parts, "&")
	return u
}

// needs is what the endpoint takes, in words, as far as the code of a refusal does
// not rule it out.
func (e endpoint) needs(code string) string {
	permission, role := "the permission "+e.scope, "the role "+e.role
	switch {
	case e.role == "" || code == permissionMissing:
		return "it takes " + permission
	case code == roleMissing:
		return "it takes " + role
	case e.delegated:
		return "it takes " + permission + " and a signed-in user with " + role + ", applications cannot have it"
	}
	return "it takes " + permission + ", and of a user " + role
}

// What the logs and reports say where one of the two is there.
const (
	permissionMissing = "Authentication_MSGraphPermissionMissing"
	roleMissing       = "Authentication_RequestFromUnsupportedUserRole"
)

// doing is what the request does, for errors.
func (e endpoint) doing() string {
	if e.method == http.MethodGet {
		return "read " + e.what
	}
	return "write " + e.what
}
