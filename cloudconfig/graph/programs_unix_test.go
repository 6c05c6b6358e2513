//go:build unix

package graph_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
)

// The command-line tools are played by this program under their names.

func init() { plays["az"], plays["pwsh"] = playAz, playPowerShell }

// as puts the test program into the path under a name.
func as(t *testing.T, name string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// playAz answers "az account get-access-token" with what the test gave it.
func playAz() int {
	line := strings.Join(os.Args[1:], " ")
	resource, _, _ := strings.Cut(strings.TrimPrefix(line, "account get-access-token -o json --resource "), " ")
	return play(line, resource, `{"accessToken":%q,"expires_on":%d}`)
}

// playPowerShell answers the SDK's script.
func playPowerShell() int {
	b, err := base64.StdEncoding.DecodeString(os.Args[len(os.Args)-1])
	if err != nil {
		return 1
	}
	var text []uint16
	for i := 0; i+1 < len(b); i += 2 {
		text = append(text, uint16(b[i])|uint16(b[i+1])<<8)
	}
	script := string(utf16.Decode(text))
	_, rest, _ := strings.Cut(script, "ResourceUrl   = '")
	resource, _, _ := strings.Cut(rest, "'")
	return play(script, resource, `{"Token":%q,"ExpiresOn":%d}`)
}

func play(asked, resource, form string) int {
	var tokens map[string]string
	if json.Unmarshal([]byte(os.Getenv("GRAPH_TEST_TOKENS")), &tokens) != nil || !strings.Contains(asked, os.Getenv("GRAPH_TEST_TENANT")) {
		return 1
	}
	token, has := tokens[resource]
	if !has {
		fmt.Fprintln(os.Stderr, "ERROR: AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication. Trace ID: 1")
		return 1
	}
	fmt.Printf(form, token, time.Now().Add(time.Hour).Unix())
	return 0
}

func TestCommandLineTools(t *testing.T) {
	for method, program := range map[graph.Method]string{graph.AzureCLI: "az", graph.AzurePowerShell: "pwsh"} {
		t.Run(string(method), func(t *testing.T) {
			as(t, program)
			w := open(t, tenant.Options{}, tenant.TokenOptions{})
			portal := w.Mint(tenant.TokenOptions{Audience: tenant.PortalAudience})
			tokens, _ := json.Marshal(map[string]string{
				"https://graph.microsoft.com": w.Mint(tenant.TokenOptions{CAE: true}), tenant.PortalAudience: portal,
			})
			t.Setenv("GRAPH_TEST_TOKENS", string(tokens))
			t.Setenv("GRAPH_TEST_TENANT", w.ID())
			credential, err := graph.SignIn{Method: method, Tenant: w.ID()}.Open()
			if err != nil {
				t.Fatal(err)
			}
			w.reopen(credential)
			if _, missing, err := w.client.Tenant(t.Context()); err != nil || len(missing) > 0 {
				t.Fatalf("%v, missing %v", err, missing)
			}
			same(t, "portal", credential.HasPortal(), true)
			got, err := credential.PortalToken(t.Context())
			if err != nil || got != portal {
				t.Errorf("portal token: %v", err)
			}
			// A challenge is for the user to answer.
			w.Revoke()
			_, _, err = w.client.Tenant(t.Context())
			command := map[graph.Method]string{graph.AzureCLI: "az login --claims-challenge \"", graph.AzurePowerShell: "Connect-AzAccount -ClaimsChallenge \""}[method]
			e := refused(t, err, graph.SignInRefused, "sign in with "+string(method), "a new sign-in", command, w.ID())
			_, challenge, _ := strings.Cut(e.Fix, command)
			challenge, _, _ = strings.Cut(challenge, `"`)
			if b, err := base64.StdEncoding.DecodeString(challenge); err != nil || !strings.Contains(string(b), `"nbf"`) {
				t.Errorf("the command has the challenge %q", challenge)
			}
			// The tool's own refusal.
			t.Setenv("GRAPH_TEST_TOKENS", "{}")
			credential, err = graph.SignIn{Method: method, Tenant: w.ID()}.Open()
			if err != nil {
				t.Fatal(err)
			}
			_, err = credential.PortalToken(t.Context())
			e = refused(t, err, graph.SignInRefused, "multi-factor authentication is asked for", "sign in with "+string(method))
			same(t, "code", e.Code, "AADSTS50076")
		})
	}
}

func TestCommandLineToolsAbsent(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, method := range []graph.Method{graph.AzureCLI, graph.AzurePowerShell} {
		credential, err := graph.SignIn{Method: method}.Open()
		if err != nil {
			t.Fatal(err)
		}
		_, err = credential.PortalToken(t.Context())
		refused(t, err, graph.SignInRefused, "sign in with "+string(method), "not found")
		presentable(t, err.Error())
	}
}
