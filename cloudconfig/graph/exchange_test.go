package graph_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
)

// refusing answers the first n requests with a status and headers.
func refusing(n, status int, headers map[string]string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		if n--; n < 0 {
			return false
		}
		for k, v := range headers {
			w.Header().Set(k, v)
		}
		w.WriteHeader(status)
		return true
	}
}

func TestWaiting(t *testing.T) {
	const s = time.Second
	date := time.Now().Add(-90 * time.Minute).UTC() // the service's clock; ours is 90 minutes ahead
	tests := []struct {
		name    string
		n       int
		status  int
		headers map[string]string
		waits   []time.Duration
		kind    graph.Kind // "": it ends well
	}{
		{"seconds", 2, 429, map[string]string{"Retry-After": "7"}, []time.Duration{7 * s, 7 * s}, ""},
		{"a date by the service's clock", 1, 429, map[string]string{
			"Retry-After": date.Add(11 * s).Format(http.TimeFormat), "Date": date.Format(http.TimeFormat)}, []time.Duration{11 * s}, ""},
		{"a date that is over", 1, 503, map[string]string{
			"Retry-After": date.Add(-time.Hour).Format(http.TimeFormat), "Date": date.Format(http.TimeFormat)}, []time.Duration{s}, ""},
		{"at once", 1, 429, map[string]string{"Retry-After": "0"}, []time.Duration{s}, ""},
		{"negative", 1, 429, map[string]string{"Retry-After": "-4"}, []time.Duration{s}, ""},
		{"nothing said", 7, 503, nil, []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s}, ""},
		{"nonsense", 2, 429, map[string]string{"Retry-After": "soon"}, []time.Duration{s, 2 * s}, ""},
		{"longer than patience", 1, 429, map[string]string{"Retry-After": "301"}, nil, graph.Throttled},
		{"beyond counting", 1, 429, map[string]string{"Retry-After": "99999999999999999999"}, []time.Duration{s}, ""},
		{"patience used up", 9, 429, map[string]string{"Retry-After": "120"}, []time.Duration{120 * s, 120 * s}, graph.Throttled},
		{"failures", 2, 502, nil, []time.Duration{s, 2 * s}, ""},
		{"too many failures", 9, 500, nil, []time.Duration{s, 2 * s}, graph.Away},
		{"gateway", 9, 504, nil, []time.Duration{s, 2 * s}, graph.Away},
		{"not found", 1, 404, nil, nil, graph.NotOffered},
		{"bad request", 1, 400, nil, nil, graph.Rejected},
		{"verb", 1, 405, nil, nil, graph.Rejected},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := interrupting(t, refusing(test.n, test.status, test.headers))
			_, err := w.client.Roles(t.Context())
			if got := graph.KindOf(err); got != test.kind {
				t.Errorf("kind %q, want %q: %v", got, test.kind, err)
			}
			if (err == nil) != (test.kind == "") {
				t.Error(err)
			}
			if got := w.clock.waited(); !slices.Equal(got, test.waits) {
				t.Errorf("waited %v, want %v", got, test.waits)
			}
		})
	}
}

func TestThrottledSays(t *testing.T) {
	w := interrupting(t, refusing(1, 429, map[string]string{"Retry-After": "3600", "request-id": "42"}))
	_, err := w.client.Roles(t.Context())
	refused(t, err, graph.Throttled, "read the roles of the signed-in user", "429", "request 42", "try again in 1h0m0s")
}

// A context that ends while it waits ends the wait.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := open(t, tenant.Options{Throttle: tenant.Throttle{Every: 1, After: time.Hour}}, tenant.TokenOptions{}, func(o *graph.Options) {
		o.Patience, o.Wait = 24*time.Hour, nil // the real clock
		o.Observe = func(op graph.Operation) {
			if op.Wait == time.Hour {
				cancel()
			}
		}
	})
	_, err := w.client.Roles(ctx)
	if !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "read the roles") {
		t.Errorf("%v, want a cancelled context", err)
	}
	if graph.KindOf(err) != "" {
		t.Error("to cancel is not a refusal")
	}
}

// A token that ends in the middle is replaced, and nothing is counted twice.
func TestExpiry(t *testing.T) {
	var w *world
	pages := 0
	w = open(t, tenant.Options{People: someUsers, PageSize: 100, TokenLifetime: 10 * time.Minute,
		Before: func(s tenant.Service, _ http.ResponseWriter, _ *http.Request) bool {
			if pages++; pages%7 == 0 {
				w.clock.pass(11 * time.Minute)
			}
			return false
		}}, tenant.TokenOptions{})
	got, err := w.client.Registrations(t.Context(), nil, nil)
	if err != nil || got != someUsers.Registrations() {
		t.Errorf("%+v, %v, want %+v", got, err, someUsers.Registrations())
	}
	if n := len(w.credential.requests()); n < 4 {
		t.Errorf("%d tokens were asked for, want several", n)
	}
	expired := 0
	for _, op := range w.ops {
		if op.Status == 401 {
			expired++
		}
	}
	if expired < 3 {
		t.Errorf("%d requests met an ended token, want several", expired)
	}
}

// Continuous access evaluation: the claims of the challenge are asked for.
func TestClaimsChallenge(t *testing.T) {
	w := open(t, tenant.Options{}, tenant.TokenOptions{})
	if _, err := w.client.Roles(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Revoke()
	if _, err := w.client.Roles(t.Context()); err != nil {
		t.Fatal(err)
	}
	asked := w.credential.requests()
	if len(asked) != 2 {
		t.Fatalf("%d tokens were asked for, want 2", len(asked))
	}
	for i, o := range asked {
		if !o.EnableCAE || len(o.Scopes) != 1 || o.Scopes[0] != "https://graph.microsoft.com/.default" {
			t.Errorf("token %d was asked for with %+v", i, o)
		}
	}
	same(t, "first claims", asked[0].Claims, "")
	if !strings.Contains(asked[1].Claims, `"nbf":{"essential":true`) {
		t.Errorf("claims %q", asked[1].Claims)
	}
}

func TestClaimsForms(t *testing.T) {
	const want = `{"access_token":{"nbf":{"essential":true,"value":"1~?>1"}}}`
	for header, heard := range map[string]bool{
		`Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxfj8+MSJ9fX0="`: true,
		`Bearer claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxfj8-MSJ9fX0"`:                                         true,
		`bearer error="x",claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxfj8+MSJ9fX0="`:                              true,
		`Basic claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxfj8+MSJ9fX0="`:                                         false,
		`Bearer claims="!!!"`:               false,
		`Bearer error="x", other="claims="`: false,
		``:                                  false,
	} {
		w := interrupting(t, refusing(1, 401, map[string]string{"WWW-Authenticate": header}))
		if _, err := w.client.Roles(t.Context()); err != nil {
			t.Errorf("%s: %v", header, err)
			continue
		}
		got := w.credential.requests()[1].Claims
		if heard && got != want || !heard && got != "" {
			t.Errorf("%s: claims %q", header, got)
		}
	}
}

// One new token is tried, not more.
func TestRefusedTwice(t *testing.T) {
	w := interrupting(t, refusing(99, 401, nil))
	_, err := w.client.Roles(t.Context())
	refused(t, err, graph.SignInRefused, "the token is not accepted", "sign in again", "401")
	same(t, "tokens", len(w.credential.requests()), 2)
	same(t, "requests", len(w.Requests()), 2)
}

func TestSameToken(t *testing.T) {
	w := open(t, tenant.Options{}, tenant.TokenOptions{}, func(o *graph.Options) { o.Credential = fixed("opaque") })
	_, err := w.client.Roles(t.Context())
	refused(t, err, graph.SignInRefused, "the token is not accepted", "JWT is not well formed")
	same(t, "requests", len(w.Requests()), 1)
}

func TestClockSkew(t *testing.T) {
	w := open(t, tenant.Options{Skew: 20 * time.Minute}, tenant.TokenOptions{Lifetime: -time.Hour})
	same(t, "skew before", w.client.Skew(), 0)
	_, err := w.client.Roles(t.Context())
	refused(t, err, graph.SignInRefused, "this machine's clock is 20 minutes behind Graph's", "set the clock")
	if skew := w.client.Skew(); skew > -19*time.Minute || skew < -21*time.Minute {
		t.Errorf("skew %s, want -20m", skew)
	}
}

func TestTokens(t *testing.T) {
	for name, test := range map[string]struct {
		token tenant.TokenOptions
		says  string
	}{
		"expired":        {tenant.TokenOptions{Lifetime: -time.Minute}, "the token has expired"},
		"wrong audience": {tenant.TokenOptions{Audience: tenant.PortalAudience}, "for another service than Graph"},
		"wrong tenant":   {tenant.TokenOptions{Tenant: "00000000-0000-0000-0000-000000000009"}, "of another tenant"},
	} {
		w := open(t, tenant.Options{}, test.token)
		_, _, err := w.client.Tenant(t.Context())
		refused(t, err, graph.SignInRefused, test.says)
		_ = name
	}
	for _, token := range []string{"", "a b", "a\r\nX-Evil: 1", "a\x00b"} {
		w := open(t, tenant.Options{}, tenant.TokenOptions{}, func(o *graph.Options) { o.Credential = fixed(token) })
		_, _, err := w.client.Tenant(t.Context())
		refused(t, err, graph.SignInRefused, "not a token")
		same(t, "requests", len(w.Requests()), 0)
	}
}
