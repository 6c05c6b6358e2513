package tenant_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"writeback/internal/practice/tenant"
)

// world is a tenant and a client of it.
type world struct {
	*testing.T
	*tenant.Tenant
	client *http.Client
}

func start(t *testing.T, o tenant.Options) *world {
	t.Helper()
	tn, err := tenant.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, Tenant: tn, client: tn.Client()}
	t.Cleanup(func() {
		w.client.CloseIdleConnections()
		if err := tn.Close(); err != nil {
			t.Errorf("close the tenant: %v", err)
		}
	})
	return w
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   []byte
	doc    map[string]any // nil: the body is not a JSON object
	err    error          // of reading the body
}

// code is Graph's error code; "": none.
func (r reply) code() string {
	e, _ := r.doc["error"].(map[string]any)
	code, _ := e["code"].(string)
	return code
}

func (r reply) message() string {
	e, _ := r.doc["error"].(map[string]any)
	code, _ := e["message"].(string)
	return code
}

func (r reply) rows() []map[string]any {
	var out []map[string]any
	value, _ := r.doc["value"].([]any)
	for _, v := range value {
		out = append(out, v.(map[string]any))
	}
	return out
}

// ask sends a request with a token and pairs of header names and values.
func (w *world) ask(method, address, token, body string, headers ...string) reply {
	w.Helper()
	r := w.fetch(method, address, token, body, headers...)
	json.Unmarshal(r.body, &r.doc)
	return r
}

// fetch is ask without reading the document.
func (w *world) fetch(method, address, token, body string, headers ...string) reply {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, address, bytes.NewReader([]byte(body)))
	if err != nil {
		w.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.client.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer resp.Body.Close()
	r := reply{status: resp.StatusCode, header: resp.Header}
	r.body, r.err = io.ReadAll(resp.Body)
	return r
}

// get asks Graph, with the first identity's token.
func (w *world) get(path string, headers ...string) reply {
	w.Helper()
	return w.ask("GET", w.GraphEndpoint()+"/v1.0"+path, w.Mint(tenant.TokenOptions{}), "", headers...)
}

func (w *world) status(r reply, want int, code string) {
	w.Helper()
	if r.status != want || r.code() != code {
		w.Errorf("status %d %q, want %d %q: %s", r.status, r.code(), want, code, r.body)
	}
}

func TestEachAddressAnswers(t *testing.T) {
	w := start(t, tenant.Options{})
	w.AddReset("CloudSync")
	for _, path := range []string{
		"/organization", "/organization/" + w.ID(), "/directory/onPremisesSynchronization", "/directory/onPremisesSynchronization/" + w.ID(),
		"/subscribedSkus", "/reports/authenticationMethods/userRegistrationDetails", "/users", "/auditLogs/directoryAudits",
		"/policies/authorizationPolicy", "/me", "/me/transitiveMemberOf/microsoft.graph.directoryRole",
	} {
		r := w.get(path)
		w.status(r, 200, "")
		if r.doc["@odata.context"] == nil {
			t.Errorf("%s: no @odata.context: %s", path, r.body)
		}
	}
}
