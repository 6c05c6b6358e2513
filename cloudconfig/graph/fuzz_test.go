package graph_test

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"writeback/cloudconfig/graph"
)

// Whatever a server answers, the client neither panics nor hangs nor shows what
// is not for screens.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`{"value":[{"id":"0f8fad5b-d9cb-469f-a165-70867728950e","displayName":"x","verifiedDomains":[{"name":"a"}],"onPremisesSyncEnabled":true,"onPremisesLastSyncDateTime":"2026-01-01T00:00:00Z"}]}`,
		`{"value":[{"id":"0f8fad5b-d9cb-469f-a165-70867728950e","isSsprEnabled":true,"methodsRegistered":["a"],"lastUpdatedDateTime":"2026-01-01T00:00:00Z"}],"@odata.nextLink":"https://x/"}`,
		`{"value":[{"activityDateTime":"2026-01-01T00:00:00Z","activityDisplayName":"Reset password (by admin)","result":"success","initiatedBy":{"user":{"userPrincipalName":"a"},"app":null},"additionalDetails":[{"key":"OnPremisesAgent","value":"CloudSync"}]}]}`,
		`{"value":[{"capabilityStatus":"Enabled","servicePlans":[{"servicePlanId":"41781fb2-bc02-4b7c-bd55-b576c07bb09d","provisioningStatus":"Success"}]}]}`,
		`{"id":"x","features":{"passwordWritebackEnabled":null},"allowedToUseSSPR":false,"value":null}`,
		`{"value":[{"@odata.type":"#microsoft.graph.user","id":7},null,[],"x",1e999]}`,
		`{"value":[{"roleTemplateId":{},"displayName":[1]}],"@odata.count":"x"}`,
		`{"error":{"code":1,"message":[]}}`, `[[[[`, `{"value":`, `{"@odata.type":"x"}`, `{"":{"":[null]}}`,
	} {
		f.Add(seed, 200)
		f.Add(seed, 403)
	}
	var answer atomic.Pointer[func(http.ResponseWriter)]
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { (*answer.Load())(w) }))
	f.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	client, err := graph.Open(graph.Options{Endpoint: server.URL, Credential: fixed("x"), RootCAs: roots, Patience: 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(client.Close)
	f.Fuzz(func(t *testing.T, body string, status int) {
		if status < 200 || status > 599 || status == 401 {
			return
		}
		write := func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			w.Write([]byte(body))
		}
		answer.Store(&write)
		ctx := t.Context()
		got, missing, err := client.Tenant(ctx)
		check(t, err)
		for _, s := range append(got.Domains, got.ID, got.DisplayName) {
			presentable(t, s)
		}
		for _, m := range missing {
			check(t, m.Err)
		}
		_, err = client.Registrations(ctx, nil, nil)
		check(t, err)
		audits, err := client.Audits(ctx, time.Time{})
		check(t, err)
		for _, a := range audits {
			presentable(t, a.By+a.Reason+a.Agent+a.Activity)
		}
		roles, err := client.Roles(ctx)
		check(t, err)
		for _, r := range roles {
			presentable(t, r.Name+r.TemplateID)
		}
		check(t, client.SetPasswordWriteback(ctx, true))
	})
}

func check(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if graph.KindOf(err) == "" {
		t.Errorf("%v is no refusal", err)
	}
	presentable(t, err.Error())
}

// A token that is quoted in an error does not come through, whatever stands
// around it.
func FuzzSecretInAnError(f *testing.F) {
	const token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzZWNyZXQifQ.c2lnbmF0dXJl"
	for _, seed := range [][2]string{{"", ""}, {"Bearer ", " x"}, {"access_token=", "&y"}, {"\"", "\""}, {"é\x1b[", "\u202e"}, {strings.Repeat("x ", 590), ""}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, "eyJ") {
			return
		}
		credential, err := graph.SignIn{Method: graph.GivenToken, Token: func() (string, error) {
			return "", errorText(before + token + after)
		}}.Open()
		if err != nil {
			t.Fatal(err)
		}
		client, err := graph.Open(graph.Options{Endpoint: "https://127.0.0.1:1", Credential: credential})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Roles(t.Context())
		check(t, err)
		for _, part := range []string{"eyJzdWIi", "c2lnbmF0"} {
			if err == nil || strings.Contains(err.Error(), part) {
				t.Errorf("%v has a part of the token", err)
			}
		}
	})
}

type errorText string

func (e errorText) Error() string { return string(e) }
