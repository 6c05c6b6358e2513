package tenant_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"writeback/internal/practice/tenant"
)

func TestPatchOfFeatures(t *testing.T) {
	w := start(t, tenant.Options{})
	token := w.Mint(tenant.TokenOptions{})
	patch := func(body string, headers ...string) reply {
		return w.ask("PATCH", w.GraphEndpoint()+"/v1.0/directory/onPremisesSynchronization/"+w.ID(), token, body, headers...)
	}
	for body, says := range map[string]string{
		`{"features":{"passwordWriteBackEnabled":true}}`:                        "'passwordWriteBackEnabled' does not exist",
		`{"features":{"passwordWritebackEnabled":"true"}}`:                      "Edm.Boolean",
		`{"features":{"passwordWritebackEnabled":null}}`:                        "Edm.Boolean",
		`{"features":{"passwordWritebackEnabled":1}}`:                           "Edm.Boolean",
		`{"features":{"passwordWritebackEnabled":true,"onPremisesThing":true}}`: "'onPremisesThing' does not exist",
		`{"features":null}`:                    "an object is expected",
		`{"features":[]}`:                      "an object is expected",
		`{"passwordWritebackEnabled":true}`:    "'passwordWritebackEnabled' does not exist",
		`{"configuration":{}}`:                 "'configuration'",
		`{"id":"x","features":{}}`:             "read-only",
		`{}`:                                   "Empty Payload",
		``:                                     "",
		`[]`:                                   "an object is expected",
		`{"features":{}`:                       "Unable to read",
		`{"features":{},"features":{}}`:        "Duplicate",
		`{"@odata.type":"#x","features":{}}`:   "could not be resolved",
		`{"features":{"passwordSyncEnabled":}`: "Unable to read",
	} {
		r := patch(body)
		if r.status != 400 || !strings.Contains(r.message(), says) {
			t.Errorf("%s: %d %s, want 400 and %q", body, r.status, r.body, says)
		}
	}
	if w.status(patch(`{"features":{}}`, "Content-Type", "text/plain"), 400, "BadRequest"); w.Feature("passwordWritebackEnabled") {
		t.Error("a refused PATCH was carried out")
	}
	r := patch(`{"@odata.type":"#microsoft.graph.onPremisesDirectorySynchronization","features":{"passwordWritebackEnabled":true}}`)
	if w.status(r, 204, ""); len(r.body) > 0 {
		t.Errorf("204 with a body: %s", r.body)
	}
	row := w.get("/directory/onPremisesSynchronization").rows()[0]
	features := row["features"].(map[string]any)
	if row["id"] != w.ID() || features["passwordWritebackEnabled"] != true || features["passwordSyncEnabled"] != true {
		t.Errorf("afterwards: %v", row)
	}
	if p := w.Policy(); p.PasswordWritebackSupported || p.EnablementForTenant {
		t.Errorf("the flag changed something real: %+v", p)
	}
}

// Microsoft's SDK compresses what it sends.
func TestBodiesMayBeCompressed(t *testing.T) {
	w := start(t, tenant.Options{})
	const body = `{"features":{"passwordWritebackEnabled":true}}`
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(body))
	z.Close()
	patch := func(body string) reply {
		return w.ask("PATCH", w.GraphEndpoint()+"/v1.0/directory/onPremisesSynchronization/"+w.ID(), w.Mint(tenant.TokenOptions{}), body, "Content-Encoding", "gzip")
	}
	w.status(patch(body), 400, "BadRequest") // it only says so
	w.status(patch(packed.String()), 204, "")
	if got := w.Requests()[1].Body; got != body || !w.Feature("passwordWritebackEnabled") {
		t.Errorf("recorded %q", got)
	}
	r := w.ask("PATCH", w.GraphEndpoint()+"/v1.0/directory/onPremisesSynchronization/"+w.ID(), w.Mint(tenant.TokenOptions{}), strings.Repeat("x", 2<<20))
	w.status(r, 400, "BadRequest")
}
