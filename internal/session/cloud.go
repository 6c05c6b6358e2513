package session

import (
	"cmp"
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
func (s *Session) cloudStages(ctx context.Context, of Purpose, known memory) ([]steps.Step, string, error) {
	c := s.caller
	cloud, err := s.cloud(ctx)
	if err != nil {
		return nil, "", err
	}
	if err := c.leaveInspection(known); err != nil {
		return nil, "", err
	}
	tenant, err := s.enterTenant(ctx, cloud, known)
	if err != nil {
		return nil, "", err
	}
	w := &stages.Writeback{Cloud: cloud}
	if !c.Skipped()[stages.WritebackInfo.ID] {
		s.Writeback = w
	}
	var connector adperms.Connector
	if first := s.First(); first != nil {
		connector = first.Connector
	}
	if w.Method, err = c.reachServer(cloud, connector); err != nil {
		return nil, "", err
	}
	if w.Method == stages.ByHandoff {
		if err := c.handOver(ctx, w); err != nil {
			return nil, "", err
		}
	}
	sspr := c.ssprStage(cloud, of)
	if !c.Skipped()[stages.SSPRInfo.ID] {
		s.SSPR = sspr
	}
	return []steps.Step{w.Step(), sspr.Step()}, tenant, nil
}

// cloud is what the two stages share, before anybody is asked but the directory.
func (s *Session) cloud(ctx context.Context) (*stages.Cloud, error) {
	c, in, first := s.caller, s.caller.Settings, s.First()
	links, err := cloudconfig.Cloud(settings.NationalCloud.Of(in)).Endpoints()
	if err != nil {
		return nil, err
	}
	expected, err := c.expected(ctx, first)
	if err != nil {
		return nil, err
	}
	cloud := &stages.Cloud{Links: links, Expected: expected, Accepted: settings.Accept.Of(in)}
	for _, d := range s.Domains {
		d.Delegate.Uses = cloud.Uses
	}
	if first != nil && (c.Skipped()[stages.DelegateInfo.ID] || settings.HandoffScript.Of(in) != "") {
		if cloud.Expected.Unfit, err = first.unfit(ctx); err != nil {
			return nil, err
		}
	}
	if c.Skipped()[stages.WritebackInfo.ID] {
		cloud.Teller = stages.SSPRInfo.ID
	}
	return cloud, nil
}

// enterTenant signs in, where that is asked for, and takes what the journals say of that
// tenant. Its ID is "" without a sign-in.
func (s *Session) enterTenant(ctx context.Context, cloud *stages.Cloud, known memory) (id string, err error) {
	c := s.caller
	tenant, err := c.signIn(ctx, cloud, cloud.Links)
	if err != nil {
		return "", err
	}
	if tenant != nil {
		s.Tenant, id = tenant, tenant.id
	}
	known = known.of(id)
	if c.Practice != nil { // in it what somebody says is done
		if err := c.Practice.Heed(known.words, settings.AccountUnlock.Of(c.Settings)); err != nil {
			return "", err
		}
	}
	cloud.Words, cloud.Told = known.words, known.told
	return id, nil
}

// ssprStage is the stage of the tenant's page, in the way that is asked for and consented to.
func (c *Caller) ssprStage(cloud *stages.Cloud, of Purpose) *stages.SSPR {
	in := c.Settings
	sspr := &stages.SSPR{Cloud: cloud, Method: stages.ByHand, Unlock: settings.AccountUnlock.Of(in)}
	consented, by := settings.AllowUndocumented.Of(in), settings.SSPRMethod.Of(in)
	switch portal := cloud.Page != nil && (consented && by != settings.ByHand || by == settings.ByPortal); {
	case portal && of.Verb == "apply" && !consented: // a plan file's lines: they are left to a person
		sspr.Left = true
	case portal:
		sspr.Method, sspr.Unconsented = stages.ByPortal, !consented
	}
	return sspr
}

// unseenCloud is the cloud stages where nobody looks at them: they say what they would take.
func (s *Session) unseenCloud() []steps.Step {
	in := s.caller.Settings
	links, _ := cloudconfig.Cloud(settings.NationalCloud.Of(in)).Endpoints() // where it does not work nobody is sent anywhere
	cloud := &stages.Cloud{Links: links, Expected: stages.Expected{Asked: settings.SyncServer.Of(in), Product: settings.Sync.Of(in)}}
	sspr := &stages.SSPR{Cloud: cloud, Unlock: settings.AccountUnlock.Of(in)}
	return []steps.Step{(&stages.Writeback{Cloud: cloud}).Step(), sspr.Step()}
}

// expected is what belongs to a domain, as far as its directory and the settings
// say; nil: to none.
func (c *Caller) expected(ctx context.Context, d *Domain) (stages.Expected, error) {
	in := c.Settings
	if d == nil {
		return c.Change.expected(stages.Expected{Tenant: settings.Tenant.Of(in), Asked: settings.SyncServer.Of(in), Product: settings.Sync.Of(in)}), nil
	}
	in = d.Settings
	k, home := d.Connector, d.Conn
	if d.home != nil {
		home = d.home.Conn
	}
	netbios, err := home.NetBIOSName(ctx) // without it, a short name is no proof
	if ctx.Err() == nil {
		err = nil
	}
	return stages.Expected{Forest: d.Conn.Root().Forest(), Domains: []string{d.Name()},
		Account: cloudconfig.Account{SAM: k.SAM, UPN: k.UPN, Domain: home.Root().Domain(), NetBIOS: netbios},
		Tenant:  settings.Tenant.Of(in), Described: k.Tenant, Host: k.Host, Asked: settings.SyncServer.Of(in), Product: settings.Sync.Of(in)}, err
}

// unfit says why the account that was named or found cannot be the connector
// account, for runs in which the stage delegate does not. Who is in a protected group
// may keep the rights that are there: nothing is granted then.
func (d *Domain) unfit(ctx context.Context) (*adperms.Unfit, error) {
	if d.Connector.DN == "" {
		return nil, nil
	}
	account, err := d.Delegate.Directory.Trustee(ctx, d.Connector.DN)
	if err != nil {
		return nil, err
	}
	if account.Unseen != "" {
		return nil, nil // the stage delegate says so
	}
	u, weight := adperms.CannotReach(account, d.Delegate.Product, time.Now())
	if weight != adperms.Blocks {
		return nil, nil
	}
	return u, nil
}

// cloudAsked says whether anything speaks of the cloud stages: a setting, a
// stage that was named, or what a person said or brought, in the journal.
func (c *Caller) cloudAsked(known memory) bool {
	if settings.Sync.Of(c.Settings) == "none" {
		return false
	}
	return known.any() ||
		c.Settings.Given(settings.Cloud) ||
		c.Skipped()[stages.DelegateInfo.ID] ||
		slices.ContainsFunc(settings.Only.Of(c.Settings), func(stage string) bool { return stage != stages.DelegateInfo.ID })
}

// signIn opens what --auth gives: Graph, and the portal where the sign-in has
// tokens for it.
func (c *Caller) signIn(ctx context.Context, cloud *stages.Cloud, links cloudconfig.Endpoints) (*TenantClient, error) {
	s := c.Settings
	if settings.Auth.Of(s) == "" {
		return nil, nil
	}
	if c.Roots == nil {
		if err := guardCAStore(c.LookupEnv); err != nil {
			return nil, err
		}
	}
	sign := graph.SignIn{
		Method: graph.Method(settings.Auth.Of(s)), Cloud: cloudconfig.Cloud(settings.NationalCloud.Of(s)), Tenant: settings.Tenant.Of(s), ClientID: settings.ClientID.Of(s),
		Secret: c.secret(settings.ClientSecretFile, "WRITEBACK_CLIENT_SECRET"), CertificateFile: settings.ClientCertificate.Of(s),
		DeviceCode: func(message string) { fmt.Fprintln(c.Stderr, steps.Plain(message)) },
		Authority:  c.Authority, RootCAs: c.Roots,
		Waiting: func(status int, pause time.Duration) { c.wait("the sign-in", status, pause, -1) },
	}
	if settings.WritebackMethod.Of(s) == settings.ByGraph {
		sign.Scopes = append(graph.Scopes(), graph.WriteScopes()...)
	}
	if sign.Method == graph.GivenToken {
		sign.Token = c.secret(settings.GraphTokenFile, "WRITEBACK_GRAPH_TOKEN")
		sign.PortalToken = c.secret(settings.PortalTokenFile, "WRITEBACK_PORTAL_TOKEN")
	}
	if sign.Method == graph.GivenToken && sign.Token == nil {
		return nil, settings.Usagef("--auth token needs a token for Microsoft Graph: --graph-token-file FILE, or WRITEBACK_GRAPH_TOKEN")
	}
	credential, err := c.credential(sign)
	if err != nil {
		return nil, err
	}
	client, err := graph.Open(graph.Options{Cloud: sign.Cloud, Endpoint: settings.GraphEndpoint.Of(s), Tenant: settings.Tenant.Of(s), Credential: credential, RootCAs: c.Roots, Observe: c.TraceGraph})
	if err != nil {
		return nil, err
	}
	tenant := &TenantClient{client: client, progress: c.reads("counting registrations"), reading: c.reads("reading who is synchronized")}
	cloud.Tenant = tenant
	if endpoint := cmp.Or(settings.PortalEndpoint.Of(s), links.Portal); credential.HasPortal() && endpoint != "" {
		cloud.Page = pageClient{&portal.Client{Endpoint: endpoint, HTTP: portal.NewHTTP(c.Roots), Token: credential.PortalToken, SignedIn: string(sign.Method), Observe: c.TracePortal,
			Waiting: func(status int, pause, left time.Duration) { c.wait("the portal", status, pause, left) }}}
	}
	return tenant, tenant.signedIn(ctx)
}

// credential opens a sign-in, or takes the one that this process has already: a
// person who was asked for a code is not asked again because the session begins
// anew.
func (c *Caller) credential(sign graph.SignIn) (*graph.Credential, error) {
	key := fmt.Sprint(sign.Method, sign.Cloud, sign.Tenant, sign.ClientID, sign.CertificateFile, sign.Scopes)
	if c.signed != nil && c.signedAs == key {
		return c.signed, nil
	}
	opened, err := sign.Open()
	if err == nil {
		c.signed, c.signedAs = opened, key
	}
	return opened, err
}

// reachServer chooses the way to the sync server. The host in the connector
// account's description is taken only where remoting was asked for: whoever may
// write that description could have us sign in to another computer.
func (c *Caller) reachServer(cloud *stages.Cloud, connector adperms.Connector) (stages.Method, error) {
	s := c.Settings
	if err := syncserver.CheckProgram(settings.PowerShell.Of(s)); err != nil && c.Practice == nil {
		return "", &settings.UsageError{Err: err}
	}
	since := time.Now().Add(-cloudconfig.Age)
	local := serverClient{runner: syncserver.Local{PowerShell: settings.PowerShell.Of(s), Secrets: c.Secrets}, since: since}
	remote := func(host string) serverClient {
		return serverClient{runner: syncserver.Remote{Host: host, PowerShell: settings.PowerShell.Of(s), Secrets: c.Secrets}, since: since}
	}
	switch method := settings.WritebackMethod.Of(s); {
	case settings.HandoffAnswer.Of(s) != "":
		answer, err := c.readAnswer(settings.HandoffAnswer.Of(s))
		cloud.Server = answer
		return stages.ByHandoff, err
	case method == settings.ByHandoff:
		return stages.ByHandoff, nil
	case method == settings.ByGraph:
		return stages.ByGraph, nil
	case method == settings.ByHand || settings.Sync.Of(s) == string(adperms.CloudSync):
		return stages.ByHand, nil
	case c.Practice != nil:
		cloud.Server = serverClient{runner: c.Practice.Runner(), since: since}
	case method == settings.ByRemoting && settings.SyncServer.Of(s) == "" && connector.Host == "":
		return "", settings.Usagef("--writeback-method remote: name the sync server with --sync-server")
	case method == settings.ByRemoting:
		cloud.Server = remote(cmp.Or(settings.SyncServer.Of(s), connector.Host))
	case method == settings.Auto && settings.SyncServer.Of(s) != "":
		cloud.Server = remote(settings.SyncServer.Of(s))
	case method == settings.OnThisServer || settings.PowerShell.Of(s) != "" || runtime.GOOS == "windows":
		cloud.Server = local
	case cloud.Told != nil && cloud.Told.Host != "": // as it was done before
		return stages.ByHandoff, nil
	default:
		return stages.ByHand, nil
	}
	return stages.ByServer, nil
}

// leaveInspection writes the script for a hand-off that inspects and changes nothing, where one
// is asked for: before anything that may be refused, since to run it there (again) is
// what comes next then.
func (c *Caller) leaveInspection(known memory) error {
	s := c.Settings
	handed := settings.HandoffAnswer.Of(s) != "" || settings.WritebackMethod.Of(s) == settings.ByHandoff || settings.WritebackMethod.Of(s) == settings.Auto && known.handed()
	if settings.HandoffScript.Of(s) == "" || !handed {
		return nil
	}
	return c.leaveScript(settings.HandoffScript.Of(s), syncserver.Handoff{Script: syncserver.Inspect, Ask: c.newAsk()})
}

// handOver has the script that inspects followed by the one that switches writeback on,
// once the answer is there and says that it is off on an active server.
func (c *Caller) handOver(ctx context.Context, w *stages.Writeback) error {
	if w.Script = settings.HandoffScript.Of(c.Settings); w.Script == "" {
		return nil
	}
	bound, may, err := w.HandOver(ctx, settings.Accept.Of(c.Settings))
	if err != nil || !may {
		return err
	}
	w.Switches = true
	return c.leaveScript(w.Script, syncserver.Handoff{Script: syncserver.EnableConnect, Ask: c.newAsk().Switching(bound, true)})
}

func (c *Caller) newAsk() syncserver.Ask {
	ask := syncserver.NewAsk(time.Now().Add(-cloudconfig.Age))
	ask.ChangeID = c.Change.ID
	return ask
}

func (c *Caller) leaveScript(file string, h syncserver.Handoff) error {
	text, err := h.Text()
	if err != nil {
		return err
	}
	if err := c.KeepHandoff(h); err != nil {
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
