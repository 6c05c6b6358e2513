package tenant_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"writeback/internal/practice/tenant"
)

func TestRequestsAreRecordedWithoutSecrets(t *testing.T) {
	w := start(t, tenant.Options{})
	token := w.Mint(tenant.TokenOptions{})
	w.ask("PATCH", w.GraphEndpoint()+"/v1.0/directory/onPremisesSynchronization/"+w.ID()+"?$x=1", token, `{"features":{}}`)
	w.page("GET", "")
	w.post("oauth2/v2.0/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {app}, "client_secret": {"practice-secret"},
		"scope": {"https://graph.microsoft.com/.default"}})
	all := w.Requests()
	if len(all) != 3 {
		t.Fatalf("%d requests: %+v", len(all), all)
	}
	if text := fmt.Sprintf("%+v", all); strings.Contains(text, token) || strings.Contains(text, "practice-secret") || strings.Contains(text, "eyJ") {
		t.Errorf("a secret is in the record: %s", text)
	}
	patch, get, login := all[0], all[1], all[2]
	if patch.Service != tenant.Graph || patch.Method != "PATCH" || patch.Path != "/v1.0/directory/onPremisesSynchronization/"+w.ID() ||
		patch.Query != "$x=1" || patch.Body != `{"features":{}}` || patch.Status != 400 || !slices.Contains(patch.Headers, "Authorization") {
		t.Errorf("%+v", patch)
	}
	if get.Service != tenant.Portal || get.Status != 200 || get.Path != policies {
		t.Errorf("%+v", get)
	}
	if login.Service != tenant.Login || login.Status != 200 || !strings.Contains(login.Body, "client_id="+app) || !strings.Contains(login.Body, "client_secret=%2A%2A%2A") {
		t.Errorf("%+v", login)
	}
	w.Forget()
	if n := len(w.Requests()); n > 0 {
		t.Errorf("%d requests after Forget", n)
	}
}

// The race detector is the judge.
func TestUseFromSeveralGoroutines(t *testing.T) {
	w := start(t, tenant.Options{})
	server := w.Join(tenant.SyncOptions{})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			w.Change(func(o *tenant.Options) { o.Domains = append(o.Domains, fmt.Sprintf("d%d.example", i)) })
			w.get("/organization")
			w.page("PUT", `{"accountUnlockEnabled":true}`)
			w.SetFeature("passwordWritebackEnabled", i%2 == 0)
			server.Set(i%2 == 0)
			w.AddReset("CloudSync")
			w.get("/auditLogs/directoryAudits")
			w.Requests()
			w.State()
			server.State()
		})
	}
	all.Wait()
	if got := len(w.get("/organization").rows()[0]["verifiedDomains"].([]any)); got != 10 {
		t.Errorf("%d domains, want 10", got)
	}
}
