package session

import (
	"context"
	"crypto/x509"
	"io"
	"net"
	"time"

	"writeback/adperms/directory"
	"writeback/cloudconfig/graph"
	"writeback/cloudconfig/portal"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/secrets"
	"writeback/internal/settings"
	"writeback/steps"
)

// Caller is who opens sessions: the process, its settings and the person at it. A nil
// field means the system default. It is not safe for concurrent use.
type Caller struct {
	Settings  *settings.Settings
	Secrets   *secrets.Secrets
	LookupEnv func(string) (string, bool)
	Program   string    // its version, for journals
	In        io.Reader // standard input, for what is pasted
	Stderr    io.Writer // what is said beside a verb's own output
	// Ask asks a person for a password; nil: nobody can be asked.
	Ask func(ctx context.Context, prompt string) (string, error)
	// Count shows how far a pass over every user of a domain has come: tell is called
	// with how many were looked at, and end at the end. About is how many there were
	// the last time; 0: that is not known.
	Count func(domain string, about int) (tell func(users int), end func())

	Resolver  *net.Resolver
	Roots     *x509.CertPool   // trusted for the cloud's services
	Authority string           // where sign-ins to the tenant go; "": the cloud's own
	Cut       func(string)     // is told of every record of a journal
	Now       func() time.Time // of the journals
	Practice  Practice         // the world that stands for everything real; nil: there is none
	Change    Change           // what this is a part of

	// TraceLDAP, TraceGraph and TracePortal are told of every operation; nil: nobody is.
	TraceLDAP   func(directory.Operation)
	TraceGraph  func(graph.Operation)
	TracePortal func(portal.Operation)
	// Waiting is told what is waited for, and how long it may still take; negative: that
	// is not known.
	Waiting func(whom string, status int, pause, left time.Duration)

	// Typed is the password that a person typed for the first domain; "": none yet.
	Typed string
	// Wrote says that a change was begun.
	Wrote bool

	first    access
	signed   *graph.Credential // to the tenant; nil: nobody has yet
	signedAs string
	journals *Journals // opened for writing last; nil: not yet
}

// Practice is the practice world, as far as a session reaches into it.
type Practice interface {
	// Runner runs scripts on its sync server.
	Runner() syncserver.Runner
	// Heed does there what people say to have done by hand.
	Heed(words map[string]steps.Attestation, unlock bool) error
}

// OneReading is for a verb that only reads, and is soon over: what the directory has
// answered under the context that it returns is not asked again.
// Names are those of accounts that will be looked up.
func (c *Caller) OneReading(ctx context.Context, names ...string) context.Context {
	connector := settings.Connector.Of(c.Settings)
	if connector != "" {
		names = append(names, connector)
	}
	return directory.OneReading(ctx, directory.Reading{Connectors: connector == "", Names: names})
}

// firstAccess is how the first domain is reached.
func (c *Caller) firstAccess() *access {
	c.first.caller, c.first.in = c, c.Settings
	return &c.first
}

// Observed wraps tell and records whether a write has begun.
func (c *Caller) Observed(tell func(steps.Event)) func(steps.Event) {
	return func(e steps.Event) {
		if _, write := e.(steps.ChangeStarted); write {
			c.Wrote = true
		}
		tell(e)
	}
}

func (c *Caller) wait(whom string, status int, pause, left time.Duration) {
	if c.Waiting != nil {
		c.Waiting(whom, status, pause, left)
	}
}

// SignOut forgets the sign-in to the tenant: the next one may be somebody else.
func (c *Caller) SignOut() { c.signed = nil }
