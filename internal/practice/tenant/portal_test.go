package tenant_test

import (
	"encoding/json"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
)

const (
	policies = "/api/PasswordReset/OnPremisesPasswordResetPolicies"
	anID     = "00000000-0000-0000-0000-000000000000"
)

// page asks the portal with the admin's token.
func (w *world) page(method, body string) reply {
	w.Helper()
	return w.ask(method, w.PortalEndpoint()+policies, w.Mint(tenant.TokenOptions{Audience: tenant.PortalAudience}), body, "x-ms-client-request-id", anID)
}

// policy is what GET shows.
func (w *world) policy() (p struct {
	ObjectID  any  `json:"objectId"`
	Supported bool `json:"passwordWritebackSupported"`
	CanUnlock bool `json:"accountUnlockSupported"`
	Unlock    bool `json:"accountUnlockEnabled"`
	Enabled   bool `json:"enablementForTenant"`
	Cloud     bool `json:"cloudProvisioningEnablementForTenant"`
}) {
	w.Helper()
	r := w.page("GET", "")
	if err := json.Unmarshal(r.body, &p); err != nil || r.status != 200 {
		w.Fatalf("%d %s: %v", r.status, r.body, err)
	}
	return p
}

func (w *world) put(body string, want int) {
	w.Helper()
	if r := w.page("PUT", body); r.status != want {
		w.Errorf("PUT %s: %d %s, want %d", body, r.status, r.body, want)
	}
}

func TestPortalSettings(t *testing.T) {
	w := start(t, tenant.Options{})
	if p := w.policy(); p.ObjectID != nil || p.Supported || !p.CanUnlock || p.Unlock || p.Enabled || p.Cloud {
		t.Errorf("at first: %+v", p)
	}
	w.put(`{"passwordWriteBackSupported":true}`, 200)
	if p := w.policy(); !p.Supported || !p.Enabled || p.Unlock || !p.CanUnlock {
		t.Errorf("after the first PUT: %+v", p)
	}
	w.put(`{"accountUnlockEnabled":true}`, 200)
	if p := w.policy(); !p.Supported || !p.Enabled || !p.Unlock {
		t.Errorf("after the second: %+v", p)
	}
	// Both in one body: the unlock flag is not picked up.
	w.put(`{"passwordWriteBackSupported":false,"accountUnlockEnabled":false}`, 200)
	if p := w.policy(); p.Supported || p.Enabled || !p.Unlock {
		t.Errorf("after both in one: %+v", p)
	}
	w.SetPolicy(cloudconfig.Policy{ObjectID: "default", CloudProvisioningEnabled: true})
	if p := w.policy(); p.ObjectID != "default" || !p.Cloud || p.CanUnlock {
		t.Errorf("after somebody else's change: %+v", p)
	}
}

func TestWhatThePortalsSwitchSets(t *testing.T) {
	for sets, want := range map[tenant.PortalSwitch]cloudconfig.Policy{
		tenant.SetsBoth:       {PasswordWritebackSupported: true, EnablementForTenant: true, AccountUnlockSupported: true},
		tenant.SetsSupported:  {PasswordWritebackSupported: true, AccountUnlockSupported: true},
		tenant.SetsEnablement: {EnablementForTenant: true, AccountUnlockSupported: true},
	} {
		w := start(t, tenant.Options{Switch: sets})
		w.put(`{"passwordWriteBackSupported":true}`, 200)
		if got := w.Policy(); got != want {
			t.Errorf("%d: %+v, want %+v", sets, got, want)
		}
	}
}

func TestPortalRefusesBodies(t *testing.T) {
	w := start(t, tenant.Options{})
	before := w.Policy()
	for _, body := range []string{
		`{"passwordWritebackSupported":true}`, // a small b: the name of the answer, not of the request
		`{"enablementForTenant":true}`, `{"accountUnlockEnabled":"true"}`, `{"accountUnlockEnabled":null}`, `{"accountUnlockEnabled":1}`,
		`{"accountUnlockEnabled":true,"objectId":"default"}`, `{}`, `[]`, `true`, ``, `{"accountUnlockEnabled":true`,
	} {
		w.put(body, 400)
	}
	if w.Policy() != before {
		t.Errorf("a refused PUT was carried out: %+v", w.Policy())
	}
}

func TestPortalRefusesCallers(t *testing.T) {
	w := start(t, tenant.Options{})
	portal := tenant.TokenOptions{Audience: tenant.PortalAudience}
	with := func(change func(o *tenant.TokenOptions)) string {
		o := portal
		change(&o)
		return w.Mint(o)
	}
	for name, tc := range map[string]struct {
		method, token string
		status        int
	}{
		"Graph's audience":     {"GET", w.Mint(tenant.TokenOptions{}), 401},
		"expired":              {"GET", with(func(o *tenant.TokenOptions) { o.Lifetime = -time.Minute }), 401},
		"no token":             {"GET", "", 401},
		"an application":       {"GET", with(func(o *tenant.TokenOptions) { o.App = app }), 401},
		"another client":       {"GET", with(func(o *tenant.TokenOptions) { o.Client = "1b730954-1685-4b74-9bfd-dac224a7b894" }), 401},
		"no role":              {"GET", with(func(o *tenant.TokenOptions) { o.Identity = "user@contoso.com" }), 403},
		"Hybrid Identity":      {"PUT", with(func(o *tenant.TokenOptions) { o.Identity = "hybrid@contoso.com" }), 403},
		"Global Reader reads":  {"GET", with(func(o *tenant.TokenOptions) { o.Identity = "reader@contoso.com" }), 200},
		"Global Reader writes": {"PUT", with(func(o *tenant.TokenOptions) { o.Identity = "reader@contoso.com" }), 403},
		"Auth Policy Admin":    {"PUT", with(func(o *tenant.TokenOptions) { o.Identity = "authpolicy@contoso.com" }), 200},
		"by Azure PowerShell":  {"PUT", with(func(o *tenant.TokenOptions) { o.Client = tenant.AzurePowerShell }), 200},
		"POST":                 {"POST", w.Mint(portal), 405},
		"PATCH":                {"PATCH", w.Mint(portal), 405},
	} {
		t.Run(name, func(t *testing.T) {
			body := ""
			if tc.method != "GET" {
				body = `{"accountUnlockEnabled":true}`
			}
			r := w.ask(tc.method, w.PortalEndpoint()+policies, tc.token, body, "x-ms-client-request-id", anID)
			if r.status != tc.status {
				t.Errorf("%d %s, want %d", r.status, r.body, tc.status)
			}
		})
	}
	for _, headers := range [][]string{nil, {"x-ms-client-request-id", "1"}} {
		if r := w.ask("GET", w.PortalEndpoint()+policies, w.Mint(portal), "", headers...); r.status != 400 {
			t.Errorf("headers %v: %d", headers, r.status)
		}
	}
	for _, path := range []string{"/api/PasswordReset/IsOnPremisesPasswordResetAvailable", policies + "/", "/"} {
		if r := w.ask("GET", w.PortalEndpoint()+path, w.Mint(portal), "", "x-ms-client-request-id", anID); r.status != 404 {
			t.Errorf("%s: %d", path, r.status)
		}
	}
	if r := w.ask("GET", w.PortalEndpoint()+policies+"?x=1", w.Mint(portal), "", "x-ms-client-request-id", anID); r.status != 400 {
		t.Errorf("a query: %d", r.status)
	}
}

func TestAPutIsShownLater(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time, PolicyDelay: time.Minute, PolicyReads: 2})
	w.put(`{"passwordWriteBackSupported":true}`, 200)
	if !w.Policy().EnablementForTenant {
		t.Error("it is not made")
	}
	c.pass(59 * time.Second)
	for range 3 {
		if w.policy().Enabled {
			t.Error("shown before its time")
		}
	}
	c.pass(time.Second)
	if !w.policy().Enabled {
		t.Error("not shown in time")
	}
	// The second PUT starts the waiting anew, and builds on what is, not on what is shown.
	w.put(`{"accountUnlockEnabled":true}`, 200)
	c.pass(time.Minute)
	for n := range 2 {
		if w.policy().Unlock {
			t.Errorf("shown after %d reads", n)
		}
	}
	if p := w.policy(); !p.Unlock || !p.Enabled {
		t.Errorf("in the end: %+v", p)
	}
}

func TestPortalThatHasChanged(t *testing.T) {
	w := start(t, tenant.Options{})
	for shape, wrong := range map[tenant.PortalShape]func(doc map[string]any) bool{
		tenant.Missing:  func(doc map[string]any) bool { _, there := doc["enablementForTenant"]; return len(doc) == 5 && !there },
		tenant.Renamed:  func(doc map[string]any) bool { return len(doc) == 6 && doc["isAccountUnlockEnabled"] == false },
		tenant.Retyped:  func(doc map[string]any) bool { return len(doc) == 6 && doc["enablementForTenant"] == "false" },
		tenant.Enriched: func(doc map[string]any) bool { return len(doc) == 7 && doc["enablementForTenant"] == false },
		tenant.Listed:   func(doc map[string]any) bool { return doc == nil },
	} {
		w.Change(func(o *tenant.Options) { o.Broken = shape })
		if r := w.page("GET", ""); r.status != 200 || !wrong(r.doc) {
			t.Errorf("shape %d: %d %s", shape, r.status, r.body)
		}
	}
	w.Change(func(o *tenant.Options) { o.Broken = tenant.Gone })
	for _, method := range []string{"GET", "PUT", "POST"} {
		if r := w.page(method, ""); r.status != 404 {
			t.Errorf("%s of what is gone: %d", method, r.status)
		}
	}
}
