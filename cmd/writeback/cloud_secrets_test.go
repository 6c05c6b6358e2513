package main

import (
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/practice/tenant"
)

// No token and no client secret stands anywhere afterwards: not in what the
// program says, not with --debug, not in the log, the plan, the journals, its
// arguments, or what PowerShell is started with.
func TestCloudSecretsStaySecret(t *testing.T) {
	app := tenant.DefaultApps()[0]
	for name, way := range map[string]struct {
		set  func(*cloudBench) *cloudBench
		code int // of apply
	}{
		"tokens in the environment": {func(b *cloudBench) *cloudBench { return b.with("--allow-undocumented-api") }, exitDone},
		"tokens in files": {func(b *cloudBench) *cloudBench {
			graph, portal := secretFile(t, b.secret[0]+"\n"), secretFile(t, b.secret[1]+"\n")
			b.giveTokens("", "")
			return b.with("--graph-token-file", graph, "--portal-token-file", portal, "--allow-undocumented-api")
		}, exitDone},
		"a client secret": {func(b *cloudBench) *cloudBench {
			b.giveTokens("", "")
			b.env = append(b.env, "WRITEBACK_CLIENT_SECRET="+app.Secret)
			return b.with("--auth", "client-secret", "--tenant", b.tenant.ID(), "--client-id", app.ClientID)
		}, exitManual},
		"a client secret in a file": {func(b *cloudBench) *cloudBench {
			b.giveTokens("", "")
			return b.with("--auth", "client-secret", "--tenant", b.tenant.ID(), "--client-id", app.ClientID, "--client-secret-file", secretFile(t, app.Secret))
		}, exitManual},
		"tokens that are over":  {func(b *cloudBench) *cloudBench { b.signIn(tenant.TokenOptions{Lifetime: -1}); return b }, exitSignIn},
		"tokens for each other": {func(b *cloudBench) *cloudBench { b.giveTokens(b.secret[1], b.secret[0]); return b }, exitSignIn},
		"what is not a token":   {func(b *cloudBench) *cloudBench { b.giveTokens("not.a-token", "not.one-either"); return b }, exitSignIn},
	} {
		t.Run(name, func(t *testing.T) {
			b := newCloudBench(t, tenant.Options{})
			b.secret = append(b.secret, app.Secret)
			b = way.set(b)
			b = b.with("--debug", "--log-file", filepath.Join(b.dir, "log"))
			var heard strings.Builder
			for _, args := range [][]string{{"plan", "-o", filepath.Join(b.dir, "plan.json")}, {"plan", "--output", "json"}, {"apply", "--yes"},
				{"verify"}, {"runs"}, {"undo", "--yes"}} {
				o := b.run(args...)
				if args[0] == "apply" && o.code != way.code {
					t.Fatalf("apply: exit code %d, want %d\n%s%s", o.code, way.code, o.out, o.err)
				}
				heard.WriteString(o.out + o.err + strings.Join(b.command(args...).Args, " "))
			}
			if !strings.Contains(heard.String(), "ldap rootdse") || way.code != exitSignIn && !strings.Contains(heard.String(), "graph GET /v1.0/organization") {
				t.Error("--debug shows nothing: what is searched here is not what it should be")
			}
			processes := strings.Join(b.shell.processes(), "\n")
			if way.code != exitSignIn && !strings.Contains(processes, "-NonInteractive") {
				t.Error("nothing is known of PowerShell's processes")
			}
			for _, secret := range append(b.secret, b.dc.AdminPassword) {
				for _, part := range parts(secret) {
					hides(t, "what it said", heard.String(), part)
					hides(t, "what PowerShell was started with", processes, part)
					eachFile(t, b.dir, func(path, content string) { hides(t, path, content, part) })
				}
			}
		})
	}
}

// parts are a secret, and of a token the claims and the signature, each of which
// would be too much.
func parts(secret string) []string {
	all := []string{secret}
	if split := strings.Split(secret, "."); len(split) == 3 {
		all = append(all, split[1], split[2])
	}
	return all
}
