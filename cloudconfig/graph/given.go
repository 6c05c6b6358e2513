package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"writeback/internal/shell"
)

// given are tokens that somebody else obtained.
type given struct{ graph, portal func() (string, error) }

// graphAudience is Graph's application id: the other form of its audience.
const graphAudience = "00000003-0000-0000-c000-000000000000"

// GetToken gives the token for the resource. Where a token can be read, one that
// is for another service or over is refused here, before it is shown to a service
// that it was not meant for.
func (g given) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	var none azcore.AccessToken
	resource, _ := defaultOf(o.Scopes)
	ask, audiences := g.graph, []string{resource, resource + "/", graphAudience}
	if resource == PortalAudience {
		ask, audiences = g.portal, []string{PortalAudience}
	}
	if ask == nil {
		return none, errors.New("no token was given")
	}
	token, err := ask()
	if err != nil {
		return none, unreadable(GivenToken, "read the token", err)
	}
	token = strings.TrimSpace(token)
	if token == "" {
		return none, errors.New("no token was given")
	}
	if o.Claims != "" {
		return none, errors.New("the service asks for a new sign-in, which a given token cannot answer")
	}
	got := azcore.AccessToken{Token: token}
	c, readable := readToken(token)
	if !readable {
		return got, nil
	}
	if c.Audience != "" && !slices.Contains(audiences, c.Audience) {
		return none, &Error{Kind: SignInRefused, Doing: "sign in with " + string(GivenToken),
			Text: fmt.Sprintf("the given token is for %q, not for %s", clean(c.Audience), resource),
			Fix:  "get one with: " + shell.Words("az account get-access-token --resource %s", resource).String()}
	}
	if c.Expires > 0 {
		got.ExpiresOn = time.Unix(c.Expires, 0).UTC()
	}
	return got, nil
}

// tokenClaims are what is read of a token. They are not verified: they only
// spare a request whose end is known.
type tokenClaims struct {
	Audience string `json:"aud"`
	Expires  int64  `json:"exp"`
}

// readToken reads a JSON web token's claims; tokens that are none are opaque.
func readToken(token string) (c tokenClaims, readable bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return c, false
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	return c, err == nil && json.Unmarshal(b, &c) == nil
}
