package portal_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/cloudconfig/portal"
	"writeback/internal/practice/tenant"
)

// Whom the page lets reset, and what is not understood of it.
func TestEnablement(t *testing.T) {
	for _, want := range []cloudconfig.Enablement{cloudconfig.ForNobody, cloudconfig.ForGroup, cloudconfig.ForEverybody} {
		w := start(t, "authpolicy", tenant.Options{Enablement: want})
		if got, err := w.c.Enablement(t.Context()); err != nil || got != want {
			t.Errorf("%s, %v; want %s", got, err, want)
		}
	}
	for body, says := range map[string]string{
		`{"objectId":"default"}`:  "enablementType is missing",
		`{"enablementType":"2"}`:  "is not a number",
		`{"enablementType":null}`: "is not known",
		`{"enablementType":3}`:    "is not known",
		`{"enablementType":2.0}`:  "is not known",
		`[]`:                      "not a JSON object",
	} {
		w := start(t, "authpolicy", tenant.Options{Before: func(s tenant.Service, rw http.ResponseWriter, _ *http.Request) bool {
			if s == tenant.Portal {
				rw.Header().Set("Content-Type", "application/json")
				rw.Write([]byte(body))
			}
			return s == tenant.Portal
		}})
		var shape *portal.ShapeError
		if got, err := w.c.Enablement(t.Context()); !errors.As(err, &shape) || got != "" || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %q, %v", body, got, err)
		}
	}
}
