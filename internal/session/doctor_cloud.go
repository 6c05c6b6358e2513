package session

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"runtime"
	"time"

	"writeback/adperms"
	"writeback/cloudconfig"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/checks"
	"writeback/steps/stages"
)

// askCloud fills in the sources of the sync server and the tenant, where
// something speaks of them. A sign-in that is refused makes its checks not
// checked; a command line that makes no sense ends doctor.
func (d *Diagnosis) askCloud(ctx context.Context, s *checks.Sources) error {
	known, err := d.caller.memory(d.Target)
	if err != nil {
		return err
	}
	if !d.caller.cloudAsked(known) && !d.mayBeSyncServer() {
		s.Unasked = "nothing was said of the tenant or the sync server: give --auth to sign in to the tenant, and --sync-server, or run doctor on that server"
		return nil
	}
	links, err := s.Cloud.Endpoints()
	if err != nil {
		return err
	}
	var first *Domain
	var connector adperms.Connector
	if len(d.domains) > 0 {
		first = d.domains[0]
		connector = first.Connector
	}
	expected, err := d.caller.expected(ctx, first)
	if err != nil {
		return err
	}
	cloud := &stages.Cloud{Links: links, Expected: expected}
	if d.uses = cloud.Uses; first != nil && first.Delegate != nil {
		first.Delegate.Uses = d.uses
	}
	tenant, err := d.caller.signIn(ctx, cloud, links)
	if err == nil && tenant != nil {
		d.Target.Tenant = tenant.id
	}
	known = known.of(d.Target.Tenant)
	cloud.Words, cloud.Told = known.words, known.told
	var usage *settings.UsageError
	switch {
	case errors.As(err, &usage) || ctx.Err() != nil:
		return err
	case err != nil && len(d.domains) == 0: // there is nothing else to look at
		return err
	case err != nil:
		s.Unasked = "the sign-in to the tenant did not work: " + err.Error()
		return nil
	case cloud.Tenant == nil:
		s.Unasked = "nobody is signed in to the tenant: give --auth"
	}
	method, err := d.caller.reachServer(cloud, connector)
	if err != nil {
		return err
	}
	d.connectCloud(s, cloud, method)
	return nil
}

// mayBeSyncServer says that this computer could be the sync server, which is then
// asked unasked: to look costs nothing but a PowerShell.
func (d *Diagnosis) mayBeSyncServer() bool {
	return runtime.GOOS == "windows" && settings.Sync.Of(d.caller.Settings) != "none"
}

// connectCloud hands what is reached to the checks. The server is asked once for
// all of them: it may take its time.
func (d *Diagnosis) connectCloud(s *checks.Sources, cloud *stages.Cloud, method stages.Method) {
	if cloud.Tenant != nil {
		s.Roles = cloud.Tenant.Roles
		s.HashSync = func(ctx context.Context) (*bool, error) {
			t, err := cloud.Tenant.Tenant(ctx)
			return t.HashSync, err
		}
	}
	if cloud.Server != nil {
		cloud.Server = &remembered{SyncServer: cloud.Server}
		s.Server = cloud.Server.Server
	}
	w := &stages.Writeback{Cloud: cloud, Method: method}
	p := &stages.SSPR{Cloud: cloud, Method: stages.ByHand, Unlock: settings.AccountUnlock.Of(d.caller.Settings)}
	s.Features = func(ctx context.Context) ([]steps.StepPlan, error) { return d.inspect(ctx, w.Step(), p.Step()) }
}

// remembered is a sync server whose first answer stands for the whole call.
type remembered struct {
	stages.SyncServer
	asked  bool
	answer cloudconfig.Server
	err    error
}

func (s *remembered) Server(ctx context.Context) (cloudconfig.Server, error) {
	if !s.asked {
		s.answer, s.err = s.SyncServer.Server(ctx)
		s.asked = ctx.Err() == nil
	}
	return s.answer, s.err
}

// reaching tries hosts by TCP and TLS, without a proxy, as the writeback service
// does.
type reaching struct {
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	config *tls.Config
}

const reachWithin = 15 * time.Second

// newReaching uses the resolver and the roots given; nil: the system's.
func newReaching(r *net.Resolver, roots *x509.CertPool) reaching {
	d := &net.Dialer{Resolver: r}
	return reaching{dial: d.DialContext, config: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}}
}

// Reach says who issued the certificate that the host showed: where that is not
// a public CA, somebody on the way opens the TLS.
func (r reaching) Reach(ctx context.Context, host string) (issuer string, err error) {
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	tcp, err := r.dial(ctx, "tcp", net.JoinHostPort(host, "443"))
	if err != nil {
		return "", err
	}
	defer tcp.Close()
	config := r.config.Clone()
	config.ServerName = host
	conn := tls.Client(tcp, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		return "", err
	}
	return conn.ConnectionState().PeerCertificates[0].Issuer.String(), nil
}
