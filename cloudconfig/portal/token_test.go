package portal_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig/portal"
	"writeback/internal/practice/tenant"
)

// A token that the service would refuse is not sent, and the refusal says what
// to do.
func TestTokensAreLookedAtFirst(t *testing.T) {
	w := start(t, "admin", tenant.Options{})
	mint := func(o tenant.TokenOptions) func() (string, error) {
		return func() (string, error) { return w.Mint(o), nil }
	}
	for name, c := range map[string]struct {
		token func() (string, error)
		fault portal.TokenFault
		says  string
	}{
		"Graph's":     {mint(tenant.TokenOptions{}), portal.WrongAudience, "https://graph.microsoft.com"},
		"application": {mint(tenant.TokenOptions{Audience: portal.Audience, App: tenant.DefaultApps()[0].ClientID}), portal.NotDelegated, "signed-in users only"},
		"expired":     {mint(tenant.TokenOptions{Audience: portal.Audience, Lifetime: -time.Second}), portal.Expired, "expired at 2026-11-22T11:59:59Z"},
		"none":        {func() (string, error) { return " \n", nil }, portal.NoToken, "az account get-access-token"},
		"no source":   {func() (string, error) { return "", errors.New("az: not\x1b[31m found") }, portal.NoToken, `az: not\u001b[31m found`},
		"not a token": {func() (string, error) { return "hunter2", nil }, portal.NotAToken, "JSON Web Token"},
		"three parts": {func() (string, error) { return "a.b.c", nil }, portal.NotAToken, "JSON Web Token"},
	} {
		w.c.Token = func(context.Context) (string, error) { return c.token() }
		_, claimsErr := w.c.Claims(t.Context())
		_, readErr := w.c.Read(t.Context())
		for _, err := range []error{claimsErr, readErr, w.c.SetUnlock(t.Context(), true)} {
			var e *portal.TokenError
			if !errors.As(err, &e) || e.Fault != c.fault || !strings.Contains(err.Error(), c.says) || !isNotWritten(err) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s: %v, want %s", name, err, c.fault)
			}
		}
	}
	w.c.Token = nil
	if _, err := w.c.Read(t.Context()); !strings.Contains(err.Error(), "no token") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	w.c.Token = func(context.Context) (string, error) { cancel(); return "", errors.New("interrupted") }
	if _, err := w.c.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if n := len(w.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestClaims(t *testing.T) {
	w := start(t, "authpolicy", tenant.Options{})
	got, err := w.c.Claims(t.Context())
	want := portal.Claims{Tenant: tenant.DefaultID, User: "authpolicy@contoso.com", Client: tenant.AzureCLI, Expires: w.time().Add(time.Hour).Local()}
	if err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// A token that the service does not take is tried again only if there is
// another one.
func TestATokenIsRenewedOnce(t *testing.T) {
	w := start(t, "admin", tenant.Options{})
	fresh := func() string {
		return w.Mint(tenant.TokenOptions{Audience: portal.Audience, Lifetime: 2 * time.Hour, CAE: true})
	}
	old := fresh()
	w.clock.now = w.now.Add(time.Second)
	w.Revoke()
	w.clock.now = w.now.Add(time.Second)
	w.c.Token = func(context.Context) (string, error) {
		if len(w.seen) == 0 {
			return old, nil
		}
		return fresh(), nil
	}
	if _, err := w.c.Read(t.Context()); err != nil || len(w.seen) != 2 || w.seen[0].Status != 401 {
		t.Errorf("%v after %+v", err, w.seen)
	}

	w.seen = nil
	w.c.Token = func(context.Context) (string, error) { return old, nil }
	_, err := w.c.Read(t.Context())
	w.failed(err, portal.SignIn, true, "401", "sign in again")
	if len(w.seen) != 1 {
		t.Errorf("it was asked %d times with the same token", len(w.seen))
	}

	// One that is new each time, and never taken.
	w.seen = nil
	n := time.Duration(0)
	w.c.Token = func(context.Context) (string, error) {
		n++
		return w.Mint(tenant.TokenOptions{Audience: portal.Audience, Client: "11111111-2222-8333-8444-555555555555", Lifetime: time.Hour + n*time.Second}), nil
	}
	_, err = w.c.Read(t.Context())
	w.failed(err, portal.SignIn, true)
	if len(w.seen) != 2 {
		t.Errorf("it was asked %d times, want twice", len(w.seen))
	}
}

// A token that cannot be used is not got again by the sign-in that it came from.
func TestHowToGetAToken(t *testing.T) {
	for _, method := range []string{"", "azure-cli", "azure-powershell", "token"} {
		for _, fault := range []portal.TokenFault{portal.NoToken, portal.NotAToken, portal.WrongAudience, portal.NotDelegated} {
			c := portal.Client{SignedIn: method, Token: func(context.Context) (string, error) {
				return map[portal.TokenFault]string{portal.NotAToken: "x"}[fault], nil
			}}
			_, err := c.Claims(t.Context())
			var e *portal.TokenError
			if !errors.As(err, &e) || e.SignedIn != method {
				t.Fatalf("%v", err)
			}
			e.Fault = fault
			if says := e.Error(); method != "" && strings.Contains(says, "--auth "+method) || !strings.Contains(says, "get-access-token") {
				t.Errorf("%s after %q: %s", fault, method, says)
			}
		}
	}
}
