package stages

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/cloudconfig"
	"writeback/steps"
)

// The two cloud stages look at the same things: the tenant, its audit log, the
// sync server, the portal's policy, and what people said. What cannot be seen is
// told as a finding; a stage then goes on with what it has.

// Tenant is what the stages need of Microsoft Graph.
type Tenant interface {
	Tenant(ctx context.Context) (cloudconfig.Tenant, error)
	// Audits gives the entries since then that say something about writeback.
	Audits(ctx context.Context, since time.Time) ([]cloudconfig.Audit, error)
	Registrations(ctx context.Context) (cloudconfig.Registrations, error)
	// Roles are the directory roles of who is signed in.
	Roles(ctx context.Context) ([]cloudconfig.Role, error)
	SetPasswordWriteback(ctx context.Context, on bool) error
}

// SyncServer is what the stages need of the sync server's cmdlets.
type SyncServer interface {
	Server(ctx context.Context) (cloudconfig.Server, error)
	// Enable switches writeback, if the server is the one that b names, and looks
	// again.
	Enable(ctx context.Context, b cloudconfig.Bound, on bool) (cloudconfig.Server, error)
}

// SSPRPage is what the stages need of the portal's own settings service.
type SSPRPage interface {
	Policy(ctx context.Context) (PolicyPage, error)
	// Enablement is whom the tenant lets reset a password at all.
	Enablement(ctx context.Context) (cloudconfig.Enablement, error)
	SetWriteback(ctx context.Context, on bool) error
	SetUnlock(ctx context.Context, on bool) error
}

// PolicyPage is the policy as it was read.
type PolicyPage struct {
	cloudconfig.Policy
	Whom   cloudconfig.Enablement
	Raw    string // the whole answer, for the journal
	Tenant string // the tenant of the token that it was read with
	Source string
	At     time.Time
}

// Cloud is how the cloud stages reach what they look at. A nil source is one
// that this run does not have.
type Cloud struct {
	Tenant Tenant
	Server SyncServer
	Page   SSPRPage
	Words  map[string]steps.Attestation // by step ID
	// Told is the last switch of writeback, as the journals have it, where nothing that was
	// made since ends it; nil: there is none.
	Told *steps.Told
	// Expected is what the tenant should be: --tenant, and what the description
	// of the connector account in AD says. Empty names expect nothing.
	Expected Expected
	Links    cloudconfig.Endpoints
	Accepted []string // codes that a person accepts
	// Teller is the stage that tells what concerns both: the other one repeats
	// only what blocks it. "": writeback.
	Teller string
	Clock  func() time.Time // nil: time.Now

	// switched is the server whose writeback this run switched on, as it was then.
	switched cloudconfig.Server

	tenant    *cloudconfig.Tenant // as it was seen last: who it is does not change
	early     bool                // it was seen before the inspection that it counts for
	memo      *Observation
	memoAt    time.Time
	server    *cloudconfig.Server
	serverErr error // in its place
	unheard   bool  // no inspection has had the server's answer yet
	serverAt  time.Time
}

// Expected names the tenant and the sync server that belong to the domain.
type Expected struct {
	Forest  string              // the DNS name of the forest's root domain
	Domains []string            // of the run, by DNS name
	Account cloudconfig.Account // that has the rights, or gets them
	// FromPlan says that forest, domains and account are those of a plan file: nobody has
	// looked at them in the directory here.
	FromPlan bool
	// Unfit is why that account cannot be the connector account, where no stage of the
	// run looks at it; nil: nothing is known against it.
	Unfit     *adperms.Unfit
	Tenant    string // an id or a verified domain, as asked for
	Described string // the tenant in the connector account's description
	Host      string // the sync server in that description
	Asked     string // the sync server that a person named; "": nobody did
	Product   string // the sync product that writes back, as asked for: "connect" or "cloud"
}

// Observation is what the cloud stages see of the world.
type Observation struct {
	At     time.Time
	Tenant *cloudconfig.Tenant
	Server *cloudconfig.Server
	Page   *PolicyPage

	// Mismatches are why the sync server is not believed, or why nothing may be
	// switched on it.
	Mismatches []cloudconfig.Mismatch
	Doubted    bool // one of them has to be accepted, and is not

	Testimony []cloudconfig.Testimony
	Roles     []cloudconfig.Role // of who is signed in; nil: nobody looked, or nobody may see
	Unseen    []steps.Finding    // what could not be looked at, and why
}

// portalUnread is the code of a finding that concerns the stage sspr alone.
const portalUnread = "portal-unread"

// fresh is how long one inspection serves both stages. A write ends it at once, and so
// does the next plan or verification.
const fresh = 5 * time.Second

// inspect asks all sources. Only what stops the run is an error: cancellation, and
// a sign-in that was refused.
func (c *Cloud) inspect(ctx context.Context) (Observation, error) {
	now := c.now()
	if c.memo != nil && now.Sub(c.memoAt) < fresh {
		return *c.memo, nil
	}
	o := Observation{At: now}
	for _, source := range []func(context.Context, *Observation) error{c.inspectTenant, c.inspectServer, c.inspectPage} {
		if err := source(ctx, &o); err != nil {
			return o, err
		}
	}
	c.addAttestations(&o)
	cloudconfig.OfProduct(c.Expected.Product, o.Testimony)
	if o.Server != nil && o.Server.Staging && !c.isOther(*o.Server) {
		cloudconfig.OfStaging(o.Testimony)
	}
	c.memo, c.memoAt = &o, c.now()
	return o, nil
}

// Forget makes the next inspection a new one.
func (c *Cloud) Forget() { c.memo, c.server, c.early, c.unheard = nil, nil, false, false }

func (c *Cloud) now() time.Time {
	if c.Clock != nil {
		return c.Clock()
	}
	return time.Now()
}

// refused is what an error of a source has where going on makes no sense: the
// person has to sign in otherwise first.
type refused interface{ SignInRefused() bool }

// miss notes what a source could not show, unless that ends the run.
func (o *Observation) miss(ctx context.Context, code, what, fix string, err error) error {
	f, err := unseen(ctx, code, what, fix, err)
	if err == nil {
		o.Unseen = append(o.Unseen, f)
	}
	return err
}

// unseen turns an error of a source into a finding, unless it ends the run. What
// the source says to do about it is better than fix.
func unseen(ctx context.Context, code, what, fix string, err error) (steps.Finding, error) {
	var r refused
	if ctx.Err() != nil || errors.As(err, &r) && r.SignInRefused() {
		return steps.Finding{}, err
	}
	var known interface{ Fix() string }
	if errors.As(err, &known) && known.Fix() != "" {
		fix = known.Fix()
	}
	return steps.Finding{Level: steps.LevelWarning, Code: code, Text: what + ": " + err.Error(), Fix: fix}, nil
}

func (c *Cloud) inspectTenant(ctx context.Context, o *Observation) error {
	if c.Tenant == nil {
		return nil
	}
	tenant, err := c.readTenant(ctx)
	if err != nil {
		return o.miss(ctx, "tenant-unread", "the tenant could not be looked at", "sign in as somebody who may; the rest of the plan holds without it", err)
	}
	o.Tenant, c.tenant = &tenant, &tenant
	o.Testimony = append(o.Testimony, tenant.Testify("Microsoft Graph, onPremisesSynchronization", o.At)...)
	audits, err := c.Tenant.Audits(ctx, o.At.Add(-cloudconfig.Age))
	if err != nil {
		return o.miss(ctx, "audits-unread", "the audit log, where it shows that a password was written back, could not be read", "sign in as a Reports Reader with AuditLog.Read.All", err)
	}
	o.Testimony = append(o.Testimony, cloudconfig.TestifyAudits(audits, "directory audit log of tenant "+tenant.ID)...)
	return nil
}

// readTenant reads the tenant, but for what was read just before for the sync server's
// sake.
func (c *Cloud) readTenant(ctx context.Context) (cloudconfig.Tenant, error) {
	if c.early {
		c.early = false
		return *c.tenant, nil
	}
	return c.Tenant.Tenant(ctx)
}

func (c *Cloud) inspectServer(ctx context.Context, o *Observation) error {
	if c.Server == nil {
		return nil
	}
	server, err := c.askServer(ctx, true)
	if err != nil {
		return o.miss(ctx, "server-unread", "the sync server could not be asked",
			"run this on the sync server, or name it with --sync-server, or use --writeback-method handoff", err)
	}
	if why := server.FromTheFuture(o.At); why != "" {
		return o.miss(ctx, "server-unread", "the sync server's answer does not count", "set the clocks of that server and of this computer", errors.New(why))
	}
	if strings.EqualFold(server.Host, c.switched.Host) {
		server.SwitchedOn = c.switched.At
	}
	if server.Told && o.At.Sub(server.SwitchedOn) >= cloudconfig.FreshBeat {
		server.SwitchedOn = time.Time{} // there was time for a heartbeat since
	}
	o.Server = &server
	if c.isOther(server) {
		for _, t := range server.Testify() {
			t.Aside = true
			o.Testimony = append(o.Testimony, t)
		}
		return nil
	}
	o.Mismatches = server.Bind(c.bond(o.Tenant))
	if unfit := c.Expected.Unfit; unfit != nil {
		o.Mismatches = append(o.Mismatches, cloudconfig.Mismatch{Code: unfit.Code, Text: c.Expected.Account.String() + " " + unfit.Why, Fix: unfit.Fix})
	}
	o.Doubted = slices.ContainsFunc(o.Mismatches, func(m cloudconfig.Mismatch) bool { return m.Unproven && !c.accepts(m) })
	if !o.Doubted && !o.unbound() {
		o.Testimony = append(o.Testimony, server.Testify()...)
	}
	return nil
}

// isOther says that a server runs another product than the one that the run is about:
// what it says counts for nothing, and nothing is switched on it.
func (c *Cloud) isOther(s cloudconfig.Server) bool {
	return c.Expected.Product != "" && s.Product != "" && s.Product != c.Expected.Product
}

func (c *Cloud) bond(t *cloudconfig.Tenant) cloudconfig.Bond {
	return cloudconfig.Bond{Host: c.Expected.Asked, Forest: c.Expected.Forest, Account: c.Expected.Account, Tenant: t, Named: c.Expected.Tenant}
}

func (c *Cloud) accepts(m cloudconfig.Mismatch) bool {
	return m.Unproven && slices.Contains(c.Accepted, m.Code)
}

// Believed is the sync server, where it is asked and nothing speaks against it but the
// account that it signs in with; nil otherwise, and in staging mode, where the account
// is another one as a rule.
func (c *Cloud) Believed(ctx context.Context) *cloudconfig.Server {
	s, against := c.heard(ctx)
	if len(against) > 0 {
		return nil
	}
	return s
}

// heard is that server, and what speaks against believing it.
func (c *Cloud) heard(ctx context.Context) (*cloudconfig.Server, []cloudconfig.Mismatch) {
	if c.Server == nil {
		return nil, nil
	}
	s, err := c.askServer(ctx, false)
	if err != nil || c.isOther(s) || s.Staging || s.StagingUnknown {
		return nil, nil // the stage writeback tells why
	}
	if c.tenant == nil && c.Tenant != nil {
		if t, err := c.Tenant.Tenant(ctx); err == nil {
			c.tenant, c.early = &t, true
		}
	}
	return &s, slices.DeleteFunc(s.Bind(c.bond(c.tenant)), func(m cloudconfig.Mismatch) bool {
		return m.Code == cloudconfig.OtherConnector || m.Code == cloudconfig.ConnectorUnproven || c.accepts(m)
	})
}

// unbound says that nothing may be switched on the sync server, whatever is accepted.
func (o Observation) unbound() bool {
	return slices.ContainsFunc(o.Mismatches, func(m cloudconfig.Mismatch) bool { return !m.Unproven })
}

// askServer asks the sync server, or gives its answer of a moment ago, or the one that
// no inspection has had yet: it takes seconds.
func (c *Cloud) askServer(ctx context.Context, inspecting bool) (cloudconfig.Server, error) {
	unused := inspecting && c.unheard
	if inspecting {
		c.unheard = false
	}
	if now := c.now(); c.server == nil || !unused && now.Sub(c.serverAt) >= fresh {
		server, err := c.Server.Server(ctx)
		c.server, c.serverErr, c.serverAt, c.unheard = &server, err, c.now(), !inspecting
	}
	return *c.server, c.serverErr
}

// Use is whom the sync server of a run signs in to its forest as.
type Use struct {
	As string               // "": it does not say, or there is no server that is believed
	Is cloudconfig.Likeness // to the run's account
	// Strange is why the server is of another forest or tenant. Then it does not count
	// whom it signs in as, and nobody knows which account the right one uses.
	Strange []cloudconfig.Mismatch
}

// Uses asks the sync server.
func (c *Cloud) Uses(ctx context.Context) (u Use) {
	s, against := c.heard(ctx)
	for _, m := range against {
		if m.OfAnother() {
			u.Strange = append(u.Strange, m)
		}
	}
	if s == nil || len(against) > 0 {
		return u
	}
	k, _ := s.ConnectorOf(c.Expected.Forest)
	return Use{As: k.AccountName(), Is: k.SignsInAs(c.Expected.Account)}
}

func (c *Cloud) inspectPage(ctx context.Context, o *Observation) error {
	if c.Page == nil {
		return nil
	}
	page, err := c.Page.Policy(ctx)
	if err != nil {
		return o.miss(ctx, portalUnread, "the portal's settings could not be read",
			"the service is not documented and may change any day: look at the page itself, as the steps by hand say", err)
	}
	if page.Whom, err = c.Page.Enablement(ctx); err != nil && ctx.Err() != nil {
		return ctx.Err() // else it is not known: Microsoft Graph's report has it, too
	}
	o.Page = &page
	o.Testimony = append(o.Testimony, page.Testify(page.Source, page.At)...)
	return nil
}

// addAttestations makes a person's word on a step testimony to the claims of that step.
func (c *Cloud) addAttestations(o *Observation) {
	claims := map[string][]cloudconfig.Claim{
		WritebackInfo.ID: {cloudconfig.WritebackOn},
		SSPRInfo.ID:      {cloudconfig.SSPROn, cloudconfig.UnlockOn},
	}
	for _, id := range []string{WritebackInfo.ID, SSPRInfo.ID} {
		word, said := c.Words[id]
		if !said {
			continue
		}
		for _, claim := range claims[id] {
			o.Testimony = append(o.Testimony, cloudconfig.Testimony{
				Claim: claim, Witness: cloudconfig.Person, Says: cloudconfig.On, What: wordText(word),
				Source: "attestation in the journal", At: word.At, By: word.By,
			})
		}
	}
}

func wordText(a steps.Attestation) string {
	if a.Note == "" {
		return "done by hand, says " + a.By
	}
	return "done by hand, says " + a.By + ": " + a.Note
}
