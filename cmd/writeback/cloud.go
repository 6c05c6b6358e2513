package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"writeback/adperms"
	"writeback/cloudconfig"
	"writeback/cloudconfig/graph"
	"writeback/cloudconfig/portal"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/steps/stages"
)

// cloudStages builds the stages writeback and sspr, as far as they are asked
// for. The tenant's id is "" where there is no sign-in.
func (a *app) cloudStages(ctx context.Context, places []*place, known memory) ([]steps.Step, string, error) {
	s := a.settings
	links, err := cloudconfig.Cloud(settings.NationalCloud.Of(s)).Endpoints()
	if err != nil {
		return nil, "", err
	}
	connector := places[0].connector
	expected, err := a.expected(ctx, places[0])
	if err != nil {
		return nil, "", err
	}
	cloud := &stages.Cloud{Links: links, Expected: expected}
	for _, p := range places {
		p.delegate.Uses = cloud.Uses
	}
	cloud.Accepted = settings.Accept.Of(a.settings)
	if a.skipped()[stages.DelegateInfo.ID] || settings.HandoffScript.Of(s) != "" {
		if cloud.Expected.Unfit, err = places[0].unfit(ctx); err != nil {
			return nil, "", err
		}
	}
	if a.skipped()[stages.WritebackInfo.ID] {
		cloud.Teller = stages.SSPRInfo.ID
	}
	if a.practice != nil {
		if err := a.practice.heed(known.words, settings.AccountUnlock.Of(s)); err != nil {
			return nil, "", err
		}
	}
	if err := a.leaveLook(known); err != nil {
		return nil, "", err
	}
	tenantID, err := a.signIn(ctx, cloud, links)
	if err != nil {
		return nil, "", err
	}
	known = known.of(tenantID)
	cloud.Words, cloud.Told = known.words, known.told
	w := &stages.Writeback{Cloud: cloud}
	if !a.skipped()[stages.WritebackInfo.ID] {
		a.writeback = w
	}
	if w.Method, err = a.reachServer(cloud, connector); err != nil {
		return nil, "", err
	}
	if w.Method == stages.ByHandoff {
		if err := a.handOver(ctx, w); err != nil {
			return nil, "", err
		}
	}
	sspr := &stages.SSPR{Cloud: cloud, Method: stages.ByHand, Unlock: settings.AccountUnlock.Of(s)}
	if cloud.Page != nil && settings.AllowUndocumented.Of(s) && settings.SSPRMethod.Of(s) != "manual" {
		sspr.Method = stages.ByPortal
	}
	if !a.skipped()[stages.SSPRInfo.ID] {
		a.sspr = sspr
	}
	return []steps.Step{w.Step(), sspr.Step()}, tenantID, nil
}

// expected is what belongs to a domain, as far as its directory and the settings
// say.
func (a *app) expected(ctx context.Context, p *place) (stages.Expected, error) {
	k, home := p.connector, p.conn
	if p.home != nil {
		home = p.home
	}
	netbios, err := home.NetBIOSName(ctx) // without it, a short name is no proof
	if ctx.Err() == nil {
		err = nil
	}
	return stages.Expected{Forest: p.conn.Root().Forest(), Domains: []string{p.domain()},
		Account: cloudconfig.Account{SAM: k.SAM, UPN: k.UPN, Domain: home.Root().Domain(), NetBIOS: netbios},
		Tenant:  settings.Tenant.Of(a.settings), Described: k.Tenant, Host: k.Host, Asked: settings.SyncServer.Of(a.settings), Product: settings.Sync.Of(a.settings)}, err
}

// unfit says why the account that was named or found cannot be the connector
// account, for runs in which the stage delegate does not. Who is in a protected group
// may keep the rights that are there: nothing is granted then.
func (p *place) unfit(ctx context.Context) (*adperms.Unfit, error) {
	if p.connector.DN == "" {
		return nil, nil
	}
	account, err := p.delegate.Directory.Trustee(ctx, p.connector.DN)
	if err != nil {
		return nil, err
	}
	u, weight := adperms.CannotReach(account, p.delegate.Product, time.Now())
	if weight != adperms.Blocks {
		return nil, nil
	}
	return u, nil
}

// cloudAsked says whether anything speaks of the cloud stages: a setting, a
// stage that was named, or what a person said or brought, in the journal.
func (a *app) cloudAsked(known memory) bool {
	if settings.Sync.Of(a.settings) == "none" {
		return false
	}
	return known.any() ||
		settings.AnySet(a.settings, settings.With(settings.Cloud)...) ||
		slices.ContainsFunc(settings.Only.Of(a.settings), func(stage string) bool { return stage != stages.DelegateInfo.ID })
}

// signIn opens what --auth gives: Graph, and the portal where the sign-in has
// tokens for it.
func (a *app) signIn(ctx context.Context, cloud *stages.Cloud, links cloudconfig.Endpoints) (tenantID string, err error) {
	s := a.settings
	if settings.Auth.Of(s) == "" {
		return "", nil
	}
	if a.roots == nil {
		if err := guardCAStore(a.lookupEnv); err != nil {
			return "", err
		}
	}
	sign := graph.SignIn{
		Method: graph.Method(settings.Auth.Of(s)), Cloud: cloudconfig.Cloud(settings.NationalCloud.Of(s)), Tenant: settings.Tenant.Of(s), ClientID: settings.ClientID.Of(s),
		Secret: a.secret("--client-secret-file", settings.ClientSecretFile.Of(s), "WRITEBACK_CLIENT_SECRET"), CertificateFile: settings.ClientCertificate.Of(s),
		DeviceCode: func(message string) { fmt.Fprintln(a.err, steps.Plain(message)) },
		Authority:  a.authority, RootCAs: a.roots,
		Waiting: func(status int, pause time.Duration) { a.waiting("the sign-in", status, pause, -1) },
	}
	if settings.WritebackMethod.Of(s) == "graph" {
		sign.Scopes = append(graph.Scopes(), graph.WriteScopes()...)
	}
	if sign.Method == graph.GivenToken {
		sign.Token = a.secret("--graph-token-file", settings.GraphTokenFile.Of(s), "WRITEBACK_GRAPH_TOKEN")
		sign.PortalToken = a.secret("--portal-token-file", settings.PortalTokenFile.Of(s), "WRITEBACK_PORTAL_TOKEN")
	}
	if sign.Method == graph.GivenToken && sign.Token == nil {
		return "", usagef("--auth token needs a token for Microsoft Graph: --graph-token-file FILE, or WRITEBACK_GRAPH_TOKEN")
	}
	credential, err := a.credential(sign)
	if err != nil {
		return "", err
	}
	client, err := graph.Open(graph.Options{Cloud: sign.Cloud, Endpoint: settings.GraphEndpoint.Of(s), Tenant: settings.Tenant.Of(s), Credential: credential, RootCAs: a.roots, Observe: a.traceGraph()})
	if err != nil {
		return "", err
	}
	tenant := &tenantHands{client: client, progress: a.counting("counting registrations"), reading: a.counting("reading who is synchronized")}
	cloud.Tenant, a.tenant = tenant, tenant
	if endpoint := cmpOr(settings.PortalEndpoint.Of(s), links.Portal); credential.HasPortal() && endpoint != "" {
		cloud.Page = pageHands{&portal.Client{Endpoint: endpoint, HTTP: portal.NewHTTP(a.roots), Token: credential.PortalToken, SignedIn: string(sign.Method), Observe: a.tracePortal(),
			Waiting: func(status int, pause, left time.Duration) { a.waiting("the portal", status, pause, left) }}}
	}
	return tenant.signedIn(ctx)
}

// credential opens a sign-in, or takes the one that this process has already: a
// person who was asked for a code is not asked again because the sitting begins
// anew.
func (a *app) credential(sign graph.SignIn) (*graph.Credential, error) {
	key := fmt.Sprint(sign.Method, sign.Cloud, sign.Tenant, sign.ClientID, sign.CertificateFile, sign.Scopes)
	if a.signed != nil && a.signedAs == key {
		return a.signed, nil
	}
	c, err := sign.Open()
	if err == nil {
		a.signed, a.signedAs = c, key
	}
	return c, err
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// reachServer chooses the way to the sync server. The host in the connector
// account's description is taken only where remoting was asked for: whoever may
// write that description could have us sign in to another computer.
func (a *app) reachServer(cloud *stages.Cloud, connector adperms.Connector) (stages.Method, error) {
	s := a.settings
	if err := syncserver.CheckProgram(settings.PowerShell.Of(s)); err != nil && a.practice == nil {
		return "", &usageError{Err: err}
	}
	since := time.Now().Add(-cloudconfig.Age)
	local := serverHands{runner: syncserver.Local{PowerShell: settings.PowerShell.Of(s)}, since: since}
	remote := func(host string) serverHands {
		return serverHands{runner: syncserver.Remote{Host: host, PowerShell: settings.PowerShell.Of(s)}, since: since}
	}
	switch method := settings.WritebackMethod.Of(s); {
	case settings.HandoffAnswer.Of(s) != "":
		answer, err := a.readAnswer(settings.HandoffAnswer.Of(s))
		cloud.Server = answer
		return stages.ByHandoff, err
	case method == "handoff":
		return stages.ByHandoff, nil
	case method == "graph":
		return stages.ByGraph, nil
	case method == "manual" || settings.Sync.Of(s) == string(adperms.CloudSync):
		return stages.ByHand, nil
	case a.practice != nil:
		cloud.Server = serverHands{runner: a.practice.Server, since: since}
	case method == "remote" && settings.SyncServer.Of(s) == "" && connector.Host == "":
		return "", usagef("--writeback-method remote: name the sync server with --sync-server")
	case method == "remote":
		cloud.Server = remote(cmpOr(settings.SyncServer.Of(s), connector.Host))
	case method == "auto" && settings.SyncServer.Of(s) != "":
		cloud.Server = remote(settings.SyncServer.Of(s))
	case method == "powershell" || settings.PowerShell.Of(s) != "" || runtime.GOOS == "windows":
		cloud.Server = local
	case cloud.Told != nil && cloud.Told.Host != "": // as it was done before
		return stages.ByHandoff, nil
	default:
		return stages.ByHand, nil
	}
	return stages.ByServer, nil
}

// leaveLook writes the script for a hand-off that looks and changes nothing, where one
// is asked for: before anything that may be refused, since to run it there (again) is
// what comes next then.
func (a *app) leaveLook(known memory) error {
	s := a.settings
	handed := settings.HandoffAnswer.Of(s) != "" || settings.WritebackMethod.Of(s) == "handoff" || settings.WritebackMethod.Of(s) == "auto" && known.handed()
	if settings.HandoffScript.Of(s) == "" || !handed {
		return nil
	}
	return a.leaveScript(settings.HandoffScript.Of(s), syncserver.Handoff{Script: syncserver.Inspect, Ask: syncserver.NewAsk(time.Now().Add(-cloudconfig.Age))})
}

// handOver has the script that looks followed by the one that switches writeback on,
// once the answer is there and says that it is off on an active server.
func (a *app) handOver(ctx context.Context, w *stages.Writeback) error {
	if w.Script = settings.HandoffScript.Of(a.settings); w.Script == "" {
		return nil
	}
	bound, may, err := w.HandOver(ctx, settings.Accept.Of(a.settings))
	if err != nil || !may {
		return err
	}
	w.Switches = true
	ask := syncserver.NewAsk(time.Now().Add(-cloudconfig.Age))
	return a.leaveScript(w.Script, syncserver.Handoff{Script: syncserver.EnableConnect, Ask: ask.Switching(bound, true)})
}

func (a *app) leaveScript(file string, h syncserver.Handoff) error {
	text, err := h.Text()
	if err != nil {
		return err
	}
	if err := a.keepHandoff(h); err != nil {
		return fmt.Errorf("remember the script for the sync server: %w", err)
	}
	if err := writeScript(file, text); err != nil {
		return fmt.Errorf("leave the script for the sync server: %w", err)
	}
	return nil
}

// writeScript writes what a person will run with rights of their own: nobody else may
// write into it before.
func writeScript(file, text string) error {
	return statedir.WriteWhole(file, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
}
