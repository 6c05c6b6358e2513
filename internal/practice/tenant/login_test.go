package tenant_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"writeback/internal/practice/tenant"
)

// post asks the authority.
func (w *world) post(path string, form url.Values) reply {
	w.Helper()
	return w.ask("POST", w.Authority()+w.ID()+"/"+path, "", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

func (w *world) refused(r reply, code, says string) {
	w.Helper()
	text, _ := r.doc["error_description"].(string)
	if r.status/100 != 4 || r.doc["error"] != code || !strings.Contains(text, says) {
		w.Errorf("%d %s, want %s with %q", r.status, r.body, code, says)
	}
}

// works says what Graph and the portal answer to the token in r.
func (w *world) works(r reply, path string, want int) {
	w.Helper()
	token, _ := r.doc["access_token"].(string)
	if r.status != 200 || token == "" {
		w.Errorf("no token: %d %s", r.status, r.body)
		return
	}
	if got := w.ask("GET", w.GraphEndpoint()+"/v1.0"+path, token, ""); got.status != want {
		w.Errorf("%s with the token: %d %s, want %d", path, got.status, got.body, want)
	}
}

const graphDefault = "https://graph.microsoft.com/.default"

func TestClientCredentials(t *testing.T) {
	w := start(t, tenant.Options{TokenLifetime: 90 * time.Second})
	form := func(change ...string) url.Values {
		f := url.Values{"grant_type": {"client_credentials"}, "client_id": {app}, "client_secret": {"practice-secret"}, "scope": {graphDefault}}
		for i := 0; i < len(change); i += 2 {
			f.Set(change[i], change[i+1])
		}
		return f
	}
	ask := func(change ...string) reply { return w.post("oauth2/v2.0/token", form(change...)) }
	r := ask()
	w.works(r, "/organization", 200)
	w.works(r, "/directory/onPremisesSynchronization", 403)
	if r.doc["expires_in"] != 90.0 || r.doc["token_type"] != "Bearer" {
		t.Errorf("%s", r.body)
	}
	w.works(ask("client_secret", "", "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion", "a.b.c"), "/users", 200)
	w.refused(ask("client_secret", "wrong"), "invalid_client", "AADSTS7000215")
	w.refused(ask("client_secret", ""), "invalid_client", "AADSTS7000215")
	w.refused(ask("client_id", "11111111-2222-8333-8444-555555555555"), "unauthorized_client", "AADSTS700016")
	w.refused(ask("scope", "https://graph.microsoft.com/User.Read.All"), "invalid_scope", "AADSTS1002012")
	w.refused(ask("scope", "https://vault.example/.default"), "invalid_scope", "AADSTS500011")
	w.refused(ask("scope", graphDefault+" "+tenant.PortalAudience+"/.default"), "invalid_scope", "AADSTS28000")
	w.refused(ask("scope", ""), "invalid_scope", "AADSTS900144")
	w.refused(ask("grant_type", "password"), "unsupported_grant_type", "AADSTS70003")
}

func TestDeviceCode(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time, SignIn: "nobody"})
	begin := func(scope string) string {
		r := w.post("oauth2/v2.0/devicecode", url.Values{"client_id": {tenant.AzureCLI}, "scope": {scope}})
		code, _ := r.doc["device_code"].(string)
		if r.status != 200 || code == "" || !strings.Contains(r.doc["message"].(string), r.doc["user_code"].(string)) {
			t.Fatalf("%d %s", r.status, r.body)
		}
		return code
	}
	redeem := func(code string) reply {
		return w.post("oauth2/v2.0/token", url.Values{"grant_type": {"device_code"}, "client_id": {tenant.AzureCLI}, "device_code": {code}})
	}
	signIn := func(upn string) { w.Change(func(o *tenant.Options) { o.SignIn = upn }) }
	code := begin("https://graph.microsoft.com/Organization.Read.All https://graph.microsoft.com/User.Read offline_access openid profile")
	w.refused(redeem(code), "authorization_pending", "AADSTS70016")
	signIn("declines")
	w.refused(redeem(code), "authorization_declined", "AADSTS70018")
	signIn("reader@contoso.com")
	r := redeem(code)
	w.works(r, "/organization", 200)
	w.works(r, "/users", 403) // it was not asked for
	if r.doc["id_token"] == nil || r.doc["client_info"] == nil || r.doc["refresh_token"] == nil {
		t.Errorf("%s", r.body)
	}
	w.refused(redeem(code), "bad_verification_code", "AADSTS70020")
	code = begin(graphDefault)
	c.pass(16 * time.Minute)
	w.refused(redeem(code), "expired_token", "AADSTS70019")
	w.refused(w.post("oauth2/v2.0/devicecode", url.Values{"client_id": {tenant.AzureCLI}, "scope": {"https://graph.microsoft.com/No.Such.Scope"}}),
		"invalid_scope", "AADSTS650053")
	w.refused(w.post("oauth2/v2.0/devicecode", url.Values{"scope": {graphDefault}}), "invalid_request", "client_id")
	signIn("stranger@elsewhere.example")
	w.refused(redeem(begin(graphDefault)), "invalid_grant", "AADSTS50034")
}

func TestBrowserCodeAndRefresh(t *testing.T) {
	w := start(t, tenant.Options{})
	w.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	sum := sha256.Sum256([]byte("verifier"))
	const back = "http://localhost:1"
	authorize := func(redirect string) reply {
		q := url.Values{"client_id": {tenant.AzureCLI}, "response_type": {"code"}, "redirect_uri": {redirect}, "state": {"s"},
			"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}, "scope": {graphDefault}}
		return w.ask("GET", w.Authority()+"organizations/oauth2/v2.0/authorize?"+q.Encode(), "", "")
	}
	returned := func(r reply) url.Values {
		u, err := url.Parse(r.header.Get("Location"))
		if err != nil || r.status != 302 || !strings.HasPrefix(u.String(), back) || u.Query().Get("state") != "s" {
			t.Fatalf("%d %v", r.status, r.header)
		}
		return u.Query()
	}
	redeem := func(code, verifier string) reply {
		return w.post("oauth2/v2.0/token", url.Values{"grant_type": {"authorization_code"}, "client_id": {tenant.AzureCLI}, "code": {code},
			"redirect_uri": {back}, "code_verifier": {verifier}, "scope": {graphDefault + " offline_access"}})
	}
	w.refused(redeem(returned(authorize(back)).Get("code"), "wrong"), "invalid_grant", "AADSTS70000")
	code := returned(authorize(back)).Get("code")
	r := redeem(code, "verifier")
	w.works(r, "/directory/onPremisesSynchronization", 200)
	w.refused(redeem(code, "verifier"), "invalid_grant", "AADSTS70000")
	w.refused(authorize("https://evil.example/"), "invalid_request", "AADSTS50011")
	refresh := func(token, client, scope string) reply {
		return w.post("oauth2/v2.0/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {client}, "refresh_token": {token}, "scope": {scope}})
	}
	token := r.doc["refresh_token"].(string)
	w.works(refresh(token, tenant.AzureCLI, graphDefault), "/me", 200)
	portal := refresh(token, tenant.AzureCLI, tenant.PortalAudience+"/.default").doc["access_token"].(string)
	if got := w.ask("GET", w.PortalEndpoint()+policies, portal, "", "x-ms-client-request-id", anID); got.status != 200 {
		t.Errorf("the portal: %d %s", got.status, got.body)
	}
	w.refused(refresh(token, "11111111-2222-8333-8444-555555555555", tenant.PortalAudience+"/.default"), "invalid_grant", "AADSTS65001")
	w.refused(refresh(portal, tenant.AzureCLI, graphDefault), "invalid_grant", "AADSTS70008")
	w.Change(func(o *tenant.Options) { o.SignIn = "nobody" })
	if got := returned(authorize(back)).Get("error"); got != "access_denied" {
		t.Errorf("error %q", got)
	}
}

func TestConsentIsNeeded(t *testing.T) {
	w := start(t, tenant.Options{Identities: []tenant.Identity{{UPN: "a@contoso.com", Scopes: []string{"User.Read"}}}})
	sign := func(scope string) reply {
		code := w.post("oauth2/v2.0/devicecode", url.Values{"client_id": {tenant.AzureCLI}, "scope": {scope}}).doc["device_code"].(string)
		return w.post("oauth2/v2.0/token", url.Values{"grant_type": {"device_code"}, "client_id": {tenant.AzureCLI}, "device_code": {code}})
	}
	w.works(sign("User.Read"), "/me", 200)
	w.works(sign(graphDefault), "/organization", 200)
	w.works(sign(graphDefault), "/users", 403)
	w.refused(sign("https://graph.microsoft.com/User.Read.All"), "invalid_grant", "AADSTS65001")
}

func TestUnknownTenantsAndAddresses(t *testing.T) {
	w := start(t, tenant.Options{})
	get := func(path string) reply { return w.ask("GET", w.Authority()+path, "", "") }
	w.refused(get("fabrikam.com/v2.0/.well-known/openid-configuration"), "invalid_request", "AADSTS90002")
	for _, name := range []string{w.ID(), "contoso.com", "organizations"} {
		r := get(name + "/v2.0/.well-known/openid-configuration")
		if r.status != 200 || r.doc["token_endpoint"] != w.Authority()+name+"/oauth2/v2.0/token" || !strings.HasPrefix(r.doc["issuer"].(string), w.Authority()+w.ID()) {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	if r := get(w.ID() + "/oauth2/token"); r.status != 404 {
		t.Errorf("the v1.0 endpoint: %d", r.status)
	}
}

// A tenant that is locked gives no token for what everybody can know: neither the
// application's secret, nor a person who is not asked.
func TestLockedTenant(t *testing.T) {
	w := start(t, tenant.Options{})
	w.Lock()
	ask := func(secret string) reply {
		return w.post("oauth2/v2.0/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {app}, "client_secret": {secret}, "scope": {graphDefault}})
	}
	w.refused(ask("practice-secret"), "invalid_client", "AADSTS7000215")
	w.refused(ask(""), "invalid_client", "AADSTS7000215")
	w.refused(w.post("oauth2/v2.0/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {app}, "scope": {graphDefault},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {"a.b.c"}}), "invalid_client", "AADSTS7000215")
	r := w.post("oauth2/v2.0/devicecode", url.Values{"client_id": {tenant.AzureCLI}, "scope": {graphDefault}})
	code, _ := r.doc["device_code"].(string)
	w.refused(w.post("oauth2/v2.0/token", url.Values{"grant_type": {"device_code"}, "client_id": {tenant.AzureCLI}, "device_code": {code}}),
		"authorization_pending", "AADSTS70016")
	if got := w.ask("GET", w.GraphEndpoint()+"/v1.0/organization", w.Mint(tenant.TokenOptions{}), ""); got.status != 200 {
		t.Errorf("its own token: %d", got.status)
	}
}
