package tenant_test

import (
	"errors"
	"io/fs"
	"net/url"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/internal/practice/tenant/csdl"
)

func schema(t *testing.T) *csdl.Schema {
	t.Helper()
	s, err := csdl.Open()
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the corpus graph-v1.0-excerpt.csdl is not beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Each document that the tenant serves has the schema's properties alone, with values of their types.
func TestCorpusDocumentsAreOfTheSchema(t *testing.T) {
	s := schema(t)
	w := start(t, tenant.Options{})
	for _, sync := range []tenant.Sync{tenant.SyncOn, tenant.SyncOff, tenant.SyncNever} {
		w.Change(func(o *tenant.Options) { o.Sync = sync })
		if err := s.CheckCollection("organization", w.get("/organization").body); err != nil {
			t.Error(err)
		}
	}
	for _, a := range []cloudconfig.Audit{
		{Activity: cloudconfig.AuditEnable, Success: true}, {Activity: cloudconfig.AuditDisable, By: "Some app", Reason: "why"},
		{Activity: cloudconfig.AuditSelfReset, Success: true, By: "user@contoso.com", Agent: "CloudSync"}, {Activity: cloudconfig.AuditUnlock, Agent: "None"},
	} {
		w.AddAudit(a)
	}
	userProperties := "?$select=accountEnabled,businessPhones,displayName,id,mail,onPremisesDomainName,onPremisesImmutableId,onPremisesLastSyncDateTime," +
		"onPremisesSamAccountName,onPremisesSecurityIdentifier,onPremisesSyncEnabled,userPrincipalName,userType"
	for path, typ := range map[string]string{
		"/organization/" + w.ID():                        "organization",
		"/directory/onPremisesSynchronization":           "onPremisesDirectorySynchronization",
		"/directory/onPremisesSynchronization/" + w.ID(): "onPremisesDirectorySynchronization",
		"/subscribedSkus":                                "subscribedSku",
		registrations:                                    "userRegistrationDetails",
		"/users":                                         "user",
		"/users" + userProperties:                        "user",
		"/auditLogs/directoryAudits":                     "directoryAudit",
		"/policies/authorizationPolicy":                  "authorizationPolicy",
		"/me":                                            "user",
		"/me/transitiveMemberOf/microsoft.graph.directoryRole": "directoryRole",
	} {
		r := w.get(path)
		check := s.Check
		if r.doc["value"] != nil {
			if check = s.CheckCollection; len(r.rows()) == 0 {
				t.Errorf("%s: nothing to check", path)
			}
		}
		if err := check(typ, r.body); err != nil || r.status != 200 {
			t.Errorf("%s: %d %v", path, r.status, err)
		}
	}
}

// What the tenant takes in $select, $filter and $orderby is what the schema has; what it takes of features, too.
func TestCorpusRequestsThatAreTakenAreOfTheSchema(t *testing.T) {
	s := schema(t)
	w := start(t, tenant.Options{})
	for path, q := range map[string]url.Values{
		"/users": {"$filter": {"onPremisesSyncEnabled eq true and startswith(userPrincipalName,'a eq b')"}, "$select": {"id,userPrincipalName"}, "$top": {"5"}},
		"/auditLogs/directoryAudits": {"$filter": {"activityDateTime ge 2026-01-02T03:04:05Z and activityDisplayName eq 'it''s'"},
			"$orderby": {"activityDateTime desc"}},
		registrations:   {"$filter": {"isSsprCapable eq true"}},
		"/organization": {"$select": {"id,verifiedDomains"}},
	} {
		w.status(w.get(path+"?"+q.Encode()), 200, "")
	}
	token := w.Mint(tenant.TokenOptions{})
	w.ask("PATCH", w.GraphEndpoint()+"/v1.0/directory/onPremisesSynchronization/"+w.ID(), token, `{"features":{"passwordWritebackEnabled":true}}`)
	w.put(`{"passwordWriteBackSupported":true}`, 200)
	w.page("GET", "")
	if n := len(w.Requests()); n != 7 {
		t.Errorf("%d requests", n)
	}
	if err := s.CheckRequests(w.Requests()); err != nil {
		t.Error(err)
	}
	sync := w.get("/directory/onPremisesSynchronization").rows()[0]
	for name := range sync["features"].(map[string]any) {
		if !s.Has("onPremisesDirectorySynchronizationFeature", name) {
			t.Errorf("feature %s is not in the schema", name)
		}
	}
	if n := len(sync["features"].(map[string]any)); n != 20 {
		t.Errorf("%d features, the schema has 20", n)
	}
}
