package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"writeback/cloudconfig"
	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
)

func TestAudits(t *testing.T) {
	w := open(t, tenant.Options{}, tenant.TokenOptions{})
	now := w.clock.Now().UTC().Truncate(time.Second)
	at := func(hours int) time.Time { return now.Add(-time.Duration(hours) * time.Hour) }
	want := []cloudconfig.Audit{
		{At: at(1), Activity: cloudconfig.AuditUnlock, Success: true, By: "anna@contoso.com", Agent: "CloudSync"},
		{At: at(2), Activity: cloudconfig.AuditAdminReset, Success: true, By: "admin@contoso.com", Agent: "None"},
		{At: at(3), Activity: cloudconfig.AuditSelfReset, Reason: "OnPremisesPolicyViolation", By: "bo@contoso.com", Agent: "Microsoft Entra Connect"},
		{At: at(4), Activity: cloudconfig.AuditDisable, Success: true, By: "Microsoft password reset service"},
		{At: at(5), Activity: cloudconfig.AuditEnable, Success: true, By: "admin@contoso.com"},
	}
	for _, a := range want {
		w.AddAudit(a)
	}
	w.AddAudit(cloudconfig.Audit{At: at(49), Activity: cloudconfig.AuditEnable, Success: true, By: "old@contoso.com"})
	w.AddAudit(cloudconfig.Audit{At: at(1), Activity: "Change password (self-service)", Success: true, By: "other@contoso.com"})
	got, err := w.client.Audits(t.Context(), at(48))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Of a busy tenant the newest entries of each activity are read, on bounded pages.
func TestAuditsBounded(t *testing.T) {
	w := open(t, tenant.Options{}, tenant.TokenOptions{})
	now := w.clock.Now().Truncate(time.Second)
	for i := range 1200 {
		w.AddAudit(cloudconfig.Audit{At: now.Add(-time.Duration(i) * time.Second), Activity: cloudconfig.AuditSelfReset, Success: true, By: fmt.Sprintf("u%d@contoso.com", i)})
	}
	w.AddAudit(cloudconfig.Audit{At: now.Add(-2 * time.Hour), Activity: cloudconfig.AuditEnable, Success: true, By: "admin@contoso.com"})
	got, err := w.client.Audits(t.Context(), now.Add(-24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 501 || got[0].By != "u0@contoso.com" || got[499].By != "u499@contoso.com" || got[500].Activity != cloudconfig.AuditEnable {
		t.Errorf("%d entries, from %+v to %+v", len(got), got[0], got[len(got)-1])
	}
	same(t, "requests", len(w.Requests()), 5+4)
}

// A service that does not hear the filter makes no evidence of foreign entries.
func TestAuditsUnfiltered(t *testing.T) {
	w := interrupting(t, func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"value":[{"activityDateTime":"2026-01-01T00:00:00Z","activityDisplayName":"Add user","result":"success"},
			{"activityDisplayName":"Reset password (self-service)","result":"success"},null]}`)
		return true
	})
	got, err := w.client.Audits(t.Context(), time.Time{})
	if err != nil || len(got) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestLogsForbidden(t *testing.T) {
	both := []string{"AuditLog.Read.All", "User.Read.All"}
	tests := []struct {
		name        string
		options     tenant.Options
		token       tenant.TokenOptions
		kind        graph.Kind
		says, never string
	}{
		{"no permission", tenant.Options{}, tenant.TokenOptions{Scopes: []string{"User.Read.All"}}, graph.Forbidden, "it takes the permission AuditLog.Read.All", "Reports Reader"},
		{"no role", tenant.Options{}, tenant.TokenOptions{Identity: "user@contoso.com", Scopes: both}, graph.Forbidden, "it takes the role Reports Reader", "the permission"},
		{"a role that does not count", tenant.Options{}, tenant.TokenOptions{Identity: "hybrid@contoso.com", Scopes: both}, graph.Forbidden, "Security Reader", "the permission"},
		{"an application without it", tenant.Options{}, tenant.TokenOptions{App: tenant.DefaultApps()[0].ClientID, AppRoles: []string{"User.Read.All"}}, graph.Forbidden, "AuditLog.Read.All", "Reports Reader"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := open(t, test.options, test.token)
			_, audits := w.client.Audits(t.Context(), time.Time{})
			_, counts := w.client.Registrations(t.Context(), nil, nil)
			for _, err := range []error{audits, counts} {
				refused(t, err, test.kind, test.says)
				if strings.Contains(err.Error(), test.never) {
					t.Errorf("%q asks for %q, which is there", err, test.never)
				}
			}
		})
	}
	t.Run("no permission to read users", func(t *testing.T) {
		w := open(t, tenant.Options{}, tenant.TokenOptions{Scopes: []string{"AuditLog.Read.All"}})
		_, err := w.client.Registrations(t.Context(), nil, nil)
		refused(t, err, graph.Forbidden, "read the synchronised users", "it takes the permission User.Read.All")
	})
	t.Run("no licence", func(t *testing.T) {
		w := open(t, tenant.Options{LicensedReports: true, SKUs: []tenant.SKU{{PartNumber: "STANDARDPACK"}}}, tenant.TokenOptions{})
		_, err := w.client.Registrations(t.Context(), nil, nil)
		refused(t, err, graph.Unlicensed, "read the registrations for password reset", "no licence", "P1 or P2")
	})
	t.Run("a cloud without it", func(t *testing.T) {
		w := open(t, tenant.Options{Before: func(_ tenant.Service, rw http.ResponseWriter, _ *http.Request) bool {
			rw.WriteHeader(400)
			return true
		}}, tenant.TokenOptions{}, func(o *graph.Options) { o.Cloud = cloudconfig.China })
		_, err := w.client.Audits(t.Context(), time.Time{})
		refused(t, err, graph.NotOffered, "the cloud china")
		_, err = w.client.Registrations(t.Context(), nil, nil)
		refused(t, err, graph.Rejected)
		same(t, "scope", w.credential.requests()[0].Scopes[0], "https://microsoftgraph.chinacloudapi.cn/.default")
	})
	t.Run("an application reads", func(t *testing.T) {
		w := open(t, tenant.Options{}, tenant.TokenOptions{App: tenant.DefaultApps()[0].ClientID})
		if _, err := w.client.Audits(t.Context(), w.clock.Now().Add(-time.Hour)); err != nil {
			t.Error(err)
		}
		if _, err := w.client.Registrations(t.Context(), nil, nil); err != nil {
			t.Error(err)
		}
	})
}

func TestRoles(t *testing.T) {
	for name, test := range map[string]struct {
		token tenant.TokenOptions
		want  []cloudconfig.Role
	}{
		"admin":  {tenant.TokenOptions{}, []cloudconfig.Role{tenant.GlobalAdministrator}},
		"hybrid": {tenant.TokenOptions{Identity: "hybrid@contoso.com"}, []cloudconfig.Role{tenant.HybridIdentityAdministrator}},
		"two": {tenant.TokenOptions{Roles: []cloudconfig.Role{tenant.ReportsReader, tenant.AuthPolicyAdministrator}},
			[]cloudconfig.Role{tenant.AuthPolicyAdministrator, tenant.ReportsReader}},
		"user": {tenant.TokenOptions{Identity: "user@contoso.com"}, nil},
	} {
		w := open(t, tenant.Options{}, test.token)
		got, err := w.client.Roles(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	w := open(t, tenant.Options{}, tenant.TokenOptions{App: tenant.DefaultApps()[0].ClientID})
	_, err := w.client.Roles(t.Context())
	refused(t, err, graph.NotAUser, "an application's")
	w = open(t, tenant.Options{}, tenant.TokenOptions{Scopes: []string{"User.Read"}})
	_, err = w.client.Roles(t.Context())
	refused(t, err, graph.Forbidden, "RoleManagement.Read.Directory")
}

func TestSignedIn(t *testing.T) {
	for _, who := range []string{"admin@contoso.com", "user@contoso.com"} {
		w := open(t, tenant.Options{}, tenant.TokenOptions{Identity: who, Scopes: []string{"User.Read"}})
		if got, err := w.client.SignedIn(t.Context()); err != nil || got != who {
			t.Errorf("%q, %v, want %q", got, err, who)
		}
	}
	w := open(t, tenant.Options{}, tenant.TokenOptions{App: tenant.DefaultApps()[0].ClientID})
	_, err := w.client.SignedIn(t.Context())
	refused(t, err, graph.NotAUser, "an application's")
}
