package tenant_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
)

const registrations = "/reports/authenticationMethods/userRegistrationDetails"

func TestWrongQueriesAreRefused(t *testing.T) {
	w := start(t, tenant.Options{})
	for _, tc := range []struct{ path, query, says string }{
		{"/users", "$select=id,nonsense", "'nonsense'"},
		{"/users", "$filter=nonsense eq true", "'nonsense'"},
		{"/users", "$filter=onPremisesSyncEnabled eq 'true'", "incompatible"},
		{"/users", "$filter=onPremisesSyncEnabled eq", "incompatible"},
		{"/users", "$filter=onPremisesSyncEnabled ne true", "Unsupported"},
		{"/users", "$filter=onPremisesSyncEnabled ge true", "Unsupported"},
		{"/users", "$filter=businessPhones eq 'x'", "Unsupported"},
		{"/users", "$filter=(onPremisesSyncEnabled eq true", "parenthesis"},
		{"/users", "$filter=onPremisesSyncEnabled eq true junk", "syntax error"},
		{"/users", "$filter=userPrincipalName eq 'open", "unterminated"},
		{"/users", "$filter=startswith(userPrincipalName)", "startswith"},
		{"/users", "$filter=startswith(onPremisesSyncEnabled,'t')", "Unsupported"},
		{"/users", "$orderby=displayName", "not recognised"},
		{"/users", "$top=1000", "between 1 and 999"},
		{"/users", "$top=0", "between 1 and 999"},
		{"/users", "$top=many", "between 1 and 999"},
		{"/users", "$count=true", "ConsistencyLevel"},
		{"/users", "$count=yes", "$count"},
		{"/users", "$expand=manager", "not recognised"},
		{"/users", "select=id", "not recognised"},
		{"/users", "$skiptoken=abc", "Skip token"},
		{"/users", "$select=id&$select=mail", "2 times"},
		{"/users", "$select=%zz", "%zz"},
		{registrations, "$filter=isSsprCapable eq 1", "incompatible"},
		{registrations, "$count=true", "not recognised"},
		{registrations, "$top=1000", "between 1 and 999"},
		{"/auditLogs/directoryAudits", "$filter=activityDateTime ge yesterday", "incompatible"},
		{"/auditLogs/directoryAudits", "$filter=activityDateTime ge '2026-01-01T00:00:00Z'", "incompatible"},
		{"/auditLogs/directoryAudits", "$filter=additionalDetails eq 'x'", "Unsupported"},
		{"/auditLogs/directoryAudits", "$orderby=category", "Sorting"},
		{"/auditLogs/directoryAudits", "$orderby=activityDateTime down", "$orderby"},
		{"/organization", "$filter=displayName eq 'x'", "not recognised"},
		{"/organization", "$select=passwordWritebackEnabled", "passwordWritebackEnabled"},
		{"/subscribedSkus", "$top=5", "not recognised"},
		{"/policies/authorizationPolicy", "$select=allowedToUseSspr", "allowedToUseSspr"},
	} {
		t.Run(tc.path+"?"+tc.query, func(t *testing.T) {
			r := w.get(tc.path + "?" + strings.ReplaceAll(tc.query, " ", "%20"))
			w.status(r, 400, "BadRequest")
			if !strings.Contains(r.message(), tc.says) {
				t.Errorf("message %q, want %q in it", r.message(), tc.says)
			}
		})
	}
}

func TestFilters(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time})
	for _, a := range []string{cloudconfig.AuditEnable, cloudconfig.AuditSelfReset, cloudconfig.AuditAdminReset, "It's another"} {
		w.AddAudit(cloudconfig.Audit{Activity: a, Success: a != cloudconfig.AuditAdminReset})
		c.pass(time.Hour)
	}
	for filter, want := range map[string]int{
		"": 4,
		"activityDisplayName eq 'Reset password (self-service)'":                                                 1,
		"activityDisplayName eq 'it''s ANOTHER'":                                                                 1,
		"startswith(activityDisplayName,'Reset password')":                                                       2,
		"activityDateTime ge 2026-03-02T12:00:00Z":                                                               2,
		"activityDateTime gt 2026-03-02T12:00:00Z":                                                               1,
		"activityDateTime le 2026-03-02T10:00:00Z":                                                               1,
		"activityDateTime lt 2026-03-02T10:00:00+00:00":                                                          0,
		"activityDateTime eq 2026-03-02T11:00:00.0Z":                                                             1,
		"category eq 'DirectoryManagement'":                                                                      1,
		"result eq 'failure'":                                                                                    1,
		"loggedByService eq 'Self-service Password Management'":                                                  4,
		"category eq 'UserManagement' and activityDateTime ge 2026-03-02T12:00:00Z":                              2,
		"category eq 'DirectoryManagement' or result eq 'failure'":                                               2,
		"result eq 'success' and (category eq 'DirectoryManagement' or startswith(activityDisplayName,'Reset'))": 2,
		"category eq 'DirectoryManagement' or category eq 'UserManagement' and result eq 'failure'":              2,
	} {
		q := url.Values{"$filter": {filter}}
		if filter == "" {
			q = nil
		}
		r := w.get("/auditLogs/directoryAudits?" + q.Encode())
		if w.status(r, 200, ""); len(r.rows()) != want {
			t.Errorf("%q: %d entries, want %d: %s", filter, len(r.rows()), want, r.body)
		}
	}
}

func TestSelectGivesWhatWasAskedFor(t *testing.T) {
	w := start(t, tenant.Options{People: tenant.Population{Users: 1, Synced: 100}})
	r := w.get("/users?$select=onPremisesSyncEnabled,id")
	row := r.rows()[0]
	if len(row) != 2 || row["onPremisesSyncEnabled"] != true || row["id"] == nil {
		t.Errorf("%s", r.body)
	}
	if !strings.HasSuffix(r.doc["@odata.context"].(string), "/v1.0/$metadata#users(id,onPremisesSyncEnabled)") {
		t.Errorf("@odata.context: %v", r.doc["@odata.context"])
	}
	// What is not among the default properties comes only when it is named.
	if row := w.get("/users").rows()[0]; row["userPrincipalName"] == nil || row["onPremisesSyncEnabled"] != nil {
		t.Errorf("without $select: %v", row)
	}
	counted := w.get("/users?$count=true&$filter=onPremisesSyncEnabled%20eq%20true", "ConsistencyLevel", "eventual")
	if counted.doc["@odata.count"] != 1.0 {
		t.Errorf("$count: %s", counted.body)
	}
}

func TestWrongVerbsVersionsAndPaths(t *testing.T) {
	w := start(t, tenant.Options{})
	token := w.Mint(tenant.TokenOptions{})
	for _, tc := range []struct {
		method, path string
		status       int
		code, allow  string
	}{
		{"POST", "/v1.0/organization", 405, "Request_BadRequest", "GET"},
		{"PATCH", "/v1.0/organization/" + w.ID(), 405, "Request_BadRequest", "GET"},
		{"DELETE", "/v1.0/directory/onPremisesSynchronization/" + w.ID(), 405, "Request_BadRequest", "GET, PATCH"},
		{"PATCH", "/v1.0/directory/onPremisesSynchronization", 405, "Request_BadRequest", "GET"},
		{"PUT", "/v1.0/policies/authorizationPolicy", 405, "Request_BadRequest", "GET"},
		{"GET", "/beta/organization", 400, "BadRequest", ""},
		{"GET", "/organization", 400, "BadRequest", ""},
		{"GET", "/v1.0/passwordReset", 400, "BadRequest", ""},
		{"GET", "/v1.0/organization/11111111-2222-8333-8444-555555555555", 404, "Request_ResourceNotFound", ""},
		{"GET", "/v1.0/directory/onPremisesSynchronization/other", 404, "Request_ResourceNotFound", ""},
	} {
		r := w.ask(tc.method, w.GraphEndpoint()+tc.path, token, "")
		if w.status(r, tc.status, tc.code); r.header.Get("Allow") != tc.allow {
			t.Errorf("%s %s: Allow: %q", tc.method, tc.path, r.header.Get("Allow"))
		}
	}
}
