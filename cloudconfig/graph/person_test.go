package graph_test

import (
	"errors"
	"io/fs"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"writeback/cloudconfig"
	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
	"writeback/internal/practice/tenant/csdl"
)

const (
	annaSID = "S-1-5-21-1-2-3-1101"
	annaUPN = "anna@contoso.com"
)

// anna is a user with whom nothing is wrong.
func anna(change ...func(*tenant.Person)) tenant.Person {
	p := tenant.Person{UPN: annaUPN, Name: "Anna", SID: annaSID, Domain: "corp.example", Enabled: true, Registered: true}
	for _, c := range change {
		c(&p)
	}
	return p
}

// codesOf are the reasons' codes.
func codesOf(w *world, p cloudconfig.TenantPerson) string {
	var out []string
	for _, r := range cloudconfig.PersonReasons(p, w.clock.Now()) {
		out = append(out, r.Code)
		presentable(w.T, r.Text+r.Fix)
	}
	return strings.Join(out, " ")
}

func TestPerson(t *testing.T) {
	w := open(t, tenant.Options{Persons: []tenant.Person{{UPN: "other@contoso.com"}, anna()}}, tenant.TokenOptions{})
	now := w.clock.Now().UTC().Truncate(time.Second)
	written := cloudconfig.Audit{At: now.Add(-time.Hour), Activity: cloudconfig.AuditAdminReset, Success: true, By: "admin@contoso.com", Agent: "CloudSync"}
	w.AddAuditOf(annaUPN, written)
	w.AddAuditOf("other@contoso.com", cloudconfig.Audit{At: now, Activity: cloudconfig.AuditAdminReset, Reason: "SSPR_0029"})
	w.AddAuditOf(annaUPN, cloudconfig.Audit{At: now, Activity: "Self-service password reset flow activity progress"})
	w.AddAuditOf(annaUPN, cloudconfig.Audit{At: now.Add(-cloudconfig.Age - time.Hour), Activity: cloudconfig.AuditSelfReset})
	got, err := w.client.Person(t.Context(), annaSID, annaUPN)
	if err != nil {
		t.Fatal(err)
	}
	yes, no := true, false
	want := cloudconfig.TenantPerson{
		AskedSID: annaSID, AskedUPN: annaUPN, Found: true, ID: anna().ID(), UPN: annaUPN, DisplayName: "Anna", Enabled: &yes,
		Sync: cloudconfig.Synced, SID: annaSID, Domain: "corp.example", LastSync: w.clock.Now().Add(-10 * time.Minute).UTC().Truncate(time.Second),
		Plans: []cloudconfig.Plan{
			{ID: "efb87545-963c-4e0d-99df-69c6916d9eb0", Name: "AADPremiumService", Usable: true},
			{ID: cloudconfig.PlanP1, Name: "Microsoft Entra ID P1", Usable: true}, {ID: cloudconfig.PlanP2, Name: "Microsoft Entra ID P2", Usable: true}},
		Registration: &cloudconfig.Registration{Admin: &no, Enabled: &yes, Registered: &yes, Capable: &yes, At: now.Truncate(24 * time.Hour)},
		Roles:        []cloudconfig.Role{}, Events: []cloudconfig.Audit{written}, EventsSince: now.Add(-cloudconfig.Age),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	same(t, "reasons", codesOf(w, got), "last-writeback")
}

// Each thing that can be so with a user in the tenant, from the wire to the reason.
func TestPersonInTenant(t *testing.T) {
	at := func(reason string) cloudconfig.Audit {
		return cloudconfig.Audit{Activity: cloudconfig.AuditSelfReset, Reason: reason}
	}
	no := false
	for _, test := range []struct {
		name   string
		person tenant.Person
		tenant tenant.Options
		event  cloudconfig.Audit
		want   string
	}{
		{name: "well", person: anna()},
		{name: "made in the cloud", person: anna(func(p *tenant.Person) { p.SID = "" }), want: "not-synced"},
		{name: "synchronised once", person: anna(func(p *tenant.Person) { p.Left = true }), want: "not-synced"},
		{name: "another account's", person: anna(func(p *tenant.Person) { p.SID = "S-1-5-21-9-9-9-9" }), want: "synced-from-elsewhere"},
		{name: "not there", person: tenant.Person{UPN: "x@contoso.com"}, want: "not-in-tenant"},
		{name: "disabled", person: anna(func(p *tenant.Person) { p.Disabled = true }), want: "disabled-in-tenant"},
		{name: "without a licence", person: anna(func(p *tenant.Person) { p.Plans = []tenant.Plan{} }), want: "licence-missing-user"},
		{name: "with a licence that was taken away", person: anna(func(p *tenant.Person) {
			p.Plans = []tenant.Plan{{ID: cloudconfig.PlanP2, Status: "Deleted"}}
		}), want: "licence-missing-user"},
		{name: "with a licence in its warning phase", person: anna(func(p *tenant.Person) {
			p.Plans = []tenant.Plan{{ID: cloudconfig.PlanP2, Status: "Warning"}}
		})},
		{name: "a guest", person: anna(func(p *tenant.Person) { p.Guest = true }), want: "guest-user"},
		{name: "moved to the cloud", person: anna(func(p *tenant.Person) { p.Moved = true }), want: "authority-in-cloud"},
		{name: "not enabled", person: anna(func(p *tenant.Person) { p.Enabled = false }), want: "sspr-not-enabled"},
		{name: "not registered", person: anna(func(p *tenant.Person) { p.Registered = false }), want: "sspr-not-registered"},
		{name: "an administrator", person: anna(func(p *tenant.Person) { p.Roles = []cloudconfig.Role{tenant.HybridIdentityAdministrator} }), want: "administrator-rules"},
		{name: "an administrator who may not", person: anna(func(p *tenant.Person) { p.Roles = []cloudconfig.Role{tenant.HybridIdentityAdministrator} }),
			tenant: tenant.Options{AdminSSPR: &no}, want: "administrator-rules"},
		{name: "failed", person: anna(), event: at("SSPR_0029"), want: "last-writeback-failed"},
		{name: "not in the report", person: anna(func(p *tenant.Person) { p.Unreported = true }), want: "tenant-user-unread"},
		{name: "veiled", person: anna(func(p *tenant.Person) { p.Veiled = true }), want: "tenant-user-unread"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := test.tenant
			o.Persons = []tenant.Person{test.person}
			w := open(t, o, tenant.TokenOptions{})
			if test.event.Activity != "" {
				w.AddAuditOf(annaUPN, test.event)
			}
			got, err := w.client.Person(t.Context(), annaSID, annaUPN)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "reasons", codesOf(w, got), test.want)
			if administrator := len(test.person.Roles) > 0; administrator != (got.AdminSSPR != nil) {
				t.Errorf("the policy of administrators: %v", got.AdminSSPR)
			} else if administrator && *got.AdminSSPR != (test.tenant.AdminSSPR == nil) {
				t.Errorf("administrators may reset their own: %v", *got.AdminSSPR)
			}
		})
	}
}

// The wire: few requests, each of the schema, and nothing of a value that could be
// taken for more than a value.
func TestPersonRequests(t *testing.T) {
	administrator := anna(func(p *tenant.Person) {
		p.UPN, p.Roles = "o'neil+x@contoso.com", []cloudconfig.Role{tenant.GlobalAdministrator}
	})
	w := open(t, tenant.Options{Persons: []tenant.Person{administrator}}, tenant.TokenOptions{})
	if _, err := w.client.Person(t.Context(), "S-1-5-21-9' or id ne '", administrator.UPN); err != nil {
		t.Fatal(err)
	}
	since := w.clock.Now().Add(-cloudconfig.Age).UTC().Format(time.RFC3339)
	const selected = "&$select=id,displayName,userPrincipalName,accountEnabled,onPremisesSyncEnabled,onPremisesSecurityIdentifier," +
		"onPremisesDomainName,onPremisesLastSyncDateTime,assignedPlans,userType"
	want := []string{
		"/users?$filter=onPremisesSecurityIdentifier eq 'S-1-5-21-9'' or id ne '''" + selected,
		"/users?$filter=userPrincipalName eq 'o''neil+x@contoso.com'" + selected,
		"/reports/authenticationMethods/userRegistrationDetails/" + administrator.ID(),
		"/users/" + administrator.ID() + "/transitiveMemberOf/microsoft.graph.directoryRole?$select=id,displayName,roleTemplateId&$count=true",
		"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '" + administrator.ID() + "') and loggedByService eq 'Self-service Password Management'" +
			" and activityDateTime ge " + since + "&$orderby=activityDateTime desc&$top=100",
		"/policies/authorizationPolicy",
	}
	var got []string
	for _, r := range w.Requests() {
		if strings.Contains(r.Query, "+") {
			t.Errorf("a plus stands for a space in %s", r.Query)
		}
		line := strings.TrimPrefix(r.Path, "/v1.0")
		if q, err := url.QueryUnescape(r.Query); err != nil {
			t.Error(err)
		} else if q != "" {
			line += "?" + q
		}
		got = append(got, line)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	w = open(t, tenant.Options{Persons: []tenant.Person{anna()}}, tenant.TokenOptions{})
	if _, err := w.client.Person(t.Context(), annaSID, annaUPN); err != nil {
		t.Fatal(err)
	}
	same(t, "requests for a user who is found by the SID", len(w.Requests()), 4)
	schema, err := csdl.Open()
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.CheckRequests(w.Requests()); err != nil {
		t.Error(err)
	}
}

// What the identity may not read is not known, and named with what it takes.
func TestPersonMissing(t *testing.T) {
	const registration, names, log, policy = "the user's registration for password reset", "the names of the user's directory roles", "the audit log of the user", "the authorization policy"
	all := graph.Scopes()
	without := func(scope string) tenant.TokenOptions {
		var out []string
		for _, s := range all {
			if s != scope {
				out = append(out, s)
			}
		}
		return tenant.TokenOptions{Scopes: out}
	}
	for _, test := range []struct {
		name    string
		options tenant.Options
		token   tenant.TokenOptions
		want    map[string]string // what → words of why
	}{
		{"everything", tenant.Options{}, tenant.TokenOptions{Scopes: all}, nil},
		{"without AuditLog.Read.All", tenant.Options{}, without("AuditLog.Read.All"),
			map[string]string{registration: "the permission AuditLog.Read.All", log: "the permission AuditLog.Read.All"}},
		{"without the role", tenant.Options{}, tenant.TokenOptions{Identity: "user@contoso.com", Scopes: all},
			map[string]string{registration: "the role Reports Reader", log: "the role Reports Reader"}},
		{"without RoleManagement.Read.Directory", tenant.Options{}, without("RoleManagement.Read.Directory"),
			map[string]string{names: "RoleManagement.Read.Directory"}},
		{"without Policy.Read.All", tenant.Options{}, without("Policy.Read.All"), map[string]string{policy: "Policy.Read.All"}},
		{"an application", tenant.Options{}, tenant.TokenOptions{App: tenant.DefaultApps()[0].ClientID}, map[string]string{names: "RoleManagement.Read.Directory"}},
		{"a tenant without the report", tenant.Options{LicensedReports: true, SKUs: []tenant.SKU{{PartNumber: "STANDARDPACK"}}}, tenant.TokenOptions{},
			map[string]string{registration: "no licence"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := test.options
			o.Persons = []tenant.Person{anna(func(p *tenant.Person) { p.Roles = []cloudconfig.Role{tenant.GlobalAdministrator} })}
			w := open(t, o, test.token)
			got, err := w.client.Person(t.Context(), annaSID, annaUPN)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range got.Unread {
				words, is := test.want[u.What]
				if !is || !strings.Contains(u.Why, words) {
					t.Errorf("unread %+v, want %q in it", u, words)
				}
			}
			same(t, "unread", len(got.Unread), len(test.want))
			same(t, "registration is known", got.Registration != nil, test.want[registration] == "")
			same(t, "the log is known", got.Events != nil, test.want[log] == "")
			same(t, "roles are known", len(got.Roles), 1)
			same(t, "the policy is known", got.AdminSSPR != nil, test.want[policy] == "")
			if !strings.Contains(codesOf(w, got), "administrator-rules") {
				t.Errorf("an administrator was not recognised: %s", codesOf(w, got))
			}
			if len(test.want) > 0 != strings.Contains(codesOf(w, got), "tenant-user-unread") {
				t.Errorf("%s", codesOf(w, got))
			}
		})
	}
	w := open(t, tenant.Options{}, tenant.TokenOptions{Scopes: []string{"AuditLog.Read.All"}})
	_, err := w.client.Person(t.Context(), annaSID, annaUPN)
	refused(t, err, graph.Forbidden, "read the user", "the permission User.Read.All")
	same(t, "requests after that", len(w.Requests()), 1)
}

// Where a user's source of authority is takes a permission to write: whoever lacks it
// is told what the SID alone says, and what would say it for certain.
func TestPersonAuthority(t *testing.T) {
	moved := anna(func(p *tenant.Person) { p.Moved = true })
	for _, test := range []struct {
		name   string
		person tenant.Person
		token  tenant.TokenOptions
		asked  bool
		known  bool
		want   string
	}{
		{"moved", moved, tenant.TokenOptions{}, true, true, "authority-in-cloud"},
		{"moved, without the permission", moved, tenant.TokenOptions{Scopes: graph.Scopes()}, true, false, "authority-in-cloud tenant-user-unread"},
		{"moved, without the role", moved, tenant.TokenOptions{Identity: "user@contoso.com", Scopes: []string{"User.Read.All", "User-OnPremisesSyncBehavior.ReadWrite.All"}},
			true, false, "authority-in-cloud tenant-user-unread"},
		{"not synchronised any more", anna(func(p *tenant.Person) { p.Left = true }), tenant.TokenOptions{}, true, true, "not-synced"},
		{"synchronised", anna(), tenant.TokenOptions{Scopes: graph.Scopes()}, false, false, ""},
		{"made in the cloud", anna(func(p *tenant.Person) { p.SID = "" }), tenant.TokenOptions{}, false, false, "not-synced"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := open(t, tenant.Options{Persons: []tenant.Person{test.person}}, test.token)
			got, err := w.client.Person(t.Context(), annaSID, annaUPN)
			if err != nil {
				t.Fatal(err)
			}
			asked := false
			for _, r := range w.Requests() {
				asked = asked || strings.HasSuffix(r.Path, "/onPremisesSyncBehavior")
			}
			same(t, "asked", asked, test.asked)
			same(t, "known", got.CloudManaged != nil, test.known)
			same(t, "reasons", codesOf(w, got), test.want)
			if test.asked && !test.known && !strings.Contains(got.Unread[0].Why, "User-OnPremisesSyncBehavior.ReadWrite.All") && !strings.Contains(got.Unread[0].Why, "Hybrid Identity Administrator") {
				t.Errorf("unread: %+v", got.Unread)
			}
		})
	}
	schema, err := csdl.Open()
	if err != nil {
		return
	}
	w := open(t, tenant.Options{Persons: []tenant.Person{moved}}, tenant.TokenOptions{})
	if _, err := w.client.Person(t.Context(), annaSID, annaUPN); err != nil {
		t.Fatal(err)
	}
	if err := schema.CheckRequests(w.Requests()); err != nil {
		t.Error(err)
	}
}
