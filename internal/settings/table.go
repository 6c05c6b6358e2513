package settings

import (
	"slices"

	"writeback/adperms"
	"writeback/cloudconfig"
	"writeback/steps/checks"
)

// Stages are the IDs of the stages, in order.
var Stages = []string{delegate, writeback, sspr}

const (
	delegate              = "delegate"
	writeback             = "writeback"
	sspr                  = "sspr"
	planVerb              = "plan"
	applyVerb, hardenVerb = "apply", "harden"
)

// The table. Its order is that of commands that are shown.
var (
	// What is approved.
	Yes    = toggle(Setting{Name: "yes", Is: Consent, Usage: "approve what the plan shows"})
	Accept = lines(Setting{Name: "accept", Is: Consent | Kept, check: checkAccepted,
		Usage: "accept a finding by its name: `CODE`, or CODE=VALUE as the finding says (repeatable)"})
	Digest = text(Setting{Name: "digest", Is: Consent, Verbs: []string{"undo"}, Usage: "the SHA-256 of the run's journal, as its `REPORT` has it"})

	// The domain, the way to it, and who signs in.
	Domains = lines(Setting{Name: "domain", Is: Shown | Trusted | Real,
		Usage: "AD domain, as `FQDN` (repeatable); its DCs are found in DNS unless --dc is given"})
	AllDomains = toggle(Setting{Name: "all-domains", Usage: "every domain of the forest that --domain, or --dc, is in"})
	DC         = text(Setting{Name: "dc", Is: Reached | Trusted | PerDomain | Real,
		Usage: "the one DC for the whole run: ldaps://host[:port] or just host[:port], or ldap://host[:port] with StartTLS (`URL`)"})
	CACert = text(Setting{Name: "ca-cert", Is: Reached | Trusted | PerDomain | Real,
		Usage: "`FILE` with the certificate authorities to trust for the DC: PEM, DER (.cer) or PKCS #7 (.p7b)"})
	TLSPin = text(Setting{Name: "tls-pin", Is: Reached | Trusted | PerDomain | Real,
		Usage: "trust the DC's certificate with this fingerprint, and no other (`SHA256:HEX`)"})
	TLSName = text(Setting{Name: "tls-name", Is: Reached | Trusted | PerDomain | Real,
		Usage: "the `NAME` to verify in the certificate, where it differs from the address"})
	ADUser = text(Setting{Name: "ad-user", Is: Reached | PerDomain | Real,
		Usage: "`NAME` to sign in with: UPN or DOMAIN\\name; without it the signed-in user or the Kerberos ticket"})
	ADPasswordFile = text(Setting{Name: "ad-password-file", Is: Kept | PerDomain | Real,
		Usage: "`FILE` that holds the password; - is standard input (or set WRITEBACK_AD_PASSWORD)"})
	Kerberos = toggle(Setting{Name: "kerberos", Is: Reached | PerDomain | Real, Usage: "sign in with Kerberos"})
	Keytab   = text(Setting{Name: "keytab", Is: Reached | PerDomain | Real, Usage: "`FILE` with the Kerberos keys of --ad-user"})
	Krb5Conf = text(Setting{Name: "krb5-conf", Is: Reached | Trusted | PerDomain | Real, Usage: "Kerberos configuration `FILE`"})

	// The stage delegate.
	Connector = text(Setting{Name: "connector", Is: Shown | PerDomain,
		Usage: "the account that the sync product uses in AD: DN, UPN, sAMAccountName or SID (`NAME`); found by itself when there is just one"})
	Scopes = lines(Setting{Name: "scope", Is: Shown | PerDomain, check: checkScope,
		Usage: "where the rights on users are granted (`DN`, repeatable; default: the domain's root)"})
	Classes = words(Setting{Name: "class", Is: Shown | PerDomain, Default: "user", Words: classNames, check: checkClass,
		Usage: "the classes that the grants apply to: user, inetOrgPerson"})
	Unexpire = text(Setting{Name: "unexpire", Is: Shown | PerDomain, Default: "auto", Words: these("auto", "always", "never"),
		Usage: "Unexpire Password on the domain's root: auto (only where missing), always, never"})
	Only = words(Setting{Name: "only", Is: Shown, Words: these(Stages...), check: checkStage,
		Usage: "only these `STAGE`s: delegate, writeback, sspr; without delegate no domain is needed"})
	Keep = lines(Setting{Name: "keep", Is: Shown | NoFile, Verbs: []string{hardenVerb, applyVerb},
		Usage: "harden: leave this `ACE` of the account, in SDDL as the plan shows it (repeatable)"})
	OneByOne = toggle(Setting{Name: "one-by-one", Is: FlagOnly | NoFile, Verbs: []string{hardenVerb}, Usage: "ask for each ACE whether it is to go"})
	Skip     = words(Setting{Name: "skip", Is: Shown, Words: these(Stages...), check: checkStage, Usage: "not these `STAGE`s"})

	// The tenant, and who signs in to it.
	Tenant        = text(Setting{Name: "tenant", Is: Shown | Trusted | Cloud | Real, Usage: "the Microsoft Entra tenant, by `ID` or verified domain"})
	NationalCloud = text(Setting{Name: "cloud", Is: Reached | Trusted | Real, Default: string(cloudconfig.Global), Words: clouds,
		Usage: "the national cloud: global, usgov, usgovdod, china"})
	Auth = text(Setting{Name: "auth", Is: Reached | Cloud | Real,
		Words: these(Browser, DeviceCode, AzureCLI, AzurePowerShell, "client-secret", "client-certificate", "managed-identity", GivenToken),
		Usage: "how to sign in to the tenant: browser, device-code, azure-cli, azure-powershell, client-secret, client-certificate, managed-identity, token (`METHOD`)"})
	ClientID         = text(Setting{Name: "client-id", Is: Reached | Real, Usage: "the application to sign in as (`ID`)"})
	ClientSecretFile = text(Setting{Name: "client-secret-file", Is: Kept | Real,
		Usage: "`FILE` with the application's secret (or set WRITEBACK_CLIENT_SECRET)"})
	ClientCertificate = text(Setting{Name: "client-certificate", Is: Kept | Real,
		Usage: "`FILE` with the application's certificate and key, PEM or PKCS #12"})
	GraphTokenFile = text(Setting{Name: "graph-token-file", Is: Kept | Cloud | Real,
		Usage: "`FILE` with a token for Microsoft Graph, for --auth token (or set WRITEBACK_GRAPH_TOKEN)"})
	PortalTokenFile = text(Setting{Name: "portal-token-file", Is: Kept | Cloud | Real,
		Usage: "`FILE` with a token for the portal's settings, for --auth token (or set WRITEBACK_PORTAL_TOKEN)"})
	GraphEndpoint = text(Setting{Name: "graph-endpoint", Is: Reached | Trusted | Real,
		Usage: "another Microsoft Graph: the part before /v1.0 (`URL`)"})
	PortalEndpoint = text(Setting{Name: "portal-endpoint", Is: Reached | Trusted | Real,
		Usage: "another portal settings service: the part before /api (`URL`)"})

	// The stages writeback and sspr.
	Sync = text(Setting{Name: "sync", Is: Shown | Cloud, Words: these("connect", "cloud", "none"),
		Usage: "the sync product that writes back: connect, cloud, none (`PRODUCT`)"})
	SyncServer      = text(Setting{Name: "sync-server", Stage: writeback, Is: Shown | Cloud | Real, Usage: "the `HOST` on which the sync product runs"})
	WritebackMethod = text(Setting{Name: "writeback-method", Stage: writeback, Is: Shown | Cloud, Default: "auto",
		Words: these(Auto, OnThisServer, ByRemoting, ByHandoff, ByHand, ByGraph),
		Usage: "how writeback is switched on: auto, powershell, remote, handoff, manual, graph"})
	SSPRMethod = text(Setting{Name: "sspr-method", Stage: sspr, Is: Shown | Cloud, Default: "auto", Words: these(Auto, ByPortal, ByHand),
		Usage: "how the tenant's on-premises integration is set: auto, portal, manual"})
	AccountUnlock = toggle(Setting{Name: "account-unlock", Stage: sspr, Is: Shown | Cloud, Default: "true",
		Usage: "allow users to unlock accounts without resetting their password"})
	PowerShell        = text(Setting{Name: "powershell", Is: Reached | Real | Program, Usage: "the PowerShell to use (`FILE`)"})
	AllowUndocumented = toggle(Setting{Name: "allow-undocumented-api", Is: Reached | Cloud,
		Usage: "consent to write SSPR settings through the portal's own, undocumented service"})
	HandoffScript = text(Setting{Name: "handoff-script", Is: Kept | Cloud | Written, Usage: "leave the script for --writeback-method handoff in `FILE`"})
	HandoffAnswer = text(Setting{Name: "handoff-answer", Is: Kept | Cloud,
		Usage: "read the answer of that script from `FILE`; - is standard input, to be pasted"})

	// What is measured, and what is watched.
	Coverage = toggle(Setting{Name: "coverage", Default: "true", Usage: "look at every user: how many passwords can be written back, and why not the others"})
	UsersOut = text(Setting{Name: "users-out", Is: Written, Usage: "plan, verify: write one JSON line for every user to `FILE`"})
	Wait     = toggle(Setting{Name: "wait", Verbs: []string{"verify"},
		Usage: "watch every DC of the domain until all users there have the rights that they are to inherit"})
	WaitTimeout = duration(Setting{Name: "wait-timeout", Verbs: []string{"verify"}, Default: "30m0s",
		Usage: "how long --wait watches, as `DURATION`: 90s, 30m, 2h"})
	MinCoverage = percent(Setting{Name: "min-coverage", Verbs: []string{"verify"}, Default: "0",
		Usage: "exit with 3 where fewer than `PERCENT` of the people in scope can be reached"})
	Checks = words(Setting{Name: "check", Verbs: []string{"doctor"}, Words: checks.Codes, Usage: "make these checks only (`CODE[,…]`)"})

	// Where things are, and how the program speaks.
	Config   = text(Setting{Name: "config", Is: Kept | NoFile, Usage: "YAML `FILE` with settings, keys as the flags; none is read that is not named"})
	StateDir = text(Setting{Name: "state-dir", Is: Kept | Real, Usage: "`DIR` for journals (default: the platform's state directory)"})
	Output   = text(Setting{Name: "output", Default: "text", Words: these("text", JSON, Prometheus, GitHub),
		Usage: "text, or json: one document on standard output; verify also prometheus, plan also github (a summary in Markdown)"})
	PlanOut    = text(Setting{Name: "out", Letter: "o", Is: Written, Verbs: []string{planVerb, hardenVerb}, Usage: "save the plan in `FILE`, for apply"})
	ByHandOut  = text(Setting{Name: "by-hand", Is: FlagOnly | NoFile | Written, Verbs: []string{planVerb}, Usage: "write the steps for colleagues without this program to `FILE`, a page that ends in .html or .md"})
	MetricsOut = text(Setting{Name: "out", Letter: "o", Is: FlagOnly | Written, Verbs: []string{"verify"}, Usage: "write the metrics of --output prometheus to `FILE`"})
	ReportOut  = text(Setting{Name: "out", Letter: "o", Is: FlagOnly | Written, Verbs: []string{"report"}, Usage: "write the report to `FILE`; - is standard output"})
	BundleOut  = text(Setting{Name: "out", Letter: "o", Is: FlagOnly | Written, Verbs: []string{"bundle"}, Usage: "write the bundle to `FILE`, a zip"})
	ExportOut  = text(Setting{Name: "out", Letter: "o", Is: FlagOnly | Written, Verbs: []string{"export"}, Usage: "write the journal to `FILE`"})
	Beside     = lines(Setting{Name: "with", Is: FlagOnly | NoFile, Verbs: []string{planVerb, "apply", "verify", "report"},
		Usage: "show beside it what somebody else did of the same change: `FILE` that writeback export has written (repeatable)"})
	Format = text(Setting{Name: "format", Verbs: []string{"report"}, Words: these("html", "md", JSON),
		Usage: "html, md or json (default: what FILE ends in)"})
	DetailedExitCode = toggle(Setting{Name: "detailed-exitcode", Verbs: []string{"plan"}, Usage: "exit with 3 where changes are needed"})
	LogFile          = text(Setting{Name: "log-file", Is: Written, Usage: "append what --debug shows to `FILE`"})
	NoInput          = toggle(Setting{Name: "no-input", Usage: "never ask; fail where something would have to be asked"})
	Debug            = toggle(Setting{Name: "debug", Usage: "show every LDAP operation, without secrets"})
	NoColor          = toggle(Setting{Name: "no-color", Usage: "no colours (also NO_COLOR)"})
	NoPager          = toggle(Setting{Name: "no-pager", Usage: "show long output at once, and not through PAGER"})
	Accessible       = toggle(Setting{Name: "accessible", Verbs: []string{Root, "setup", "practice"},
		Usage: "ask and answer in plain lines, for screen readers (also ACCESSIBLE=1)"})

	// What people say.
	By       = text(Setting{Name: "by", Verbs: []string{"attest"}, Usage: "who says so (`NAME`)"})
	Note     = text(Setting{Name: "note", Verbs: []string{"attest"}, Usage: "a `TEXT` for the journal: the number of the change, what was seen"})
	Withdraw = toggle(Setting{Name: "withdraw", Verbs: []string{"attest"}, Usage: "withdraw an earlier attestation"})

	// The practice world.
	Practice = toggle(Setting{Name: "practice", Usage: "use the practice domain and tenant inside the program, and nothing real"})
	Reset    = toggle(Setting{Name: "reset", Verbs: []string{"practice"}, Usage: "forget what was done: start anew"})
	Serve    = toggle(Setting{Name: "serve", Verbs: []string{"practice"}, Usage: "keep the practice world up, and print how to reach it"})
	Trouble  = text(Setting{Name: "trouble", Verbs: []string{"practice"}, Usage: "make one thing wrong on the sync side, `WHAT`: none, wrong-server, wrong-tenant, other-account, dead-relay, old-version, staging"})
)

// Ways to sign in to the tenant.
const (
	Browser         = "browser"
	DeviceCode      = "device-code"
	AzureCLI        = "azure-cli"
	AzurePowerShell = "azure-powershell"
	GivenToken      = "token"
)

// The ways to the sync server that a person is asked about.
const (
	ByHand       = "manual"
	OnThisServer = "powershell"
	ByRemoting   = "remote"
	ByHandoff    = "handoff"
	ByPortal     = "portal"
	ByGraph      = "graph"
)

// Auto leaves the way to the program.
const Auto = "auto"

// What --output can be beside text.
const (
	JSON       = "json"
	Prometheus = "prometheus" // of verify: metrics
	GitHub     = "github"     // of plan: a summary in Markdown
)

// Root is the program's name: what has no verb.
const Root = "writeback"

func these(words ...string) func() []string {
	return func() []string { return slices.Clone(words) }
}

func classNames() (out []string) {
	for _, c := range adperms.WritebackClasses() {
		out = append(out, c.Name)
	}
	return out
}

func clouds() (out []string) {
	for _, c := range cloudconfig.Clouds() {
		out = append(out, string(c))
	}
	return out
}
