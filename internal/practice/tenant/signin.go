package tenant

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The sign-ins in which a person takes part: device code (RFC 8628), browser (RFC 6749 4.1 with RFC 7636), and going on with a refresh token. Who the
// person is, and whether there is one, is Options.SignIn.

// device is a device code that waits for a person.
type device struct {
	client string
	want   wanted
	cae    bool // it said so already
	until  time.Time
}

// grantCode is what a browser brought back.
type grantCode struct {
	client, redirect, challenge string
	upn                         string
}

type refreshToken struct {
	Refresh     bool
	UPN, Client string
}

const (
	nobody   = "nobody"
	declines = "declines"
)

func (t *Tenant) deviceCode(c *call) answer {
	form, err := url.ParseQuery(string(c.body))
	if err != nil || form.Get("client_id") == "" {
		return c.denied("invalid_request", "AADSTS900144: The request body must contain the following parameter: 'client_id'.")
	}
	want, refusal := c.scopes(form.Get("scope"))
	if refusal != nil {
		return *refusal
	}
	code, user := random(), strings.ToUpper(random()[:8])
	t.mu.Lock()
	t.devices[code] = &device{client: form.Get("client_id"), want: want, cae: understands(form), until: c.now.Add(15 * time.Minute)}
	t.mu.Unlock()
	return document(200, object{
		"device_code": code, "user_code": user, "verification_uri": "https://microsoft.com/devicelogin", "expires_in": 900, "interval": 1,
		"message": "To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code " + user + " to authenticate.",
	})
}

func (t *Tenant) redeemDevice(c *call, form url.Values) answer {
	code := form.Get("device_code")
	t.mu.Lock()
	d := t.devices[code]
	t.mu.Unlock()
	switch {
	case d == nil || d.client != form.Get("client_id"):
		return c.denied("bad_verification_code", "AADSTS70020: The provided value for the input parameter 'device_code' is not valid.")
	case c.now.After(d.until):
		return c.denied("expired_token", "AADSTS70019: Verification code expired.")
	case c.options.SignIn == nobody:
		return c.denied("authorization_pending", "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
	case c.options.SignIn == declines:
		return c.denied("authorization_declined", "AADSTS70018: The user declined the sign-in.")
	}
	who, known := c.options.identity(c.options.SignIn)
	if !known {
		return c.denied("invalid_grant", "AADSTS50034: The user account does not exist in the directory.")
	}
	t.mu.Lock()
	delete(t.devices, code)
	t.mu.Unlock()
	return t.signedIn(c, who, d.client, d.want, d.cae || understands(form))
}

// authorizeBrowser signs the person in without asking, and sends the browser back. It goes to loopback alone.
func (t *Tenant) authorizeBrowser(c *call) answer {
	q, err := c.query()
	if err != nil {
		return answer{status: http.StatusBadRequest}
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || back.Scheme != "http" || back.Hostname() != "localhost" && back.Hostname() != "127.0.0.1" || q.Get("response_type") != "code" {
		return c.denied("invalid_request", "AADSTS50011: The redirect URI does not match the redirect URIs configured for the application.")
	}
	who, known := c.options.identity(c.options.SignIn)
	reply := url.Values{"state": {q.Get("state")}}
	if known {
		code := random()
		t.mu.Lock()
		t.codes[code] = grantCode{client: q.Get("client_id"), redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"), upn: who.UPN}
		t.mu.Unlock()
		reply.Set("code", code)
	} else {
		reply.Set("error", "access_denied")
		reply.Set("error_description", "AADSTS65004: User declined to consent to access the app.")
	}
	back.RawQuery = reply.Encode()
	return answer{status: http.StatusFound}.with("Location", back.String())
}

// redeemCode gives tokens for a browser's code, once.
func (t *Tenant) redeemCode(c *call, form url.Values) answer {
	t.mu.Lock()
	g, ok := t.codes[form.Get("code")]
	delete(t.codes, form.Get("code"))
	t.mu.Unlock()
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	proof := base64.RawURLEncoding.EncodeToString(sum[:])
	if !ok || g.client != form.Get("client_id") || g.redirect != form.Get("redirect_uri") || g.challenge != proof {
		return c.denied("invalid_grant", "AADSTS70000: The provided authorization code is not valid.")
	}
	want, refusal := c.scopes(form.Get("scope"))
	if refusal != nil {
		return *refusal
	}
	who, _ := c.options.identity(g.upn)
	return t.signedIn(c, who, g.client, want, understands(form))
}

// refresh gives new tokens for a refresh token. One that was given out before tokens were revoked goes on: a tenant whose people must sign in again has
// none of them among its identities any more.
func (t *Tenant) refresh(c *call, form url.Values) answer {
	var r refreshToken
	if _, err := t.verify(form.Get("refresh_token")); err == nil {
		body, _ := base64.RawURLEncoding.DecodeString(strings.Split(form.Get("refresh_token"), ".")[1])
		json.Unmarshal(body, &r)
	}
	who, known := c.options.identity(r.UPN)
	if !r.Refresh || !known || r.UPN == "" {
		return c.denied("invalid_grant", "AADSTS70008: The provided refresh token is expired or was revoked.")
	}
	want, refusal := c.scopes(form.Get("scope"))
	if refusal != nil {
		return *refusal
	}
	return t.signedIn(c, who, form.Get("client_id"), want, understands(form))
}
