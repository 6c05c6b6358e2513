package graph

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// tokens holds the token in use: some credentials (the command-line ones) start
// a process for every token that they are asked for.
type tokens struct {
	credential azcore.TokenCredential
	scope      string
	now        func() time.Time

	mu   sync.Mutex
	have azcore.AccessToken
}

// early is how long before its end a token is replaced.
const early = 5 * time.Minute

// errSameToken means that the credential has nothing newer.
var errSameToken = errors.New("the sign-in gives the same token again")

func (s *tokens) get(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.have.Token != "" && (s.have.ExpiresOn.IsZero() || s.have.ExpiresOn.Sub(s.now()) > early) {
		return s.have.Token, nil
	}
	return s.ask(ctx, "")
}

// renew replaces a token that was refused. claims is what the service asked for,
// decoded; "" where it asked for nothing.
func (s *tokens) renew(ctx context.Context, refused, claims string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if claims == "" && s.have.Token != refused && s.have.Token != "" {
		return s.have.Token, nil // somebody else was faster
	}
	s.have = azcore.AccessToken{}
	token, err := s.ask(ctx, claims)
	if err == nil && token == refused {
		return "", errSameToken
	}
	return token, err
}

func (s *tokens) ask(ctx context.Context, claims string) (string, error) {
	got, err := s.credential.GetToken(ctx, policy.TokenRequestOptions{
		Scopes: []string{s.scope}, Claims: claims, EnableCAE: true,
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", signInRefused("", err, "")
	case got.Token == "" || strings.ContainsFunc(got.Token, notInToken):
		return "", &Error{Kind: SignInRefused, Text: "the sign-in gave something that is not a token"}
	}
	s.have = got
	return got.Token, nil
}

// notInToken keeps line breaks out of the header (RFC 6750 2.1).
func notInToken(r rune) bool { return r <= ' ' || r >= 0x7f }

var (
	claimsParameter = regexp.MustCompile(`(?i)[\s,]claims\s*=\s*"([^"]*)"`)
	schemeBearer    = regexp.MustCompile(`(?i)^\s*bearer\b`)
)

// claimsOf is the claims challenge of a 401 (continuous access evaluation): JSON
// in base64, in WWW-Authenticate. "" where there is none.
func claimsOf(h http.Header) string {
	for _, v := range h.Values("WWW-Authenticate") {
		m := claimsParameter.FindStringSubmatch(v)
		if m == nil || !schemeBearer.MatchString(v) || len(m[1]) > 8<<10 {
			continue
		}
		text := strings.TrimRight(m[1], "=")
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if b, err := e.DecodeString(text); err == nil {
				return string(b)
			}
		}
	}
	return ""
}
