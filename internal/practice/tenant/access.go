package tenant

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"writeback/cloudconfig"
)

// access is what a token must hold for a request.
type access struct {
	delegated   []string           // one of these scopes
	application []string           // one of these app roles; nil: applications are refused
	roles       []cloudconfig.Role // one of these directory roles, for a person; nil: none is needed
	logs        bool               // the logs and reports have refusals of their own
}

// What each address asks for, as the API reference lists it, the least first. Where a directory role is listed, Global Administrator has it too.
var (
	readOrganization = access{
		delegated:   []string{"User.Read", "Organization.Read.All", "Directory.Read.All", "Organization.ReadWrite.All", "Directory.ReadWrite.All"},
		application: []string{"Organization.Read.All", "Directory.Read.All", "Organization.ReadWrite.All", "Directory.ReadWrite.All"},
	}
	// Delegated tokens and Global Administrator alone: so say the live pages of the API reference.
	readSync  = access{delegated: []string{"OnPremDirectorySynchronization.Read.All", "OnPremDirectorySynchronization.ReadWrite.All"}, roles: []cloudconfig.Role{GlobalAdministrator}}
	writeSync = access{delegated: []string{"OnPremDirectorySynchronization.ReadWrite.All"}, roles: []cloudconfig.Role{GlobalAdministrator}}
	readSKUs  = access{
		delegated:   []string{"LicenseAssignment.Read.All", "Organization.Read.All", "Directory.Read.All", "Organization.ReadWrite.All", "Directory.ReadWrite.All"},
		application: []string{"LicenseAssignment.Read.All", "Organization.Read.All", "Directory.Read.All", "Organization.ReadWrite.All", "Directory.ReadWrite.All"},
	}
	readLogs = access{
		delegated: []string{"AuditLog.Read.All"}, application: []string{"AuditLog.Read.All"}, logs: true,
		roles: []cloudconfig.Role{ReportsReader, SecurityReader, SecurityAdministrator, GlobalReader, GlobalAdministrator},
	}
	readUsers = access{
		delegated:   []string{"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
		application: []string{"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
	}
	// The page names a permission to write for reading, too.
	readBehavior = access{
		delegated: []string{"User-OnPremisesSyncBehavior.ReadWrite.All"}, application: []string{"User-OnPremisesSyncBehavior.ReadWrite.All"},
		roles: []cloudconfig.Role{HybridIdentityAdministrator, GlobalAdministrator},
	}
	readPolicy = access{
		delegated:   []string{"Policy.Read.All", "Policy.ReadWrite.Authorization"},
		application: []string{"Policy.Read.All", "Policy.ReadWrite.Authorization"},
	}
	readMe = access{delegated: []string{"User.Read", "User.ReadWrite", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}}
)

// readRoles are the scopes with which the directory roles of a person are more than bare ids.
var readRoles = []string{"RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "Directory.Read.All", "Directory.ReadWrite.All"}

// fullOrganization are the scopes with which the organization is more than its id, name and domains.
var fullOrganization = readOrganization.delegated[1:]

// DelegatedScopes are the delegated permissions of Graph that the tenant knows. Others do not exist, as far as it is concerned.
func DelegatedScopes() []string {
	var out []string
	for _, a := range []access{readOrganization, readSync, writeSync, readSKUs, readLogs, readUsers, readBehavior, readPolicy, readMe, {delegated: readRoles}} {
		out = append(out, a.delegated...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// authenticate checks the token itself; nil: it is good, and c.claims are its claims.
func (t *Tenant) authenticate(c *call, audience func(string) bool) *answer {
	token, ok := strings.CutPrefix(c.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		return t.unauthorized(c, "Access token is empty.", "")
	}
	got, err := t.verify(token)
	if err != nil {
		return t.unauthorized(c, "CompactToken parsing failed: "+err.Error(), "")
	}
	c.claims = got
	switch {
	case !audience(got.Audience):
		return t.unauthorized(c, "Access token validation failure. Invalid audience.", "")
	case got.Tenant != c.options.ID:
		return t.unauthorized(c, "The token is of another tenant.", "")
	case c.now.Unix() >= got.Until:
		return t.unauthorized(c, "Lifetime validation failed, the token is expired.", "")
	case c.now.Add(5*time.Minute).Unix() < got.From:
		return t.unauthorized(c, "Lifetime validation failed, the token is not yet valid.", "")
	}
	at, age := t.revocation()
	if got.Age < age && slices.Contains(got.Able, "cp1") {
		challenge := fmt.Sprintf(`{"access_token":{"nbf":{"essential":true,"value":"%d"}}}`, at.Unix())
		return t.unauthorized(c, "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp", challenge)
	}
	return nil
}

// unauthorized is the answer to a bad token. challenge are the claims that a new one must meet; "": none.
func (t *Tenant) unauthorized(c *call, message, challenge string) *answer {
	authenticate := fmt.Sprintf(`Bearer realm="", authorization_uri="%scommon/oauth2/authorize", client_id="%s"`, t.Authority(), graphAppID)
	if challenge != "" {
		authenticate += fmt.Sprintf(`, error="insufficient_claims", claims="%s"`, base64.StdEncoding.EncodeToString([]byte(challenge)))
	}
	a := c.problem(http.StatusUnauthorized, "InvalidAuthenticationToken", message).with("WWW-Authenticate", authenticate)
	return &a
}

func forGraph(audience string) bool {
	return strings.TrimSuffix(audience, "/") == GraphAudience || audience == graphAppID
}

func forPortal(audience string) bool { return audience == PortalAudience }

// authorize checks what the token may do; nil: this.
func (c *call) authorize(a access) *answer {
	deny := func(code, message string) *answer {
		out := c.problem(http.StatusForbidden, code, message)
		return &out
	}
	scopes, held := a.delegated, c.claims.scope(a.delegated)
	if c.claims.application() {
		scopes, held = a.application, c.claims.appRole(a.application)
	}
	switch {
	case !held && a.logs:
		return deny("Authentication_MSGraphPermissionMissing", "Calling principal does not have required MSGraph permissions "+strings.Join(scopes, ","))
	case !held:
		return deny("Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	case c.claims.application() || a.roles == nil || c.claims.directoryRole(a.roles):
		return nil
	case a.logs:
		return deny("Authentication_RequestFromUnsupportedUserRole", "User is not in the allowed roles")
	}
	return deny("Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}
