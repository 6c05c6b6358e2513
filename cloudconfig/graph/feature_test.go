package graph_test

import (
	"net/http"
	"testing"

	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
)

func TestSetPasswordWriteback(t *testing.T) {
	w := open(t, tenant.Options{}, tenant.TokenOptions{})
	w.SetFeature("blockSoftMatchEnabled", true)
	for _, on := range []bool{true, false} {
		if err := w.client.SetPasswordWriteback(t.Context(), on); err != nil {
			t.Fatal(err)
		}
		same(t, "the flag", w.Feature("passwordWritebackEnabled"), on)
		got, _, err := w.client.Tenant(t.Context())
		if err != nil || got.GraphFlag == nil || *got.GraphFlag != on {
			t.Errorf("read %v, %v, want %t", got.GraphFlag, err, on)
		}
	}
	same(t, "another feature", w.Feature("blockSoftMatchEnabled"), true)
	same(t, "another feature", w.Feature("passwordSyncEnabled"), true)
}

func TestSetPasswordWritebackForbidden(t *testing.T) {
	for name, token := range map[string]tenant.TokenOptions{
		"hybrid":          {Identity: "hybrid@contoso.com"},
		"application":     {App: tenant.DefaultApps()[0].ClientID},
		"read permission": {Scopes: []string{"OnPremDirectorySynchronization.Read.All"}},
	} {
		w := open(t, tenant.Options{}, token)
		err := w.client.SetPasswordWriteback(t.Context(), true)
		refused(t, err, graph.Forbidden, "Global Administrator", "applications cannot")
		same(t, name, w.Feature("passwordWritebackEnabled"), false)
	}
}

// A write that was turned away is sent again; one whose answer was lost is not:
// whether it arrived is the caller's to look up.
func TestSetPasswordWritebackAgain(t *testing.T) {
	for name, test := range map[string]struct {
		first func(w http.ResponseWriter)
		kind  graph.Kind
		sent  int
	}{
		"throttled": {func(w http.ResponseWriter) { w.WriteHeader(429) }, "", 2},
		"lost":      {func(w http.ResponseWriter) { panic(http.ErrAbortHandler) }, graph.Unreachable, 1},
		"failed":    {func(w http.ResponseWriter) { w.WriteHeader(500) }, graph.Away, 1},
	} {
		sent := 0
		w := interrupting(t, func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPatch {
				return false
			}
			if sent++; sent > 1 {
				return false
			}
			test.first(w)
			return true
		})
		err := w.client.SetPasswordWriteback(t.Context(), true)
		same(t, name+": kind", graph.KindOf(err), test.kind)
		same(t, name+": requests", sent, test.sent)
		same(t, name+": flag", w.Feature("passwordWritebackEnabled"), test.kind == "")
	}
}

// The reference shows one object, the schema says a collection.
func TestFlagInEitherForm(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":"x","features":{"passwordWritebackEnabled":true}}`:             "true",
		`{"value":[{"id":"x","features":{"passwordWritebackEnabled":true}}]}`: "true",
		`{"value":[{"id":"x","features":{"passwordWritebackEnabled":null}}]}`: "none",
		`{"value":[{"id":"x","features":null}]}`:                              "none",
		`{"value":[]}`:                                                        "missing",
	} {
		w := answering(t, map[string]string{"/directory/onPremisesSynchronization": body})
		got, missing, err := w.client.Tenant(t.Context())
		is := "none"
		switch {
		case err != nil:
			is = err.Error()
		case len(missing) == 1 && missing[0].What == "the synchronisation features":
			is = "missing"
		case got.GraphFlag != nil && *got.GraphFlag:
			is = "true"
		}
		same(t, body, is, want)
	}
}

// That password hash synchronization is off is told apart from that nothing is said.
func TestHashSync(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":"x","features":{"passwordSyncEnabled":true}}`:              "on",
		`{"value":[{"id":"x","features":{"passwordSyncEnabled":false}}]}`: "off",
		`{"value":[{"id":"x","features":{}}]}`:                            "not said",
		`{"value":[]}`:                                                    "not said",
	} {
		w := answering(t, map[string]string{"/directory/onPremisesSynchronization": body})
		got, _, err := w.client.Tenant(t.Context())
		is := "not said"
		switch {
		case err != nil:
			is = err.Error()
		case got.HashSync != nil && *got.HashSync:
			is = "on"
		case got.HashSync != nil:
			is = "off"
		}
		same(t, body, is, want)
	}
}
