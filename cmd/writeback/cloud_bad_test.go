package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/internal/practice/tenant"
	"writeback/internal/tier"
	"writeback/steps"
)

// What stands in the way on the side of the cloud: each is told in a sentence,
// with what to do about it, and nothing is half written.

// A cloudFault is a way in which the cloud is not as it should be.
type cloudFault struct {
	name  string
	set   func(*cloudBench)
	flags []string
	code  int
	says  []string // in what apply --yes prints and says
	made  bool     // the machine's parts are made all the same
}

func option(change func(*tenant.Options)) func(*cloudBench) {
	return func(b *cloudBench) { b.tenant.Change(change) }
}

func onServer(change func(*tenant.SyncOptions)) func(*cloudBench) {
	return func(b *cloudBench) { b.server.Change(change) }
}

func asToken(o tenant.TokenOptions) func(*cloudBench) {
	return func(b *cloudBench) { b.signIn(o) }
}

// forPortal gives a good token for Graph and the other one for the portal.
func forPortal(o tenant.TokenOptions) func(*cloudBench) {
	return func(b *cloudBench) { b.giveTokens(b.tenant.Mint(tenant.TokenOptions{}), b.tenant.Mint(o)) }
}

func broken(s tenant.PortalShape) func(*cloudBench) {
	return option(func(o *tenant.Options) { o.Broken = s })
}

const nowhere = "https://127.0.0.1:1"

var cloudFaults = []cloudFault{
	// Nothing can be said of the tenant: the run stops.
	{name: "Graph is not there", flags: []string{"--graph-endpoint", nowhere}, code: exitError,
		says: []string{"read the organization: no answer from 127.0.0.1:1", "connection refused", "check the network, outbound 443 and HTTPS_PROXY"}},
	{name: "a page for people instead of Graph", set: option(func(o *tenant.Options) { o.Proxy = tenant.Graph }), code: exitError,
		says: []string{"the answer is not JSON: something between here and Graph answers in its place", "check HTTPS_PROXY"}},
	{name: "Graph asks to wait for an hour", set: option(func(o *tenant.Options) { o.Throttle = tenant.Throttle{Every: 1, After: time.Hour} }), code: exitError,
		says: []string{"Graph asks to wait longer than can be waited", "try again in 1h0m0s"}},
	{name: "token over", set: asToken(tenant.TokenOptions{Lifetime: -time.Hour}), code: exitSignIn, says: []string{"the token has expired", "sign in again"}},
	{name: "token for something else", set: asToken(tenant.TokenOptions{Audience: "https://management.azure.com"}), code: exitSignIn,
		says: []string{`the given token is for "https://management.azure.com", not for https://graph.microsoft.com`, "az account get-access-token"}},
	{name: "token of another clock", set: func(b *cloudBench) {
		b.tenant.Change(func(o *tenant.Options) { o.Skew = 11 * time.Minute })
		b.signIn(tenant.TokenOptions{Lifetime: -time.Minute})
	}, code: exitSignIn, says: []string{"this machine's clock is 1", "behind Graph's", "set the clock"}},
	{name: "no token", set: func(b *cloudBench) { b.giveTokens("", "") }, code: exitUsage, says: []string{"--auth token needs a token for Microsoft Graph", "WRITEBACK_GRAPH_TOKEN"}},
	{name: "the secret is wrong", flags: []string{"--auth", "client-secret", "--tenant", tenant.DefaultID, "--client-id", tenant.DefaultApps()[0].ClientID},
		set: func(b *cloudBench) { b.env = append(b.env, "WRITEBACK_CLIENT_SECRET=wrong") }, code: exitSignIn,
		says: []string{"the client secret is wrong", "give the secret's value, not its id"}},

	// It is not the right tenant, or not one that can work: the run stops.
	{name: "another tenant than asked for, by id", flags: []string{"--tenant", "0d4fd5a2-1111-4222-8333-944444444444"}, code: exitError,
		says: []string{"the sign-in is for the tenant " + tenant.DefaultID, "not for 0d4fd5a2-", "correct --tenant"}},
	{name: "another tenant than asked for, by domain", flags: []string{"--tenant", "other.example"}, code: exitError,
		says: []string{"not for other.example", "correct --tenant"}},
	{name: "another tenant than the connector account says", set: option(func(o *tenant.Options) { o.Domains = []string{"other.example"} }), code: exitRefused,
		says: []string{"wrong-tenant", "the connector account says that this domain is synchronised to " + domainOfTenant, "check which connector account"}},
	{name: "the portal's token is of another tenant", set: forPortal(tenant.TokenOptions{Audience: tenant.PortalAudience, Tenant: "0d4fd5a2-1111-4222-8333-944444444444"}),
		flags: []string{"--allow-undocumented-api"}, code: exitManual, made: true, says: []string{"portal-unread"}},
	{name: "never synchronised", set: option(func(o *tenant.Options) { o.Sync = tenant.SyncNever }), code: exitRefused,
		says: []string{"sync-disabled", "is not synchronised with any Active Directory", "set up Entra Connect"}},
	{name: "synchronisation switched off", set: option(func(o *tenant.Options) { o.Sync = tenant.SyncOff }), code: exitRefused, says: []string{"sync-disabled"}},
	{name: "server in staging mode", set: onServer(func(o *tenant.SyncOptions) { o.Staging = true }), code: exitRefused,
		says: []string{"staging-server", "SYNC01 is in staging mode", "name the active sync server with --sync-server"}},

	// It can work, and something is told.
	{name: "synchronised long ago", set: option(func(o *tenant.Options) { o.LastSync = time.Now().Add(-30 * time.Hour) }), code: exitManual, made: true,
		says: []string{"sync-stale", "30 hours ago", "look at the sync server"}},
	{name: "a licence without writeback", set: option(func(o *tenant.Options) { o.SKUs = []tenant.SKU{{PartNumber: "STANDARDPACK"}} }), code: exitManual, made: true,
		says: []string{"licence-missing", "Microsoft Entra ID P1 or P2"}},
	{name: "no licence at all", set: option(func(o *tenant.Options) { o.SKUs = []tenant.SKU{} }), code: exitManual, made: true, says: []string{"licence-missing"}},
	{name: "clocks that differ", set: option(func(o *tenant.Options) { o.Skew = 7 * time.Minute }), code: exitManual, made: true,
		says: []string{"clock-skew", "the clock of Microsoft Graph differs from this computer's by 7m", "set both clocks"}},
	{name: "scopes missing", set: asToken(tenant.TokenOptions{Scopes: []string{"User.Read"}}), code: exitManual, made: true,
		says: []string{"could not read the licences: the permission Organization.Read.All is missing", "could not read the state of synchronisation",
			"audits-unread", "it takes the permission AuditLog.Read.All", "sign in with an identity that has it"}},
	{name: "roles missing", set: asToken(tenant.TokenOptions{Identity: "user@corp.example"}), flags: []string{"--allow-undocumented-api"}, code: exitManual, made: true,
		says: []string{"it takes the role Reports Reader", "one of the roles Authentication Policy Administrator, Hybrid Identity Administrator or Global Administrator is needed"}},
	{name: "both sync products", set: onServer(func(o *tenant.SyncOptions) { o.Agent = "1.1.1582.0" }), code: exitManual, made: true,
		says: []string{"two-sync-products", "SYNC01 runs Entra Connect (2.6.92.0) and the Cloud Sync agent (1.1.1582.0)", "--sync connect, or --sync cloud"}},

	// The portal's service cannot be used: the rest is made, the page is left to a person.
	{name: "the portal is not there", flags: []string{"--allow-undocumented-api", "--portal-endpoint", nowhere}, code: exitManual, made: true,
		says: []string{"portal-unread", "the service did not answer: check the network"}},
	{name: "the portal's service is gone", set: broken(tenant.Gone), flags: []string{"--allow-undocumented-api"}, code: exitManual, made: true,
		says: []string{"the service is not there any more: it was never documented"}},
	{name: "a field is missing", set: broken(tenant.Missing), flags: []string{"--allow-undocumented-api"}, code: exitManual, made: true, says: []string{"field enablementForTenant is missing"}},
	{name: "a field has another name", set: broken(tenant.Renamed), flags: []string{"--allow-undocumented-api"}, code: exitManual, made: true, says: []string{"field accountUnlockEnabled is missing"}},
	{name: "a field has another type", set: broken(tenant.Retyped), flags: []string{"--allow-undocumented-api"}, code: exitManual, made: true, says: []string{"not of the known shape"}},
	{name: "a list", set: broken(tenant.Listed), flags: []string{"--allow-undocumented-api"}, code: exitManual, made: true, says: []string{"not of the known shape"}},
	{name: "a page for people instead of the portal", set: option(func(o *tenant.Options) { o.Proxy = tenant.Portal }), flags: []string{"--allow-undocumented-api"}, code: exitManual, made: true,
		says: []string{"the answer is not JSON but a page for people"}},
	{name: "the portal's token is for Graph", set: forPortal(tenant.TokenOptions{}), flags: []string{"--allow-undocumented-api"}, code: exitManual, made: true,
		says: []string{`the given token is for "https://graph.microsoft.com"`, "--resource " + tenant.PortalAudience}},
	{name: "the portal's token is over", set: forPortal(tenant.TokenOptions{Audience: tenant.PortalAudience, Lifetime: -time.Hour}), flags: []string{"--allow-undocumented-api"},
		code: exitManual, made: true, says: []string{"the token for the portal expired at"}},
	{name: "the portal's token is an application's", set: forPortal(tenant.TokenOptions{Audience: tenant.PortalAudience, App: tenant.DefaultApps()[0].ClientID}),
		flags: []string{"--allow-undocumented-api"}, code: exitManual, made: true, says: []string{"the token for the portal is an application's"}},

	// The sync server.
	{name: "the cmdlet fails", set: onServer(func(o *tenant.SyncOptions) { o.Fails = "AADSTS50079: enrol first" }), code: exitError,
		says: []string{"the cmdlet failed on SYNC01: AADSTS50079: enrol first", "--writeback-method handoff"}},
	{name: "there is no PowerShell", flags: []string{"--powershell", "/nowhere/pwsh"}, code: exitManual,
		says: []string{"server-unread", "/nowhere/pwsh", "--writeback-method handoff"}},
	{name: "Entra Connect is not there", set: onServer(func(o *tenant.SyncOptions) { o.NoConnect = true }), code: exitManual, says: []string{"writeback-by-hand"}},
	{name: "Cloud Sync", set: onServer(func(o *tenant.SyncOptions) { o.NoConnect, o.Agent = true, "1.1.1582.0" }), code: exitManual,
		says: []string{"Tick Write back passwords with Microsoft Entra Connect cloud sync"}},
}

func TestCloudFaults(t *testing.T) {
	for _, i := range (tier.Share{Quick: 4, Test: 12, Run: tier.All}).Of(t, len(cloudFaults)) {
		f := cloudFaults[i]
		t.Run(f.name, func(t *testing.T) {
			b := newCloudBench(t, tenant.Options{}).with("--only", "writeback,sspr").with(f.flags...)
			first := b.snapshot()
			if f.set != nil {
				f.set(b)
			}
			o := b.run("apply", "--yes")
			if o.code != f.code {
				t.Fatalf("exit code %d, want %d\n%s%s", o.code, f.code, o.out, o.err)
			}
			for _, part := range f.says {
				if !strings.Contains(o.out+o.err, part) {
					t.Errorf("it does not say %q:\n%s%s", part, o.out, o.err)
				}
			}
			if b.server.Enabled() != f.made {
				t.Errorf("the server is %t", b.server.Enabled())
			}
			if now := b.snapshot(); now.policy != first.policy || now.flag != first.flag || !slices.Equal(now.root, first.root) {
				t.Errorf("half written: %+v, %+v before", now, first)
			}
			if f.code == exitManual {
				return // a run that made its part, or had none
			}
			if run, err := b.maybeLatest(); err == nil && (len(run.Made) != 0 || run.State == steps.RunInDoubt) {
				t.Errorf("the run is %s with %d changes", run.State, len(run.Made))
			}
		})
	}
}

// What the sync server says of itself is told by verify, with what to do.
func TestCloudServerWarnings(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--only", "writeback")
	b.server.Set(true)
	b.server.Change(func(o *tenant.SyncOptions) {
		o.Problems, o.Service = []string{"the scheduler did not answer"}, "Stopped"
	})
	v := decode[steps.Verification](t, b.want(exitManual, "verify", "--output", "json"))
	writeback := stepOf(t, v.Steps, "writeback")
	for code, part := range map[string]string{
		"server-problem":        "the scheduler did not answer",
		"writeback-not-running": "ServiceStatus Stopped",
		"evidence-conflict":     "sync server's cmdlet says unclear",
	} {
		if f, told := finding(writeback, code); !told || !strings.Contains(f.Text, part) {
			t.Errorf("%s is not told: %+v", code, writeback.Findings)
		}
	}
	for _, e := range writeback.Evidence {
		if e.State == steps.EvidenceVerified && e.Source == "Get-ADSyncAADPasswordResetConfiguration on SYNC01" {
			t.Errorf("a service that does not run is no proof: %+v", e)
		}
	}
}
