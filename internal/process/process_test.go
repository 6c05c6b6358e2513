package process

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"writeback/internal/secrets"
)

// No argument holds a secret, however it is written.
func TestSecretsAreNoArguments(t *testing.T) {
	const secret, token = "C0rrect Horse+", "eyJ0eXAi.eyJhdWQi.c2lnbmVk"
	env := map[string]string{"WRITEBACK_GRAPH_TOKEN": token, "https_proxy": "http://ann:Proxy%2FSecret@proxy.example:3128"}
	held := &secrets.Secrets{LookupEnv: func(name string) (string, bool) { v, there := env[name]; return v, there }}
	held.Hold(secret)
	held.Hold("short")
	wide := func(text string) string {
		var raw []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			raw = append(raw, byte(unit), byte(unit>>8))
		}
		return base64.StdEncoding.EncodeToString(raw)
	}
	for name, argument := range map[string]string{
		"as it is":           secret,
		"within":             "/password:" + secret + ";",
		"in a query":         "https://login.example/?p=C0rrect+Horse%2B",
		"in a path":          "https://login.example/C0rrect%20Horse+",
		"basic":              base64.StdEncoding.EncodeToString([]byte("ann:" + secret)),
		"base64url":          base64.RawURLEncoding.EncodeToString([]byte("x" + secret + "?>")),
		"hexadecimal":        hex.EncodeToString([]byte(secret)),
		"an encoded command": wide("$p = '" + secret + "'"),
		"odd encoded":        wide("p '" + secret + "'"),
		"a token":            "Bearer " + token,
		"a proxy's":          "--proxy-password=Proxy%2FSecret",
	} {
		for i, args := range [][]string{{argument}, {"-x", argument}, {"-x", "y", argument, "z"}} {
			cmd, err := Command(t.Context(), held, "/usr/bin/less", Own{"C0rrect Horse+"}, args...)
			var refused *SecretError
			if cmd != nil || !errors.As(err, &refused) || refused.Argument != i+2 || refused.Program != "less" {
				t.Errorf("%s: %v, %v", name, cmd, err)
			} else if held.In(err.Error()) {
				t.Errorf("%s: the error shows it: %v", name, err)
			}
		}
	}
	for _, argument := range []string{"", "short", "C0rrect Horse", "https://login.example/", wide("Get-Date")} {
		if _, err := Command(t.Context(), held, "less", nil, argument); err != nil {
			t.Errorf("%q: %v", argument, err)
		}
	}
	if _, err := Command(t.Context(), nil, "less", nil, secret); err != nil {
		t.Errorf("who holds nothing: %v", err)
	}
}

// Settings of ours are for us.
func TestEnvironment(t *testing.T) {
	t.Setenv("WRITEBACK_AD_PASSWORD", "x")
	t.Setenv("LANG", "C")
	cmd, err := Command(t.Context(), nil, "less", nil)
	if err != nil || !slices.Contains(cmd.Env, "LANG=C") || slices.ContainsFunc(cmd.Env, func(v string) bool { return strings.HasPrefix(v, "WRITEBACK_") }) {
		t.Errorf("%v, %v", cmd.Env, err)
	}
	if len(cmd.Env) < len(os.Environ())-len(secrets.Variables)-10 {
		t.Errorf("only %d of %d variables are handed on", len(cmd.Env), len(os.Environ()))
	}
	if got := environment([]string{"PATH=/bin", "WRITEBACK_AD_PASSWORD=x", "writeback_graph_token=y", "LANG=C"}); !slices.Equal(got, []string{"PATH=/bin", "LANG=C"}) {
		t.Errorf("%v", got)
	}
}
