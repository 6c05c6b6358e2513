package main

import (
	"context"
	"crypto/x509"
	"io"
	"net"
	"time"

	"writeback/internal/rehearsal"
	"writeback/internal/secrets"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/internal/terminal"
	"writeback/internal/tracing"
)

// app is the program with its outside: what tests put something else for.
type app struct {
	in        io.Reader
	out, err  io.Writer
	stderr    *terminal.Stderr // what err is
	lookupEnv func(string) (string, bool)
	tty       terminal.Terminal
	resolver  *net.Resolver    // nil: the system's
	cut       func(string)     // is told of every record of a journal; nil: nobody
	clock     func() time.Time // of the journals; nil: the system's
	authority string           // where sign-ins to the tenant go; "": the cloud's own
	roots     *x509.CertPool   // trusted for the cloud's services; nil: the system's

	settings *settings.Settings
	secrets  *secrets.Secrets
	practice *rehearsal.World // the world that stands for everything real; nil: there is none
	sessions *session.Caller  // opens sessions; nil: nothing was to be opened yet
	log      io.Writer        // of --log-file, nil for none
	ran      bool             // a verb began: what goes wrong now is not the command line
	code     int              // exit code of a verb that ended well
}

// caller opens the sessions of this call.
func (a *app) caller() *session.Caller {
	if a.sessions == nil {
		t := a.tracer()
		a.sessions = &session.Caller{
			Settings: a.settings, Secrets: a.secrets, LookupEnv: a.lookupEnv, Program: version(), In: a.in, Stderr: a.err, Count: a.count,
			Resolver: a.resolver, Roots: a.roots, Authority: a.authority, Cut: a.cut, Now: a.clock,
			TraceLDAP: t.LDAP(), TraceGraph: t.Graph(), TracePortal: t.Portal(), Waiting: t.Waiting,
		}
		if a.tty.In != nil {
			a.sessions.Ask = func(ctx context.Context, prompt string) (string, error) {
				return a.tty.ReadPassword(ctx, a.err, prompt)
			}
		}
		if a.practice != nil {
			a.sessions.Practice = a.practice
		}
	}
	return a.sessions
}

// tracer is whom operations of clients are told to.
func (a *app) tracer() tracing.Tracer {
	return tracing.Tracer{Stderr: a.err, Debug: settings.Debug.Of(a.settings), Log: a.log, Redact: a.secrets.Redact}
}

// openLog opens the file of --log-file, where there is one.
func (a *app) openLog() (closeLog func() error, err error) {
	path := settings.LogFile.Of(a.settings)
	if path == "" {
		return func() error { return nil }, nil
	}
	f, err := tracing.OpenLog(path)
	if err != nil {
		return nil, err
	}
	a.log = f
	return f.Close, nil
}
