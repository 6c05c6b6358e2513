package graph_test

import (
	"os"
	"testing"
	"time"

	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
)

func TestGivenToken(t *testing.T) {
	w := open(t, tenant.Options{}, tenant.TokenOptions{})
	good := w.Mint(tenant.TokenOptions{})
	portal := w.Mint(tenant.TokenOptions{Audience: tenant.PortalAudience})
	tests := []struct {
		name  string
		token func() (string, error)
		says  string // "": it is good
	}{
		{"good", secret(good + "\n"), ""},
		{"none", nil, "no token was given"},
		{"empty", secret(" \n"), "no token was given"},
		{"of the portal", secret(portal), "is for \"74658136-14ec-4630-ad9b-26e160ff0fc6\", not for https://graph.microsoft.com"},
		{"two lines", secret("a\nb"), "not a token"},
		{"unreadable", func() (string, error) { return "", os.ErrPermission }, "read the token: permission denied"},
		{"opaque", secret("abc"), "JWT is not well formed"},
		{"ended", secret(w.Mint(tenant.TokenOptions{Lifetime: -time.Hour})), "has expired"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			credential, err := graph.SignIn{Method: graph.GivenToken, Token: test.token, PortalToken: secret(portal)}.Open()
			if err != nil {
				t.Fatal(err)
			}
			w.reopen(credential)
			_, _, err = w.client.Tenant(t.Context())
			if test.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused(t, err, graph.SignInRefused, test.says)
		})
	}
	for _, test := range []struct {
		portal func() (string, error)
		says   string
	}{{secret(portal), ""}, {secret(good), "not for 74658136"}, {nil, "Microsoft's own clients"}} {
		credential, err := graph.SignIn{Method: graph.GivenToken, PortalToken: test.portal}.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := credential.PortalToken(t.Context())
		if test.says == "" {
			same(t, "portal token", got, portal)
			continue
		}
		refused(t, err, graph.SignInRefused, test.says)
	}
}

// A file that is renewed while the program runs is read again.
func TestGivenTokenRenewed(t *testing.T) {
	w := open(t, tenant.Options{}, tenant.TokenOptions{})
	ended, good := w.Mint(tenant.TokenOptions{Lifetime: -time.Hour}), w.Mint(tenant.TokenOptions{})
	asked := 0
	credential, err := graph.SignIn{Method: graph.GivenToken, Token: func() (string, error) {
		if asked++; asked == 1 {
			return ended, nil
		}
		return good, nil
	}}.Open()
	if err != nil {
		t.Fatal(err)
	}
	w.reopen(credential)
	if _, _, err := w.client.Tenant(t.Context()); err != nil {
		t.Error(err)
	}
}
