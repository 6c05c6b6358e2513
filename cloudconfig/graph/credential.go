package graph

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"writeback/internal/shell"
)

// Credential is a sign-in. It is an azcore.TokenCredential whose errors are
// *Error and hold no secret.
type Credential struct {
	method Method
	tenant string
	scopes []string
	inner  azcore.TokenCredential
	from   *authority
	portal *tokens // nil: this method cannot have one
}

func newCredential(s SignIn, inner azcore.TokenCredential, from *authority) *Credential {
	c := &Credential{method: s.Method, tenant: s.Tenant, scopes: s.Scopes, inner: inner, from: from}
	if c.scopes == nil {
		c.scopes = Scopes()
	}
	if s.Method.firstParty() || (s.Method == GivenToken && s.PortalToken != nil) {
		c.portal = &tokens{credential: c, scope: PortalAudience + "/.default", now: time.Now}
	}
	return c
}

// Method is how it signs in.
func (c *Credential) Method() Method { return c.method }

// GetToken gives a token for a resource's ".default" scope. Interactive methods
// ask for their named permissions instead.
func (c *Credential) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if o.Claims != "" && c.method.firstParty() {
		return azcore.AccessToken{}, c.again(o.Claims)
	}
	if resource, all := defaultOf(o.Scopes); all && c.method.interactive() {
		o.Scopes = named(resource, c.scopes)
	}
	got, err := c.inner.GetToken(ctx, o)
	if err != nil {
		if ctx.Err() != nil {
			return got, ctx.Err()
		}
		return azcore.AccessToken{}, signInRefused(c.method, err, c.from.refusal())
	}
	return got, nil
}

// Close gives back the connections to the authority. Tokens that were given out
// stay good.
func (c *Credential) Close() { c.from.client.CloseIdleConnections() }

// HasPortal says whether the method can have a token for the portal's service.
func (c *Credential) HasPortal() bool { return c.portal != nil }

// PortalToken gives a token for the portal's settings service. Applications and
// sign-ins as other clients cannot have one.
func (c *Credential) PortalToken(ctx context.Context) (string, error) {
	if c.portal == nil {
		return "", &Error{Kind: SignInRefused, Doing: "sign in to the portal's service",
			Text: "the portal takes tokens of Microsoft's own clients only, which " + string(c.method) + " is not",
			Fix:  "use " + another(c.method, AzureCLI) + " or azure-powershell, or bring a token (--portal-token-file)"}
	}
	return c.portal.get(ctx)
}

// again is a claims challenge that the command-line tools cannot answer by
// themselves: the user runs a command with it.
func (c *Credential) again(claims string) error {
	challenge := base64.StdEncoding.EncodeToString([]byte(claims))
	login, tenant := "az login --claims-challenge %s", "--tenant %s"
	if c.method == AzurePowerShell {
		login, tenant = "Connect-AzAccount -ClaimsChallenge %s", "-Tenant %s"
	}
	line := shell.Words(login, challenge)
	if c.tenant != "" {
		line = append(line, shell.Words(tenant, c.tenant)...)
	}
	return &Error{Kind: SignInRefused, Doing: "sign in with " + string(c.method),
		Text: "the service asks for a new sign-in, with more proof of who you are", Fix: "run: " + line.String()}
}

// defaultOf is the resource of a single ".default" scope.
func defaultOf(scopes []string) (resource string, is bool) {
	if len(scopes) != 1 {
		return "", false
	}
	return strings.CutSuffix(scopes[0], "/.default")
}
