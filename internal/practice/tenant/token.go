package tenant

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/cloudconfig"
)

// The audiences of tokens.
const (
	GraphAudience  = "https://graph.microsoft.com"
	graphAppID     = "00000003-0000-0000-c000-000000000000"
	PortalAudience = "74658136-14ec-4630-ad9b-26e160ff0fc6"
)

// TokenOptions say what a token is to hold. The zero value is the first identity's token for Graph, by way of Azure CLI, with each scope that
// was consented to.
type TokenOptions struct {
	Audience string             // "": Graph
	Identity string             // the UPN of one of the tenant's identities; "": the first
	App      string             // the client id of one of the tenant's apps: an application token, and Identity counts for nothing
	Client   string             // appid; "": Azure CLI
	Scopes   []string           // nil: each consented to; empty: none
	Roles    []cloudconfig.Role // directory roles; nil: the identity's; empty: none
	AppRoles []string           // nil: the app's; empty: none
	Tenant   string             // "": this tenant
	IssuedAt time.Time          // zero: now
	Lifetime time.Duration      // zero: the tenant's; negative: it ran out before it was issued
	CAE      bool               // the client says that it understands claims challenges
}

// claims are a token's.
type claims struct {
	Audience string   `json:"aud"`
	Issuer   string   `json:"iss"`
	IssuedAt int64    `json:"iat"`
	From     int64    `json:"nbf"`
	Until    int64    `json:"exp"`
	Client   string   `json:"appid"`
	Kind     string   `json:"idtyp"` // user or app
	Name     string   `json:"name,omitempty"`
	Object   string   `json:"oid"`
	Scopes   string   `json:"scp,omitempty"`
	AppRoles []string `json:"roles,omitempty"`
	Subject  string   `json:"sub"`
	Tenant   string   `json:"tid"`
	UPN      string   `json:"upn,omitempty"`
	Token    string   `json:"uti"`
	Version  string   `json:"ver"`
	Wids     []string `json:"wids,omitempty"`
	Able     []string `json:"xms_cc,omitempty"` // cp1: understands claims challenges
	Age      int      `json:"age"`              // how often tokens were revoked before it was made; the service has it elsewhere
}

func (c claims) application() bool { return c.Kind == "app" }

func (c claims) scope(any []string) bool {
	have := strings.Fields(c.Scopes)
	return slices.ContainsFunc(any, func(s string) bool { return slices.Contains(have, s) })
}

func (c claims) appRole(any []string) bool {
	return slices.ContainsFunc(any, func(s string) bool { return slices.Contains(c.AppRoles, s) })
}

func (c claims) directoryRole(any []cloudconfig.Role) bool {
	return slices.ContainsFunc(any, func(r cloudconfig.Role) bool { return slices.Contains(c.Wids, r.TemplateID) })
}

// Mint makes a token that the tenant takes for its own. An identity or app that the tenant does not know gets a token with what o says and nothing
// more.
func (t *Tenant) Mint(o TokenOptions) string { return t.sign(t.claims(o)) }

func (t *Tenant) claims(o TokenOptions) claims {
	opts := t.opts()
	set(&o.Audience, GraphAudience)
	set(&o.Tenant, opts.ID)
	set(&o.Lifetime, opts.TokenLifetime)
	if o.IssuedAt.IsZero() {
		o.IssuedAt = opts.Clock()
	}
	c := claims{
		Audience: o.Audience, Issuer: "https://sts.windows.net/" + o.Tenant + "/", Tenant: o.Tenant, Version: "1.0", Token: random(),
		IssuedAt: o.IssuedAt.Unix(), From: o.IssuedAt.Unix(), Until: o.IssuedAt.Add(o.Lifetime).Unix(),
	}
	_, c.Age = t.revocation()
	if o.CAE {
		c.Able = []string{"cp1"}
	}
	if o.App != "" {
		c.asApp(opts, o)
	} else {
		c.asUser(opts, o)
	}
	return c
}

func (c *claims) asApp(opts Options, o TokenOptions) {
	app, _ := opts.app(o.App)
	c.Kind, c.Client, c.AppRoles = "app", o.App, o.AppRoles
	c.Object, c.Subject = guid("service principal", o.App), guid("service principal", o.App)
	if o.AppRoles == nil {
		c.AppRoles = app.Roles
	}
	if c.Audience == PortalAudience {
		c.AppRoles = nil
	}
}

func (c *claims) asUser(opts Options, o TokenOptions) {
	who, known := opts.identity(o.Identity)
	if !known {
		who = Identity{UPN: o.Identity, Name: o.Identity, Scopes: []string{}}
	}
	set(&o.Client, AzureCLI)
	c.Kind, c.Client, c.Name, c.UPN = "user", o.Client, who.Name, who.UPN
	c.Object, c.Subject = who.ID(), guid("subject", who.UPN)
	scopes, roles := o.Scopes, o.Roles
	if scopes == nil {
		scopes = who.consented(c.Audience)
	}
	if roles == nil {
		roles = who.Roles
	}
	c.Scopes = strings.Join(scopes, " ")
	for _, r := range roles {
		c.Wids = append(c.Wids, r.TemplateID)
	}
	c.Wids = append(c.Wids, member)
}

// consented are the scopes that a token for the audience holds where none is named.
func (i Identity) consented(audience string) []string {
	switch {
	case audience == PortalAudience:
		return []string{"user_impersonation"}
	case i.Scopes == nil:
		return DelegatedScopes()
	}
	return i.Scopes
}

// sign makes a JWT, signed with HS256 (RFC 7519, RFC 7515).
func (t *Tenant) sign(c any) string {
	body, err := json.Marshal(c)
	if err != nil {
		panic(err) // claims are strings and numbers
	}
	b64 := base64.RawURLEncoding
	text := b64.EncodeToString([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + b64.EncodeToString(body)
	return text + "." + b64.EncodeToString(t.mac(text))
}

func (t *Tenant) mac(text string) []byte {
	m := hmac.New(sha256.New, t.key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

// verify reads a token that this tenant made. Whether it may be used is not its affair.
func (t *Tenant) verify(token string) (claims, error) {
	i := strings.LastIndexByte(token, '.')
	if strings.Count(token, ".") != 2 {
		return claims{}, errors.New("JWT is not well formed")
	}
	mac, err := base64.RawURLEncoding.DecodeString(token[i+1:])
	if err != nil || !hmac.Equal(mac, t.mac(token[:i])) {
		return claims{}, errors.New("signature is invalid")
	}
	_, text, _ := strings.Cut(token[:i], ".")
	body, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return claims{}, fmt.Errorf("read the claims: %w", err)
	}
	var c claims
	return c, json.Unmarshal(body, &c)
}

// Revoke makes the tokens that were issued until now worthless: those whose client understands claims challenges are answered with one. Others run
// until they end, as continuous access evaluation has it.
func (t *Tenant) Revoke() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.revoked, t.age = t.options.Clock(), t.age+1
}

// revocation is when tokens were revoked last, and how often they were.
func (t *Tenant) revocation() (at time.Time, age int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.revoked, t.age
}

func random() string {
	var b [16]byte
	rand.Read(b[:])
	return guidOf(b)
}
