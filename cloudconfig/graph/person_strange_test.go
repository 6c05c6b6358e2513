package graph_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
)

// 429, broken answers, 503: the user is read all the same.
func TestPersonThrottled(t *testing.T) {
	for name, o := range map[string]tenant.Options{
		"throttled":   {Throttle: tenant.Throttle{Every: 2, After: 7 * time.Second}},
		"unavailable": {Throttle: tenant.Throttle{Every: 3, Status: 503, Silent: true}},
		"broken off":  {Cut: 2},
	} {
		t.Run(name, func(t *testing.T) {
			o.Persons, o.PageSize = []tenant.Person{anna()}, 2
			w := open(t, o, tenant.TokenOptions{})
			for i := range 5 {
				w.AddAuditOf(annaUPN, cloudconfig.Audit{At: w.clock.Now().Add(-time.Duration(i+1) * time.Minute), Activity: cloudconfig.AuditChange, Success: true})
			}
			got, err := w.client.Person(t.Context(), annaSID, "")
			if err != nil || len(got.Unread) > 0 || len(got.Events) != 5 || got.Registration == nil {
				t.Errorf("%+v, %v", got, err)
			}
			if len(w.clock.waited()) == 0 {
				t.Error("nothing went wrong")
			}
		})
	}
	w := open(t, tenant.Options{Persons: []tenant.Person{anna()}, Throttle: tenant.Throttle{Every: 1, After: time.Hour}}, tenant.TokenOptions{})
	_, err := w.client.Person(t.Context(), annaSID, annaUPN)
	refused(t, err, graph.Throttled, "read the user", "longer than can be waited")
}

// A log that is busy is read in bounded pages, and the newest of it is kept.
func TestPersonEventsBounded(t *testing.T) {
	w := open(t, tenant.Options{Persons: []tenant.Person{anna()}}, tenant.TokenOptions{})
	now := w.clock.Now().Truncate(time.Second)
	for i := range 1500 {
		w.AddAuditOf(annaUPN, cloudconfig.Audit{At: now.Add(-time.Duration(i) * time.Second), Activity: "Self-service password reset flow activity progress"})
	}
	w.AddAuditOf(annaUPN, cloudconfig.Audit{At: now.Add(-time.Hour), Activity: cloudconfig.AuditSelfReset})
	if _, err := w.client.Person(t.Context(), annaSID, annaUPN); err != nil {
		t.Fatal(err)
	}
	same(t, "requests in a log of steps", len(w.Requests()), 3+10)
	w = open(t, tenant.Options{Persons: []tenant.Person{anna()}}, tenant.TokenOptions{})
	for i := range 230 {
		w.AddAuditOf(annaUPN, cloudconfig.Audit{At: now.Add(-time.Duration(i) * time.Second), Activity: cloudconfig.AuditSelfReset, Reason: fmt.Sprint(i)})
	}
	got, err := w.client.Person(t.Context(), annaSID, annaUPN)
	if err != nil || len(got.Events) != 50 || got.Events[0].Reason != "0" || got.Events[49].Reason != "49" {
		t.Errorf("%d events, %v", len(got.Events), err)
	}
	same(t, "requests in a log of resets", len(w.Requests()), 4)
}

const (
	annaID   = "0f8fad5b-d9cb-469f-a165-70867728950e"
	someone  = `{"id":"` + annaID + `","userPrincipalName":"anna@contoso.com","accountEnabled":true,"onPremisesSyncEnabled":true,"assignedPlans":[],"onPremisesSecurityIdentifier":"` + annaSID + `"}`
	reported = `"id":"0F8FAD5B-D9CB-469F-A165-70867728950E","isAdmin":false,"isSsprEnabled":true,"isSsprRegistered":false`
	atReport = "/reports/authenticationMethods/userRegistrationDetails/" + annaID
	atRoles  = "/users/" + annaID + "/transitiveMemberOf/microsoft.graph.directoryRole"
	atLog    = "/auditLogs/directoryAudits"
)

// Answers that Graph may give, and some that it would not.
func TestPersonStrangeAnswers(t *testing.T) {
	entry := func(id, activity string) string {
		return `{"activityDateTime":"2026-01-01T00:00:00Z","activityDisplayName":"` + activity + `","result":"success","targetResources":[null,{"id":"` + id + `"}]}`
	}
	for _, test := range []struct {
		name   string
		change map[string]string // path → body
		check  func(p cloudconfig.TenantPerson) bool
	}{
		{"as the reference shows the report", map[string]string{atReport: `{"value":{` + reported + `}}`},
			func(p cloudconfig.TenantPerson) bool {
				return len(p.Unread) == 0 && p.Registration.Enabled != nil && !*p.Registration.Registered && p.Registration.Capable == nil
			}},
		{"a report of another user", map[string]string{atReport: `{"id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","isSsprEnabled":true}`},
			func(p cloudconfig.TenantPerson) bool {
				return p.Registration == nil && strings.Contains(p.Unread[0].Why, "about another user")
			}},
		{"an empty report", map[string]string{atReport: `{}`},
			func(p cloudconfig.TenantPerson) bool { return p.Registration == nil && len(p.Unread) == 1 }},
		{"a report of another shape", map[string]string{atReport: `{"id":"` + annaID + `","isSsprEnabled":"\u001b[2Jyes"}`},
			func(p cloudconfig.TenantPerson) bool { return p.Registration == nil && len(p.Unread) == 1 }},
		{"entries of others and of other activities", map[string]string{atLog: `{"value":[null,` + entry("x", cloudconfig.AuditChange) + "," +
			entry(annaID, "Update user") + "," + entry(strings.ToUpper(annaID), cloudconfig.AuditChange) + `]}`},
			func(p cloudconfig.TenantPerson) bool { return len(p.Events) == 1 && len(p.Unread) == 0 }},
		{"roles of another shape", map[string]string{atRoles: `{"value":[{"displayName":7}]}`},
			func(p cloudconfig.TenantPerson) bool { return p.Roles == nil && len(p.Unread) == 1 }},
		{"users that were not asked for", map[string]string{"/users": `{"value":[{"id":"x","userPrincipalName":"x@contoso.com","onPremisesSecurityIdentifier":null},` + someone + `,null]}`},
			func(p cloudconfig.TenantPerson) bool { return p.ID == annaID && p.Others == 0 }},
		{"several", map[string]string{"/users": `{"value":[` + strings.Replace(someone, `Enabled":true,"onPremisesSyncEnabled":true`, `Enabled":true,"onPremisesSyncEnabled":false`, 1) + "," +
			strings.Replace(someone, `"userPrincipalName":"anna`, `"userPrincipalName":"anna2`, 1) + "," + someone + `]}`},
			func(p cloudconfig.TenantPerson) bool {
				return p.Others == 2 && p.UPN == "anna2@contoso.com" && p.Sync == cloudconfig.Synced
			}},
		{"a user without plans", map[string]string{"/users": `{"value":[` + strings.Replace(someone, `"assignedPlans":[],`, "", 1) + `]}`},
			func(p cloudconfig.TenantPerson) bool {
				return p.Plans == nil && p.Unread[0].What == "the user's licences"
			}},
		{"a user with null for everything", map[string]string{"/users": `{"value":[{"id":"` + annaID + `","userPrincipalName":"anna@contoso.com","accountEnabled":true,` +
			`"assignedPlans":null,"onPremisesSyncEnabled":null,"onPremisesSecurityIdentifier":"` + annaSID + `","onPremisesLastSyncDateTime":null}]}`},
			func(p cloudconfig.TenantPerson) bool {
				return p.Plans == nil && len(p.Unread) == 2 && p.CloudManaged == nil && p.Sync == cloudconfig.Moved && p.LastSync.IsZero()
			}},
		{"names that are not for screens", map[string]string{"/users": `{"value":[` + strings.Replace(someone, `"id"`, `"displayName":"\u001b]0;x\u0007\u202e`+strings.Repeat("é", 9000)+`","id"`, 1) + `]}`},
			func(p cloudconfig.TenantPerson) bool { presentable(t, p.DisplayName); return p.DisplayName != "" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			bodies := map[string]string{"/users": `{"value":[` + someone + `]}`, atReport: `{` + reported + `}`, atRoles: `{"value":[]}`, atLog: `{"value":[]}`}
			for path, body := range test.change {
				bodies[path] = body
			}
			w := answering(t, bodies)
			p, err := w.client.Person(t.Context(), annaSID, annaUPN)
			if err != nil || !test.check(p) {
				t.Errorf("%+v, %v", p, err)
			}
			for _, u := range p.Unread {
				presentable(t, u.Why)
			}
		})
	}
}

// A part that fails is not known; a failure that would come again ends it.
func TestPersonPartFails(t *testing.T) {
	for _, test := range []struct {
		status int
		kind   graph.Kind // "": the part is unread
	}{
		{400, ""}, {403, ""}, {404, ""}, {500, ""}, {401, graph.SignInRefused},
	} {
		w := interrupting(t, func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/directoryAudits") {
				return false
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(test.status)
			io.WriteString(w, `{"error":{"code":"x","message":"no \u001b[2J"}}`)
			return true
		})
		w.Change(func(o *tenant.Options) { o.Persons = []tenant.Person{anna()} })
		p, err := w.client.Person(t.Context(), annaSID, annaUPN)
		if test.kind != "" {
			refused(t, err, test.kind)
			continue
		}
		if err != nil || p.Events != nil || len(p.Unread) != 1 || p.Unread[0].What != "the audit log of the user" || p.Registration == nil {
			t.Errorf("%d: %+v, %v", test.status, p, err)
		}
		presentable(t, p.Unread[0].Why)
	}
}

// Where a filter by SID is refused, the UPN decides; where that finds nobody, it is
// not known that there is none.
func TestPersonSIDRefused(t *testing.T) {
	w := interrupting(t, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Query().Get("$filter"), "onPremisesSecurityIdentifier") {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(400)
		io.WriteString(w, `{"error":{"code":"Request_UnsupportedQuery","message":"Unsupported or invalid query filter clause"}}`)
		return true
	})
	w.Change(func(o *tenant.Options) { o.Persons = []tenant.Person{anna()} })
	p, err := w.client.Person(t.Context(), annaSID, annaUPN)
	if same, known := p.Same(); err != nil || !p.Found || !same || !known {
		t.Errorf("%+v, %v", p, err)
	}
	for _, upn := range []string{"", "nobody@contoso.com"} {
		_, err = w.client.Person(t.Context(), annaSID, upn)
		refused(t, err, graph.Rejected, "Unsupported")
	}
	if _, err = w.client.Person(t.Context(), "", ""); err == nil || len(graph.KindOf(err)) > 0 {
		t.Errorf("a user without a name: %v", err)
	}
}

// What is observed of the requests holds what was asked with, and nothing that was
// answered.
func TestPersonObserved(t *testing.T) {
	w := open(t, tenant.Options{Persons: []tenant.Person{anna(func(p *tenant.Person) { p.Name = "Anna Secretname" })}}, tenant.TokenOptions{})
	if _, err := w.client.Person(t.Context(), annaSID, annaUPN); err != nil {
		t.Fatal(err)
	}
	log := fmt.Sprintf("%+v", w.ops)
	if strings.Contains(log, "Secretname") || strings.Contains(log, "corp.example") || !strings.Contains(log, annaSID) {
		t.Error(log)
	}
}
