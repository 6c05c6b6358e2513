package tenant_test

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"time"

	"writeback/internal/practice/tenant"
)

func TestBadTokensAreRefused(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time})
	stranger := start(t, tenant.Options{Clock: c.time})
	good := w.Mint(tenant.TokenOptions{})
	head, rest, _ := strings.Cut(good, ".")
	body, mac, _ := strings.Cut(rest, ".")
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"none"}`)) + "." + body + "."
	for name, tc := range map[string]struct{ token, says string }{
		"none":           {"", "Access token is empty."},
		"not a JWT":      {"abc", "not well formed"},
		"unsigned":       {unsigned, "signature is invalid"},
		"changed":        {head + "." + body[:len(body)-2] + "AA." + mac, "signature is invalid"},
		"of a stranger":  {stranger.Mint(tenant.TokenOptions{}), "signature is invalid"},
		"wrong audience": {w.Mint(tenant.TokenOptions{Audience: tenant.PortalAudience}), "Invalid audience."},
		"other tenant":   {w.Mint(tenant.TokenOptions{Tenant: "11111111-2222-8333-8444-555555555555"}), "another tenant"},
		"expired":        {w.Mint(tenant.TokenOptions{Lifetime: -time.Second}), "the token is expired"},
		"of the future":  {w.Mint(tenant.TokenOptions{IssuedAt: c.time().Add(time.Hour)}), "not yet valid"},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.ask("GET", w.GraphEndpoint()+"/v1.0/organization", tc.token, "")
			w.status(r, 401, "InvalidAuthenticationToken")
			if !strings.Contains(r.message(), tc.says) {
				t.Errorf("message %q, want %q in it", r.message(), tc.says)
			}
			if h := r.header.Get("WWW-Authenticate"); !strings.HasPrefix(h, "Bearer ") || strings.Contains(h, "claims=") {
				t.Errorf("WWW-Authenticate: %s", h)
			}
		})
	}
}

func TestTokensEndByTheTenantsClock(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time, TokenLifetime: 10 * time.Minute})
	token := w.Mint(tenant.TokenOptions{})
	ask := func() reply { return w.ask("GET", w.GraphEndpoint()+"/v1.0/me", token, "") }
	w.status(ask(), 200, "")
	c.pass(10*time.Minute - time.Second)
	w.status(ask(), 200, "")
	c.pass(time.Second)
	w.status(ask(), 401, "InvalidAuthenticationToken")
}

func TestRevocationChallengesThoseWhoUnderstand(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time})
	able, unable := w.Mint(tenant.TokenOptions{CAE: true}), w.Mint(tenant.TokenOptions{})
	ask := func(token string) reply { return w.ask("GET", w.GraphEndpoint()+"/v1.0/me", token, "") }
	w.status(ask(able), 200, "")
	w.Revoke()
	w.status(ask(unable), 200, "")
	r := ask(able)
	w.status(r, 401, "InvalidAuthenticationToken")
	m := regexp.MustCompile(`error="insufficient_claims", claims="([^"]+)"`).FindStringSubmatch(r.header.Get("WWW-Authenticate"))
	if m == nil {
		t.Fatalf("no claims challenge: %s", r.header.Get("WWW-Authenticate"))
	}
	claims, err := base64.StdEncoding.DecodeString(m[1])
	if want := `{"access_token":{"nbf":{"essential":true,"value":"1772445600"}}}`; err != nil || string(claims) != want {
		t.Errorf("claims %s (%v), want %s", claims, err, want)
	}
	w.status(ask(w.Mint(tenant.TokenOptions{CAE: true})), 200, "")
}

func TestEachRefusalHasGraphsForm(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time})
	r := w.get("/nothing", "client-request-id", "9c0b4f6e-0000-4000-8000-000000000001")
	w.status(r, 400, "BadRequest")
	inner, _ := r.doc["error"].(map[string]any)["innerError"].(map[string]any)
	if inner["request-id"] != r.header.Get("request-id") || inner["client-request-id"] != "9c0b4f6e-0000-4000-8000-000000000001" {
		t.Errorf("innerError %v, headers %v", inner, r.header)
	}
	if inner["date"] != "2026-03-02T10:00:00" {
		t.Errorf("date %v", inner["date"])
	}
}
