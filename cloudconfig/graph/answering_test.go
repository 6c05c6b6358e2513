package graph_test

import (
	"net/http"
	"strings"
	"testing"

	"writeback/internal/practice/tenant"
)

// answering is a world whose tenant answers the given paths below /v1.0 with the
// given JSON, and nothing else.
func answering(t *testing.T, bodies map[string]string) *world {
	t.Helper()
	return interrupting(t, func(w http.ResponseWriter, r *http.Request) bool {
		body, is := bodies[strings.TrimPrefix(r.URL.Path, "/v1.0")]
		if is {
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(body))
		}
		return is
	})
}

// interrupting is a world in which something may answer instead of Graph.
func interrupting(t *testing.T, before func(w http.ResponseWriter, r *http.Request) bool) *world {
	t.Helper()
	return open(t, tenant.Options{Before: func(s tenant.Service, w http.ResponseWriter, r *http.Request) bool {
		return s == tenant.Graph && before(w, r)
	}}, tenant.TokenOptions{})
}
