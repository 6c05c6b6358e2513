package graph_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"writeback/cloudconfig"
	"writeback/cloudconfig/graph"
	"writeback/internal/leaks"
	"writeback/internal/practice/tenant"
)

func TestTenant(t *testing.T) {
	last := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	no, yes := false, true
	w := open(t, tenant.Options{
		Name: "Contoso", Domains: []string{"contoso.com", "contoso.onmicrosoft.com"}, LastSync: last, AdminSSPR: &no,
		SKUs: []tenant.SKU{
			{PartNumber: "A", ID: "078d2b04-f1bd-4111-bbd4-b4b1b354cef4", Status: "Warning", Plans: []tenant.Plan{
				{ID: cloudconfig.PlanP1, Name: "AAD_PREMIUM"}, {ID: cloudconfig.PlanP2, Name: "AAD_PREMIUM_P2", Status: "Disabled"}}},
			{PartNumber: "B", ID: "84a661c4-e949-4bd2-a560-ed7766fcaf2b", Status: "Suspended", Plans: []tenant.Plan{{ID: cloudconfig.PlanP2, Name: "AAD_PREMIUM_P2"}}},
		},
	}, tenant.TokenOptions{})
	got, missing, err := w.client.Tenant(t.Context())
	if err != nil || len(missing) > 0 {
		t.Fatalf("%v, missing %v", err, missing)
	}
	want := cloudconfig.Tenant{
		ID: tenant.DefaultID, DisplayName: "Contoso", Domains: []string{"contoso.com", "contoso.onmicrosoft.com"}, SyncEnabled: true, LastSync: last,
		Plans: []cloudconfig.Plan{
			{ID: cloudconfig.PlanP1, Name: "AAD_PREMIUM", Usable: true},
			{ID: cloudconfig.PlanP2, Name: "AAD_PREMIUM_P2"},
			{ID: cloudconfig.PlanP2, Name: "AAD_PREMIUM_P2"},
		},
		GraphFlag: &no, HashSync: &yes, AdminSSPR: &no,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got.Licensed() != "AAD_PREMIUM" {
		t.Errorf("licensed by %q", got.Licensed())
	}
}

// everything is each request that a client can send.
func (w *world) everything() error {
	ctx := w.Context()
	_, _, err := w.client.Tenant(ctx)
	_, err2 := w.client.Registrations(ctx, nil, nil)
	_, err3 := w.client.Audits(ctx, time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600)))
	_, err4 := w.client.Roles(ctx)
	return errors.Join(err, err2, err3, err4, w.client.SetPasswordWriteback(ctx, true))
}

// All of it, as it goes over the wire.
func TestRequests(t *testing.T) {
	w := open(t, tenant.Options{People: tenant.Population{Users: 5, Synced: 100}}, tenant.TokenOptions{})
	if err := w.everything(); err != nil {
		t.Fatal(err)
	}
	audit := func(activity string) string {
		return "GET /v1.0/auditLogs/directoryAudits?$filter=activityDisplayName eq '" + activity +
			"' and activityDateTime ge 2026-01-02T02:04:05Z&$orderby=activityDateTime desc&$top=100"
	}
	want := []string{
		"GET /v1.0/organization?$select=id,displayName,verifiedDomains,onPremisesSyncEnabled,onPremisesLastSyncDateTime,createdDateTime",
		"GET /v1.0/subscribedSkus?$select=id,capabilityStatus,servicePlans",
		"GET /v1.0/directory/onPremisesSynchronization",
		"GET /v1.0/policies/authorizationPolicy",
		"GET /v1.0/users?$filter=onPremisesSyncEnabled eq true&$select=id,onPremisesSecurityIdentifier,accountEnabled,userType&$top=999",
		"GET /v1.0/reports/authenticationMethods/userRegistrationDetails",
		audit("Enable password writeback for directory"), audit("Disable password writeback for directory"),
		audit("Reset password (self-service)"), audit("Reset password (by admin)"), audit("Unlock user account (self-service)"),
		"GET /v1.0/me/transitiveMemberOf/microsoft.graph.directoryRole?$select=id,displayName,roleTemplateId&$count=true",
		"GET /v1.0/directory/onPremisesSynchronization",
		"PATCH /v1.0/directory/onPremisesSynchronization/" + tenant.DefaultID + ` {"features":{"passwordWritebackEnabled":true}}`,
	}
	var got []string
	for _, r := range w.Requests() {
		if strings.Contains(r.Query, "+") {
			t.Errorf("a plus stands for a space in %s", r.Query)
		}
		line := r.Method + " " + r.Path
		if q, err := url.QueryUnescape(r.Query); err != nil {
			t.Error(err)
		} else if q != "" {
			line += "?" + q
		}
		if r.Body != "" {
			line += " " + r.Body
		}
		got = append(got, line)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestTenantNeverSynchronised(t *testing.T) {
	w := open(t, tenant.Options{Sync: tenant.SyncNever, SKUs: []tenant.SKU{}}, tenant.TokenOptions{})
	got, missing, err := w.client.Tenant(t.Context())
	if err != nil || len(missing) > 0 || got.SyncEnabled || !got.LastSync.IsZero() || got.Licensed() != "" {
		t.Errorf("%+v, missing %v, %v", got, missing, err)
	}
}

// What an identity may not read is listed, with what it takes; the rest is there.
func TestTenantMissing(t *testing.T) {
	const flag, skus, policy, state = "the synchronisation features", "the licences", "the authorization policy", "the state of synchronisation"
	tests := []struct {
		name  string
		token tenant.TokenOptions
		want  []graph.Missing // without Err
	}{
		{"a global reader", tenant.TokenOptions{Identity: "reader@contoso.com"}, []graph.Missing{
			{What: flag, Scope: "OnPremDirectorySynchronization.Read.All", Role: "Global Administrator"}}},
		{"an application", tenant.TokenOptions{App: tenant.DefaultApps()[0].ClientID}, []graph.Missing{
			{What: flag, Scope: "OnPremDirectorySynchronization.Read.All", Role: "Global Administrator"}}},
		{"without Policy.Read.All", tenant.TokenOptions{Scopes: []string{"Organization.Read.All", "OnPremDirectorySynchronization.Read.All"}}, []graph.Missing{
			{What: policy, Scope: "Policy.Read.All"}}},
		{"User.Read alone", tenant.TokenOptions{Scopes: []string{"User.Read"}}, []graph.Missing{
			{What: state, Scope: "Organization.Read.All"},
			{What: skus, Scope: "Organization.Read.All"},
			{What: flag, Scope: "OnPremDirectorySynchronization.Read.All", Role: "Global Administrator"},
			{What: policy, Scope: "Policy.Read.All"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := open(t, tenant.Options{}, test.token)
			got, missing, err := w.client.Tenant(t.Context())
			if err != nil || got.ID != tenant.DefaultID || len(got.Domains) == 0 {
				t.Fatalf("%+v, %v", got, err)
			}
			for i, m := range missing {
				if m.Err == nil || m.Err.Kind != graph.Forbidden || !strings.Contains(m.Err.Error(), m.Scope) {
					t.Errorf("%s: %v does not name %s", m.What, m.Err, m.Scope)
				}
				missing[i].Err = nil
			}
			if d := cmp.Diff(test.want, missing); d != "" {
				t.Error(d)
			}
			for _, m := range missing {
				switch m.What {
				case flag:
					same(t, "flag", got.GraphFlag, nil)
				case policy:
					same(t, "policy", got.AdminSSPR, nil)
				case state:
					same(t, "synchronised", got.SyncEnabled, false)
				}
			}
		})
	}
}

func TestTenantForbidden(t *testing.T) {
	w := open(t, tenant.Options{}, tenant.TokenOptions{Scopes: []string{"Policy.Read.All"}})
	_, _, err := w.client.Tenant(t.Context())
	refused(t, err, graph.Forbidden, "read the organization", "it takes the permission Organization.Read.All")
}

func TestWrongTenant(t *testing.T) {
	for name, wrong := range map[string]bool{
		"fabrikam.com": true, "00000000-0000-0000-0000-000000000001": true,
		"CONTOSO.com": false, strings.ToUpper(tenant.DefaultID): false,
	} {
		w := open(t, tenant.Options{}, tenant.TokenOptions{}, func(o *graph.Options) { o.Tenant = name })
		_, _, err := w.client.Tenant(t.Context())
		write := w.client.SetPasswordWriteback(t.Context(), true)
		if !wrong {
			if err != nil || write != nil {
				t.Errorf("%s: %v, %v", name, err, write)
			}
			continue
		}
		refused(t, err, graph.WrongTenant, tenant.DefaultID, "Contoso", name)
		refused(t, write, graph.WrongTenant, name)
		for _, r := range w.Requests() {
			if r.Method != "GET" {
				t.Errorf("%s: %s %s was sent to the wrong tenant", name, r.Method, r.Path)
			}
		}
	}
}

// refused checks an error's kind and words, and that no token or secret is in it,
// however it is printed.
func refused(t *testing.T, err error, kind graph.Kind, words ...string) *graph.Error {
	t.Helper()
	leaks.Text(t, "the error", fmt.Sprintf("%v\n%+v\n%#v", err, err, err))
	var e *graph.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("%v (kind %q), want kind %q", err, graph.KindOf(err), kind)
	}
	for _, word := range words {
		if !strings.Contains(err.Error()+" / "+e.Fix, word) {
			t.Errorf("%q (fix %q) does not say %q", err, e.Fix, word)
		}
	}
	return e
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
