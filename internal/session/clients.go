package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"writeback/cloudconfig"
	"writeback/cloudconfig/graph"
	"writeback/cloudconfig/portal"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/steps/stages"
)

// The cloud's clients, fitted to what the stages ask for.

// TenantClient is the tenant that somebody is signed in to.
type TenantClient struct {
	client   *graph.Client
	id       string
	first    *cloudconfig.Tenant // what the sign-in saw, until somebody looks
	progress func(done int)      // of a count of registrations
	reading  func(done int)      // of a pass over the users alone
	pass     *syncedPass         // over the users, that the count made last; nil: none, or it was taken
}

// signedIn reads the tenant to know which one it is. The first inspection then
// need not read it again.
func (h *TenantClient) signedIn(ctx context.Context) error {
	t, err := h.Tenant(ctx)
	if err == nil {
		h.first, h.id = &t, t.ID
	}
	return err
}

// Tenant reads the tenant. Parts that may not be read are named in it.
func (h *TenantClient) Tenant(ctx context.Context) (cloudconfig.Tenant, error) {
	if first := h.first; first != nil {
		h.first = nil
		return *first, nil
	}
	t, missing, err := h.client.Tenant(ctx)
	t.Skew = h.client.Skew()
	for _, m := range missing {
		t.Unread = append(t.Unread, cloudconfig.Unread{What: m.What, Why: why(m), Idle: m.Scope != "Organization.Read.All"})
	}
	return t, told(err)
}

// why says what it takes to read a part of a tenant.
func why(m graph.Missing) string {
	switch graph.KindOf(m.Err) {
	case graph.NotAUser:
		return "Graph shows it to signed-in users only, and this sign-in is an application's"
	case graph.NotOffered:
		return "Graph does not offer it here"
	case graph.Unlicensed:
		return "the tenant has no licence for it"
	}
	if m.Role == "" {
		return "the permission " + m.Scope + " is missing"
	}
	return "the permission " + m.Scope + " is missing, or the role " + m.Role
}

func (h *TenantClient) Audits(ctx context.Context, since time.Time) ([]cloudconfig.Audit, error) {
	all, err := h.client.Audits(ctx, since)
	return all, told(err)
}

func (h *TenantClient) Registrations(ctx context.Context) (cloudconfig.Registrations, error) {
	p := &syncedPass{}
	r, err := h.client.Registrations(ctx, p.take, h.progress)
	if h.pass = nil; p.whole {
		h.pass = p
	}
	return r, told(err)
}

func (h *TenantClient) Roles(ctx context.Context) ([]cloudconfig.Role, error) {
	return h.client.Roles(ctx)
}

// Who is who the tenant says is signed in, for the journal: a user, or an application; ""
// where it does not say.
func (h *TenantClient) Who(ctx context.Context, application string) string {
	name, err := h.client.SignedIn(ctx)
	if graph.KindOf(err) == graph.NotAUser {
		return application
	}
	return name
}

// application is what signs in where no user does.
func (c *Caller) application() string {
	switch graph.Method(settings.Auth.Of(c.Settings)) {
	case graph.ClientSecret, graph.ClientCertificate, graph.ManagedIdentity:
		if id := settings.ClientID.Of(c.Settings); id != "" {
			return "the application " + id
		}
	}
	return "an application"
}

func (h *TenantClient) SetPasswordWriteback(ctx context.Context, on bool) error {
	return notMade(h.client.SetPasswordWriteback(ctx, on))
}

// toldError lets the stages ask an error of Graph what to do about it, and
// whether going on makes sense before somebody signs in otherwise.
type toldError struct{ error }

func (e toldError) Unwrap() error       { return e.error }
func (e toldError) Fix() string         { return graph.FixOf(e.error) }
func (e toldError) SignInRefused() bool { return graph.KindOf(e.error) == graph.SignInRefused }

func told(err error) error {
	if graph.KindOf(err) == "" {
		return err
	}
	return toldError{err}
}

type pageClient struct{ client *portal.Client }

func (h pageClient) Policy(ctx context.Context) (stages.PolicyPage, error) {
	claims, err := h.client.Claims(ctx)
	if err != nil {
		return stages.PolicyPage{}, err
	}
	s, err := h.client.Read(ctx)
	return stages.PolicyPage{Policy: s.Policy, Raw: string(s.Raw), Tenant: claims.Tenant, Source: s.Source, At: s.At}, err
}

func (h pageClient) Enablement(ctx context.Context) (cloudconfig.Enablement, error) {
	return h.client.Enablement(ctx)
}

// showsWithin is how long a setting may take to show after it was written.
const showsWithin = time.Minute

func (h pageClient) SetWriteback(ctx context.Context, on bool) error {
	return h.set(ctx, h.client.SetWriteback(ctx, on), func(p cloudconfig.Policy) bool { return p.PasswordWritebackSupported == on })
}

func (h pageClient) SetUnlock(ctx context.Context, on bool) error {
	return h.set(ctx, h.client.SetUnlock(ctx, on), func(p cloudconfig.Policy) bool { return p.AccountUnlockEnabled == on })
}

func (h pageClient) set(ctx context.Context, err error, shows func(cloudconfig.Policy) bool) error {
	if err != nil {
		return notMade(err)
	}
	_, err = h.client.WaitFor(ctx, shows, showsWithin)
	return err
}

// notMade carries over what the clients know: that nothing was written, or that
// nothing can be written any more.
func notMade(err error) error {
	var sure interface{ NotWritten() bool }
	var ended interface{ Answered() bool }
	switch {
	case errors.As(err, &sure) && sure.NotWritten():
		return steps.NotMade(err)
	case errors.As(err, &ended) && ended.Answered():
		return steps.Answered(err)
	}
	return err
}

type serverClient struct {
	runner syncserver.Runner
	since  time.Time
}

func (h serverClient) Server(ctx context.Context) (cloudconfig.Server, error) {
	return syncserver.Server(ctx, h.runner, h.since)
}

// Enable takes as long as the server takes to register with the cloud, which may
// be longer than the engine gives to a write: package syncserver bounds it.
func (h serverClient) Enable(ctx context.Context, b cloudconfig.Bound, on bool) (cloudconfig.Server, error) {
	s, err := syncserver.Enable(context.WithoutCancel(ctx), h.runner, b, on)
	return s, notMade(err)
}

// answered is a sync server that a person asked: it can be read, not written.
type answered struct{ server cloudconfig.Server }

func (c *Caller) readAnswer(file string) (answered, error) {
	in := c.In
	if file != "-" { // "-" is pasted
		f, err := statedir.OpenGuarded(file) // what it says counts as proof
		if err != nil {
			return answered{}, &settings.UsageError{Err: fmt.Errorf("--handoff-answer %s: %w", file, err)}
		}
		defer f.Close()
		in = f
	}
	d, err := syncserver.ReadDocument(in)
	if err != nil {
		return answered{}, fmt.Errorf("--handoff-answer %s: %w", file, err)
	}
	known, err := c.answersOurs(d)
	if id := c.Change.ID; err == nil && id != "" && d.ChangeID != "" && d.ChangeID != id {
		err = settings.Usagef("it is the answer to a script of change %s, this is change %s: leave a script for this change (--handoff-script FILE), have it run, and bring its answer", steps.Plain(d.ChangeID), id)
	}
	if err != nil {
		return answered{}, fmt.Errorf("--handoff-answer %s: %w", file, err)
	}
	s := d.Server()
	s.Told, s.Unmatched = true, !known
	if why := s.FromTheFuture(time.Now()); why != "" {
		return answered{}, fmt.Errorf("--handoff-answer %s: %s: set the clocks of that server and of this computer, run the script there again, and bring the new answer", file, why)
	}
	return answered{s}, nil
}

func (a answered) Server(context.Context) (cloudconfig.Server, error) { return a.server, nil }

func (a answered) Enable(context.Context, cloudconfig.Bound, bool) (cloudconfig.Server, error) {
	return a.server, steps.NotMade(errors.New("this sync server is reached by a person only"))
}
