package tenant_test

import (
	"errors"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
)

const app = "3d1f6b52-0a7e-4c55-9e18-5b0c6d7e8f90"

// Each line is the least with which an address answers, and what goes wrong without it.
var least = []struct {
	path       string
	scope      string
	role       cloudconfig.Role // zero: none is needed
	noScope    string
	noRole     string
	app        bool   // applications may, too
	appRefusal string // where they may not
}{
	{path: "/organization", scope: "Organization.Read.All", noScope: "Authorization_RequestDenied", app: true},
	{path: "/directory/onPremisesSynchronization", scope: "OnPremDirectorySynchronization.Read.All", role: tenant.GlobalAdministrator,
		noScope: "Authorization_RequestDenied", noRole: "Authorization_RequestDenied", appRefusal: "Authorization_RequestDenied"},
	{path: "/subscribedSkus", scope: "LicenseAssignment.Read.All", noScope: "Authorization_RequestDenied", app: true},
	{path: "/reports/authenticationMethods/userRegistrationDetails", scope: "AuditLog.Read.All", role: tenant.ReportsReader,
		noScope: "Authentication_MSGraphPermissionMissing", noRole: "Authentication_RequestFromUnsupportedUserRole", app: true},
	{path: "/users", scope: "User.Read.All", noScope: "Authorization_RequestDenied", app: true},
	{path: "/auditLogs/directoryAudits", scope: "AuditLog.Read.All", role: tenant.SecurityReader,
		noScope: "Authentication_MSGraphPermissionMissing", noRole: "Authentication_RequestFromUnsupportedUserRole", app: true},
	{path: "/policies/authorizationPolicy", scope: "Policy.Read.All", noScope: "Authorization_RequestDenied", app: true},
	{path: "/me", scope: "User.Read", noScope: "Authorization_RequestDenied", appRefusal: "BadRequest"},
	{path: "/me/transitiveMemberOf/microsoft.graph.directoryRole", scope: "User.Read", noScope: "Authorization_RequestDenied", appRefusal: "BadRequest"},
}

func TestScopesRolesAndApplications(t *testing.T) {
	w := start(t, tenant.Options{})
	for _, tc := range least {
		t.Run(tc.path, func(t *testing.T) {
			ask := func(o tenant.TokenOptions) reply {
				return w.ask("GET", w.GraphEndpoint()+"/v1.0"+tc.path, w.Mint(o), "")
			}
			need := []cloudconfig.Role{}
			if tc.role != (cloudconfig.Role{}) {
				need = append(need, tc.role)
				w.status(ask(tenant.TokenOptions{Scopes: []string{tc.scope}, Roles: []cloudconfig.Role{tenant.AuthPolicyAdministrator}}), 403, tc.noRole)
			}
			w.status(ask(tenant.TokenOptions{Scopes: []string{tc.scope}, Roles: need}), 200, "")
			w.status(ask(tenant.TokenOptions{Scopes: []string{"RoleManagement.Read.Directory"}, Roles: need}), 403, tc.noScope)
			byApp := tenant.TokenOptions{App: app, AppRoles: []string{tc.scope}}
			if !tc.app {
				status := 403
				if tc.appRefusal == "BadRequest" {
					status = 400
				}
				w.status(ask(byApp), status, tc.appRefusal)
				return
			}
			w.status(ask(byApp), 200, "")
			// A delegated scope is not an app role.
			w.status(ask(tenant.TokenOptions{App: app, AppRoles: []string{}, Scopes: []string{tc.scope}}), 403, tc.noScope)
		})
	}
}

func TestPatchNeedsTheWritingScopeAndGlobalAdministrator(t *testing.T) {
	w := start(t, tenant.Options{})
	address := w.GraphEndpoint() + "/v1.0/directory/onPremisesSynchronization/" + w.ID()
	const body = `{"features":{"passwordWritebackEnabled":true}}`
	write := []string{"OnPremDirectorySynchronization.ReadWrite.All"}
	for name, o := range map[string]tenant.TokenOptions{
		"reading scope":         {Scopes: []string{"OnPremDirectorySynchronization.Read.All"}},
		"Hybrid Identity Admin": {Identity: "hybrid@contoso.com", Scopes: write},
		"application":           {App: app, AppRoles: write},
	} {
		t.Run(name, func(t *testing.T) {
			w.status(w.ask("PATCH", address, w.Mint(o), body), 403, "Authorization_RequestDenied")
		})
	}
	if w.Feature("passwordWritebackEnabled") {
		t.Error("a refused PATCH was carried out")
	}
	w.status(w.ask("PATCH", address, w.Mint(tenant.TokenOptions{Scopes: write}), body), 204, "")
}

// A change is answered when it was kept, and refused where it could not be.
func TestChangesAreKeptBeforeTheAnswer(t *testing.T) {
	kept, full := 0, error(nil)
	w := start(t, tenant.Options{Changed: func() error { kept++; return full }})
	address := w.GraphEndpoint() + "/v1.0/directory/onPremisesSynchronization/" + w.ID()
	token := w.Mint(tenant.TokenOptions{Scopes: []string{"OnPremDirectorySynchronization.ReadWrite.All"}})
	w.status(w.ask("GET", w.GraphEndpoint()+"/v1.0/directory/onPremisesSynchronization", token, ""), 200, "")
	if kept != 0 {
		t.Error("reading changes something")
	}
	w.status(w.ask("PATCH", address, token, `{"features":{"passwordWritebackEnabled":true}}`), 204, "")
	full = errors.New("the disk is full")
	w.status(w.ask("PATCH", address, token, `{"features":{"passwordWritebackEnabled":false}}`), 503, "serviceNotAvailable")
	if kept != 2 {
		t.Errorf("it was kept %d times", kept)
	}
}

func TestUserReadShowsLittle(t *testing.T) {
	w := start(t, tenant.Options{})
	ask := func(path string, scopes ...string) map[string]any {
		return w.ask("GET", w.GraphEndpoint()+"/v1.0"+path, w.Mint(tenant.TokenOptions{Scopes: scopes}), "").rows()[0]
	}
	few := ask("/organization", "User.Read")
	if few["displayName"] != "Contoso" || few["onPremisesSyncEnabled"] != nil || few["assignedPlans"] != nil {
		t.Errorf("the organization with User.Read: %v", few)
	}
	if all := ask("/organization", "Organization.Read.All"); all["onPremisesSyncEnabled"] != true || all["onPremisesLastSyncDateTime"] == nil {
		t.Errorf("the organization: %v", all)
	}
	const roles = "/me/transitiveMemberOf/microsoft.graph.directoryRole"
	if bare := ask(roles, "User.Read"); bare["id"] == nil || bare["roleTemplateId"] != nil {
		t.Errorf("a role with User.Read: %v", bare)
	}
	if role := ask(roles, "User.Read", "RoleManagement.Read.Directory"); role["roleTemplateId"] != tenant.GlobalAdministrator.TemplateID ||
		role["displayName"] != "Global Administrator" {
		t.Errorf("a role: %v", role)
	}
	w.Change(func(o *tenant.Options) {
		o.Identities = append(o.Identities, tenant.Identity{UPN: "pw@contoso.com", Roles: []cloudconfig.Role{{TemplateID: "966707d0-3269-4727-9be2-8c3a10f19b9d", Name: "Password Administrator"}}})
	})
	other := w.ask("GET", w.GraphEndpoint()+"/v1.0"+roles, w.Mint(tenant.TokenOptions{Identity: "pw@contoso.com"}), "").rows()
	if len(other) != 1 || other[0]["displayName"] != "Password Administrator" {
		t.Errorf("another role: %v", other)
	}
	none := w.ask("GET", w.GraphEndpoint()+"/v1.0"+roles, w.Mint(tenant.TokenOptions{Identity: "user@contoso.com"}), "")
	if len(none.rows()) != 0 {
		t.Errorf("roles of a user without: %s", none.body)
	}
}
