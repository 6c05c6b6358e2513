package tenant

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// The v2.0 endpoint: enough of it for azidentity to sign in with a client secret or certificate, a device code or a browser. Client assertions are
// taken without looking at their signature: the tenant knows no certificates.

// login answers a request to the token endpoint and what belongs to it.
func (t *Tenant) login(c *call) answer {
	tenant, path, _ := strings.Cut(strings.TrimPrefix(c.URL.Path, "/"), "/")
	if !slices.Contains([]string{"organizations", "common"}, tenant) && !c.options.named(tenant) {
		return c.denied("invalid_request", "AADSTS90002: Tenant '"+tenant+"' not found.")
	}
	switch c.Method + " " + path {
	case "GET v2.0/.well-known/openid-configuration":
		return t.openID(c, tenant)
	case "GET discovery/v2.0/keys":
		return document(200, object{"keys": []object{}})
	case "GET oauth2/v2.0/authorize":
		return t.authorizeBrowser(c)
	case "POST oauth2/v2.0/devicecode":
		return t.deviceCode(c)
	case "POST oauth2/v2.0/token":
		return t.token(c)
	}
	return answer{status: http.StatusNotFound}
}

func (o Options) named(tenant string) bool {
	return strings.EqualFold(tenant, o.ID) || slices.ContainsFunc(o.Domains, func(d string) bool { return strings.EqualFold(d, tenant) })
}

func (t *Tenant) openID(c *call, tenant string) answer {
	base := t.Authority() + tenant
	return document(200, object{
		"token_endpoint":                base + "/oauth2/v2.0/token",
		"authorization_endpoint":        base + "/oauth2/v2.0/authorize",
		"device_authorization_endpoint": base + "/oauth2/v2.0/devicecode",
		"jwks_uri":                      base + "/discovery/v2.0/keys",
		"issuer":                        t.Authority() + c.options.ID + "/v2.0",
		"response_types_supported":      []string{"code", "id_token"},
		"subject_types_supported":       []string{"pairwise"},
		"scopes_supported":              []string{"openid", "profile", "email", "offline_access"},
	})
}

// token answers a request for a token by its kind of grant.
func (t *Tenant) token(c *call) answer {
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return c.denied("invalid_request", "AADSTS900144: The request body is malformed.")
	}
	switch form.Get("grant_type") {
	case "client_credentials":
		return t.clientCredentials(c, form)
	case "device_code", "urn:ietf:params:oauth:grant-type:device_code":
		return t.redeemDevice(c, form)
	case "authorization_code":
		return t.redeemCode(c, form)
	case "refresh_token":
		return t.refresh(c, form)
	}
	return c.denied("unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type '"+form.Get("grant_type")+"'.")
}

func (t *Tenant) clientCredentials(c *call, form url.Values) answer {
	app, known := c.options.app(form.Get("client_id"))
	assertion := form.Get("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" && form.Get("client_assertion") != ""
	switch {
	case !known:
		return c.denied("unauthorized_client", "AADSTS700016: Application with identifier '"+form.Get("client_id")+"' was not found in the directory.")
	case c.options.locked || !assertion && form.Get("client_secret") != app.Secret:
		return c.denied("invalid_client", "AADSTS7000215: Invalid client secret provided.")
	}
	want, refusal := c.scopes(form.Get("scope"))
	if refusal != nil {
		return *refusal
	}
	if !slices.Equal(want.scopes, []string{".default"}) {
		return c.denied("invalid_scope", "AADSTS1002012: The provided value for scope is not valid. Client credential flows must have a scope value with /.default.")
	}
	o := TokenOptions{Audience: want.audience, App: app.ClientID, CAE: understands(form)}
	return document(200, object{"token_type": "Bearer", "expires_in": c.seconds(), "ext_expires_in": c.seconds(), "access_token": t.Mint(o)})
}

// wanted is what a request for a token asks for.
type wanted struct {
	audience string
	scopes   []string // without the resource; .default for all that was consented to
	refresh  bool     // offline_access
}

// scopes reads the scope parameter. All scopes must be of one resource.
func (c *call) scopes(value string) (w wanted, refusal *answer) {
	deny := func(text string) (wanted, *answer) {
		a := c.denied("invalid_scope", text)
		return wanted{}, &a
	}
	for _, s := range strings.Fields(value) {
		if slices.Contains([]string{"openid", "profile", "email", "offline_access"}, s) {
			w.refresh = w.refresh || s == "offline_access"
			continue
		}
		audience, name := GraphAudience, s
		if i := strings.LastIndexByte(s, '/'); i >= 0 {
			audience, name = strings.TrimSuffix(s[:i], "/"), s[i+1:]
		}
		switch {
		case audience == graphAppID:
			audience = GraphAudience
		case audience == "api://"+PortalAudience:
			audience = PortalAudience
		}
		if audience != GraphAudience && audience != PortalAudience {
			return deny("AADSTS500011: The resource principal named " + audience + " was not found in the tenant.")
		}
		if w.audience != "" && w.audience != audience {
			return deny("AADSTS28000: Provided value for the input parameter scope is not valid because it contains more than one resource.")
		}
		if name != ".default" && (audience == PortalAudience || !slices.Contains(DelegatedScopes(), name)) {
			return deny("AADSTS650053: The application asked for scope '" + name + "' that doesn't exist on the resource.")
		}
		w.audience = audience
		w.scopes = append(w.scopes, name)
	}
	if len(w.scopes) == 0 {
		return deny("AADSTS900144: The request body must contain the following parameter: 'scope'.")
	}
	return w, nil
}

// signedIn gives a person's tokens.
func (t *Tenant) signedIn(c *call, who Identity, client string, want wanted, cae bool) answer {
	if want.audience == PortalAudience && !slices.Contains(portalClients, client) {
		return c.denied("invalid_grant", "AADSTS65001: The user or administrator has not consented to use the application with ID '"+client+"'.")
	}
	o := TokenOptions{Audience: want.audience, Identity: who.UPN, Client: client, CAE: cae}
	if !slices.Contains(want.scopes, ".default") {
		o.Scopes = []string{}
		for _, s := range want.scopes {
			if !slices.Contains(who.consented(want.audience), s) {
				return c.denied("invalid_grant", "AADSTS65001: The user or administrator has not consented to the scope '"+s+"'.")
			}
			o.Scopes = append(o.Scopes, s)
		}
	}
	made := t.claims(o)
	id := claims{
		Audience: client, Issuer: t.Authority() + c.options.ID + "/v2.0", IssuedAt: made.IssuedAt, From: made.From, Until: made.Until,
		Name: made.Name, Object: made.Object, Subject: made.Subject, Tenant: made.Tenant, UPN: made.UPN, Token: random(), Version: "2.0",
	}
	info := `{"uid":"` + made.Object + `","utid":"` + made.Tenant + `"}`
	doc := object{
		"token_type": "Bearer", "expires_in": c.seconds(), "ext_expires_in": c.seconds(), "access_token": t.sign(made),
		"id_token": t.sign(id), "client_info": base64.RawURLEncoding.EncodeToString([]byte(info)),
		"scope": granted(want.audience, made.Scopes),
	}
	if want.refresh {
		doc["refresh_token"] = t.sign(refreshToken{Refresh: true, UPN: who.UPN, Client: client})
	}
	return document(200, doc)
}

func granted(audience, scopes string) string {
	var out []string
	for _, s := range strings.Fields(scopes) {
		out = append(out, audience+"/"+s)
	}
	return strings.Join(append(out, audience+"/.default"), " ")
}

// understands says that the client wrote cp1 into the claims parameter, or CP1, as azidentity does: it understands claims challenges.
func understands(form url.Values) bool {
	return strings.Contains(strings.ToLower(form.Get("claims")), `"cp1"`)
}

func (c *call) seconds() int { return int(c.options.TokenLifetime.Seconds()) }

// denied is a refusal in the form of RFC 6749, 5.2, with the service's own fields.
func (c *call) denied(code, text string) answer {
	status := http.StatusBadRequest
	if code == "invalid_client" {
		status = http.StatusUnauthorized
	}
	return document(status, object{
		"error": code, "error_description": text + " Trace ID: " + c.id + " Timestamp: " + stamp(c.now),
		"error_codes": []int{}, "timestamp": stamp(c.now), "trace_id": c.id, "correlation_id": c.id,
	})
}
