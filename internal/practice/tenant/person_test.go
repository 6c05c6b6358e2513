package tenant_test

import (
	"net/url"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
)

var anna = tenant.Person{
	UPN: "anna@contoso.com", Name: "Anna", SID: "S-1-5-21-1-2-3-1101", Enabled: true, Registered: true,
	Roles: []cloudconfig.Role{tenant.SecurityReader},
}

const everyProperty = "id,userPrincipalName,displayName,accountEnabled,assignedPlans,onPremisesDomainName,onPremisesLastSyncDateTime," +
	"onPremisesSecurityIdentifier,onPremisesSyncEnabled"

func users(filter string) string {
	return "/users?" + url.Values{"$select": {everyProperty}, "$filter": {filter}}.Encode()
}

func TestPersonsAreFoundBySIDAndUPN(t *testing.T) {
	w := start(t, tenant.Options{Persons: []tenant.Person{
		anna, {UPN: "cloud@contoso.com"}, {UPN: "left@contoso.com", SID: "S-1-5-21-1-2-3-1102", Left: true, Disabled: true, Plans: []tenant.Plan{}},
		{UPN: "veiled@contoso.com", SID: "S-1-5-21-1-2-3-1103", Veiled: true},
	}})
	for _, tc := range []struct {
		filter, upn     string
		enabled, synced any
		plans           int
	}{
		{"onPremisesSecurityIdentifier eq 'S-1-5-21-1-2-3-1101'", "anna@contoso.com", true, true, 3},
		{"userPrincipalName eq 'ANNA@contoso.com'", "anna@contoso.com", true, true, 3},
		{"userPrincipalName eq 'cloud@contoso.com'", "cloud@contoso.com", true, nil, 3},
		{"userPrincipalName eq 'left@contoso.com'", "left@contoso.com", false, false, 0},
		{"userPrincipalName eq 'veiled@contoso.com'", "veiled@contoso.com", nil, nil, 0},
		{"onPremisesSecurityIdentifier eq 'S-1-5-21-1-2-3-1103'", "", nil, nil, 0},
		{"onPremisesSecurityIdentifier eq 'S-1-5-21-1-2-3-9'", "", nil, nil, 0},
	} {
		r := w.get(users(tc.filter))
		w.status(r, 200, "")
		if tc.upn == "" {
			if len(r.rows()) != 0 {
				t.Errorf("%s: %s", tc.filter, r.body)
			}
			continue
		}
		if len(r.rows()) != 1 {
			t.Fatalf("%s: %s", tc.filter, r.body)
		}
		row := r.rows()[0]
		if row["userPrincipalName"] != tc.upn || row["accountEnabled"] != tc.enabled || row["onPremisesSyncEnabled"] != tc.synced ||
			len(row["assignedPlans"].([]any)) != tc.plans {
			t.Errorf("%s: %v", tc.filter, row)
		}
	}
	w.status(w.get(users("onPremisesSecurityIdentifier ne 'S-1-5-21-1-2-3-1101'")), 400, "BadRequest")
	w.status(w.get(users("assignedPlans eq 'x'")), 400, "BadRequest")
}

func TestOneRegistration(t *testing.T) {
	w := start(t, tenant.Options{Persons: []tenant.Person{anna, {UPN: "late@contoso.com", Unreported: true}}})
	r := w.get(registrations + "/" + strings.ToUpper(anna.ID()))
	w.status(r, 200, "")
	for name, want := range map[string]any{"id": anna.ID(), "isSsprEnabled": true, "isSsprRegistered": true, "isSsprCapable": true, "isAdmin": true, "userType": "member"} {
		if r.doc[name] != want {
			t.Errorf("%s: %v, want %v", name, r.doc[name], want)
		}
	}
	w.status(w.get(registrations+"/"+tenant.Person{UPN: "late@contoso.com"}.ID()), 404, "Request_ResourceNotFound")
	w.status(w.get(registrations+"/nobody"), 404, "Request_ResourceNotFound")
	w.status(w.get(registrations+"/"+anna.ID()+"?$select=id"), 400, "BadRequest")
	seen := 0
	for _, row := range w.get(registrations + "?$filter=userPrincipalName%20eq%20'anna@contoso.com'%20or%20userPrincipalName%20eq%20'late@contoso.com'").rows() {
		if seen++; row["id"] != anna.ID() {
			t.Errorf("the report shows %v", row)
		}
	}
	if seen != 1 {
		t.Errorf("the report shows %d of the two", seen)
	}
	w.Change(func(o *tenant.Options) { o.LicensedReports, o.SKUs = true, []tenant.SKU{{PartNumber: "STANDARDPACK"}} })
	w.status(w.get(registrations+"/"+anna.ID()), 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
}

func TestRolesOfAUser(t *testing.T) {
	w := start(t, tenant.Options{Persons: []tenant.Person{anna}})
	path := "/users/" + anna.ID() + "/transitiveMemberOf/microsoft.graph.directoryRole"
	const cast = "?$count=true&$select=displayName,roleTemplateId"
	r := w.get(path+cast, "ConsistencyLevel", "eventual")
	if w.status(r, 200, ""); len(r.rows()) != 1 || r.rows()[0]["displayName"] != "Security Reader" || r.doc["@odata.count"] != 1.0 {
		t.Errorf("%s", r.body)
	}
	w.status(w.get(path, "ConsistencyLevel", "eventual"), 400, "Request_UnsupportedQuery")
	w.status(w.get(path+cast), 400, "Request_UnsupportedQuery")
	w.status(w.get(strings.Replace(path, anna.ID(), "nobody", 1)+cast, "ConsistencyLevel", "eventual"), 404, "Request_ResourceNotFound")
	bare := w.ask("GET", w.GraphEndpoint()+"/v1.0"+path+cast, w.Mint(tenant.TokenOptions{Scopes: []string{"User.Read.All"}}), "", "ConsistencyLevel", "eventual")
	if w.status(bare, 200, ""); len(bare.rows()) != 1 || bare.rows()[0]["displayName"] != nil {
		t.Errorf("without a scope that reads roles: %s", bare.body)
	}
	for _, scope := range []string{"User.Read", "RoleManagement.Read.Directory"} {
		w.status(w.ask("GET", w.GraphEndpoint()+"/v1.0"+path+cast, w.Mint(tenant.TokenOptions{Scopes: []string{scope}}), "", "ConsistencyLevel", "eventual"),
			403, "Authorization_RequestDenied")
	}
}

func TestAuditsOfAUser(t *testing.T) {
	w := start(t, tenant.Options{Persons: []tenant.Person{anna}})
	w.AddReset("CloudSync")
	w.AddAuditOf("ANNA@contoso.com", cloudconfig.Audit{Activity: cloudconfig.AuditChange})
	w.AddAuditOf("user000001@contoso.com", cloudconfig.Audit{Activity: cloudconfig.AuditAdminReset, By: "admin@contoso.com", Agent: "None"})
	find := func(filter string) reply {
		return w.get("/auditLogs/directoryAudits?" + url.Values{"$filter": {filter}}.Encode())
	}
	mine := "targetResources/any(t:t/id eq '" + anna.ID() + "') and loggedByService eq 'Self-service Password Management'"
	r := find(mine)
	if w.status(r, 200, ""); len(r.rows()) != 1 || r.rows()[0]["activityDisplayName"] != cloudconfig.AuditChange {
		t.Errorf("%s", r.body)
	}
	again := start(t, tenant.Options{State: new(w.State()), Persons: []tenant.Person{anna}})
	if got := again.get("/auditLogs/directoryAudits?" + url.Values{"$filter": {mine}}.Encode()); len(got.rows()) != 1 {
		t.Errorf("after a restart: %s", got.body)
	}
	for filter, says := range map[string]string{
		"targetResources/any(t:t/type eq 'User')":        "Unsupported",
		"targetResources/any(t:t/id ne 'x')":             "Unsupported",
		"targetResources/any(t:u/id eq 'x')":             "syntax error",
		"targetResources/any(t:t/id eq 'x'":              "syntax error",
		"targetResources/any(t:t/id eq x)":               "literal",
		"nonsense/any(t:t/id eq 'x')":                    "nonsense",
		"additionalDetails/any(t:t/key eq 'x')":          "Unsupported",
		"targetResources/all(t:t/id eq 'x')":             "targetResources/all",
		"targetResources/any(t:t/id eq 'x') or nonsense": "nonsense",
	} {
		if r := find(filter); r.status != 400 || !strings.Contains(r.message(), says) {
			t.Errorf("%s: %d %q, want %q in it", filter, r.status, r.message(), says)
		}
	}
}

// What is answered about one user has the schema's properties alone, and what is taken of requests, too.
func TestCorpusPersonsAreOfTheSchema(t *testing.T) {
	s := schema(t)
	w := start(t, tenant.Options{Persons: []tenant.Person{anna}})
	w.AddAuditOf(anna.UPN, cloudconfig.Audit{Activity: cloudconfig.AuditBlocked, Success: true})
	for path, typ := range map[string]string{
		users("userPrincipalName eq 'anna@contoso.com'"):                                                                       "user",
		"/users/" + anna.ID() + "/transitiveMemberOf/microsoft.graph.directoryRole?$count=true":                                "directoryRole",
		"/auditLogs/directoryAudits?" + url.Values{"$filter": {"targetResources/any(t:t/id eq '" + anna.ID() + "')"}}.Encode(): "directoryAudit",
	} {
		r := w.get(path, "ConsistencyLevel", "eventual")
		if err := s.CheckCollection(typ, r.body); err != nil || r.status != 200 || len(r.rows()) != 1 {
			t.Errorf("%s: %d %v %s", path, r.status, err, r.body)
		}
	}
	if err := s.Check("userRegistrationDetails", w.get(registrations+"/"+anna.ID()).body); err != nil {
		t.Error(err)
	}
	if err := s.CheckRequests(w.Requests()); err != nil {
		t.Error(err)
	}
	for _, query := range []string{"$filter=targetResources/any(t:t/nonsense eq 'x')", "$filter=targetResources/any(t:u/id eq 'x')", "$filter=result/any(t:t/id eq 'x')"} {
		request := tenant.Request{Service: tenant.Graph, Method: "GET", Path: "/v1.0/auditLogs/directoryAudits", Query: query}
		if s.CheckRequests([]tenant.Request{request}) == nil {
			t.Errorf("%s passes", query)
		}
	}
}
