package tenant_test

import (
	"context"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"writeback/internal/practice/tenant"
)

// Microsoft's own library signs in to the tenant as to the real one.

func (w *world) azure() azcore.ClientOptions {
	return azcore.ClientOptions{
		Transport: w.client,
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: w.Authority()},
		Retry:     policy.RetryOptions{MaxRetries: -1},
	}
}

func (w *world) tokenOf(c azcore.TokenCredential, o policy.TokenRequestOptions) string {
	w.Helper()
	got, err := c.GetToken(w.Context(), o)
	if err != nil {
		w.Fatal(err)
	}
	return got.Token
}

func graphScope() policy.TokenRequestOptions {
	return policy.TokenRequestOptions{Scopes: []string{graphDefault}, EnableCAE: true}
}

func TestAzidentityClientSecret(t *testing.T) {
	w := start(t, tenant.Options{})
	with := func(secret string) azcore.TokenCredential {
		c, err := azidentity.NewClientSecretCredential(w.ID(), app, secret, &azidentity.ClientSecretCredentialOptions{
			ClientOptions: w.azure(), DisableInstanceDiscovery: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	token := w.tokenOf(with("practice-secret"), graphScope())
	w.status(w.ask("GET", w.GraphEndpoint()+"/v1.0/organization", token, ""), 200, "")
	w.status(w.ask("GET", w.GraphEndpoint()+"/v1.0/directory/onPremisesSynchronization", token, ""), 403, "Authorization_RequestDenied")
	if _, err := with("wrong").GetToken(t.Context(), graphScope()); err == nil || !strings.Contains(err.Error(), "AADSTS7000215") {
		t.Errorf("a wrong secret: %v", err)
	}
}

func TestAzidentityDeviceCodeAndRevocation(t *testing.T) {
	w := start(t, tenant.Options{SignIn: "reader@contoso.com"})
	shown := 0
	c, err := azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
		ClientOptions: w.azure(), DisableInstanceDiscovery: true, TenantID: w.ID(), ClientID: tenant.AzureCLI,
		UserPrompt: func(_ context.Context, m azidentity.DeviceCodeMessage) error {
			if shown++; m.UserCode == "" || !strings.Contains(m.Message, m.UserCode) {
				t.Errorf("%+v", m)
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	token := w.tokenOf(c, graphScope())
	me := func(token string) reply { return w.ask("GET", w.GraphEndpoint()+"/v1.0/me", token, "") }
	if r := me(token); r.doc["userPrincipalName"] != "reader@contoso.com" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	w.Revoke()
	w.status(me(token), 401, "InvalidAuthenticationToken")
	if again := w.tokenOf(c, graphScope()); again != token {
		t.Error("the library keeps a token until it is challenged")
	}
	challenged := graphScope()
	challenged.Claims = `{"access_token":{"nbf":{"essential":true,"value":"1"}}}`
	w.status(me(w.tokenOf(c, challenged)), 200, "")
	if shown != 1 {
		t.Errorf("the code was shown %d times: a refresh token should do", shown)
	}
}
